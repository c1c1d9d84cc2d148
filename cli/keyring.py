"""How keys, what they used and who changed what look to people. Each takes JSON as REST gave it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from rich.console import Group, RenderableType
from rich.text import Text

from cli.render import Json, enum, grid, minute, table
from cli.terminal import printable

LIMITS = {
    "requestsPerMinute": ("{:,}/min", "{:,} requests a minute"),
    "maxConcurrentQueries": ("{:,} at once", "{:,} questions at once"),
    "dailyUnits": ("{:,} units/day", "{:,} cognitive units a day"),
}
"""In a table, and where there is room."""


def new_key(made: Json, url: str) -> RenderableType:
    """A new key's secret, this once."""
    made = printable(made)
    key = made.get("key", {})
    limits = ", ".join(_limits(key, long=True))
    about = f"{key.get('name', '')}: {enum(key.get('role', ''), 'ROLE_')} of {_minds(key)}"
    return _secret(made, f"{about}; {limits}" if limits else about, url)


def rotated(made: Json, url: str) -> RenderableType:
    """A key's other secret, this once, and what became of the one before it."""
    made = printable(made)
    key = made.get("key", {})
    until = key.get("formerSecretExpireTime")
    former = f"opens until {minute(until)} UTC too" if until else "opens nothing any more"
    return _secret(made, f"{key.get('name', '')}: the secret before this one {former}", url)


def _secret(made: Json, about: str, url: str) -> RenderableType:
    key = Text(made.get("secret", ""), style="bold green")
    return Group(key, Text(f"{about}\nThe first line is the key to {url}, shown this once.", style="dim"))


def key(found: Json) -> RenderableType:
    """All that is known of a key."""
    found = printable(found)
    rows = [
        ("role", Text(enum(found.get("role", ""), "ROLE_"))),
        ("minds", Text(_minds(found))),
        ("limits", Text("\n".join(_limits(found, long=True)) or "none")),
        ("made", Text(f"{minute(found.get('createTime') or '')} UTC")),
        ("expires", _expires(found, zone=" UTC")),
    ]
    if until := found.get("formerSecretExpireTime"):
        rows.append(("former secret", Text(f"opens until {minute(until)} UTC")))
    return Group(
        Text(f"{found.get('name', '')}  {found.get('displayName', '')}".rstrip(), style="bold"),
        grid(*((f"  {what}", value) for what, value in rows)),
    )


def keys(found: list[Json]) -> RenderableType:
    """The keys, without their secrets."""
    rows = (
        (
            key.get("name", "").removeprefix("keys/"),
            key.get("displayName", ""),
            enum(key.get("role", ""), "ROLE_"),
            _minds(key),
            ", ".join(_limits(key)) or "none",
            _expires(key),
        )
        for key in printable(found)
    )
    return table(("key", "name", "role", "minds", "limits", "expires"), rows)


def usage(found: list[Json]) -> RenderableType:
    """What keys used, by day, and all together."""
    if not found:
        return Text("nothing was used in these days")
    counts = ("queryCount", "recallCount", "cognitiveUnits")
    rows = (
        (
            one.get("date", ""),
            one.get("key", "").removeprefix("keys/"),
            *(f"{int(one.get(name, 0)):,}" for name in counts),
        )
        for one in printable(found)
    )
    queries, recalls, units = (sum(int(one.get(name, 0)) for one in found) for name in counts)
    total = f"{queries:,} questions, {recalls:,} recalls, {units:,} cognitive units"
    return Group(table(("day", "key", "questions", "recalls", "units"), rows), Text(total, style="bold"))


def audit(found: list[Json], before: int) -> RenderableType:
    """Entries of the audit log, the newest last; `before` others are not shown."""
    rows = (
        (
            str(one.get("number", "")),
            minute(one.get("time", "")),
            one.get("actor", ""),
            one.get("action", ""),
            one.get("subject", ""),
            "; ".join(_became(one.get("details", ""))),
        )
        for one in printable(found)
    )
    rest = [Text(f"{before:,} before these (--json has all)", style="dim")] if before > 0 else []
    return Group(*rest, table(("number", "time", "who", "did", "to", "details"), rows))


def _became(details: str) -> Iterator[str]:
    try:
        said = json.loads(details)
        role, limits, expires = said["role"], said["limits"], said["expires"]
        names = {
            "requests_per_minute": "requestsPerMinute",
            "at_once": "maxConcurrentQueries",
            "daily_units": "dailyUnits",
        }
        given = {names[name]: limit for name, limit in limits.items()}
    except (ValueError, TypeError, KeyError, AttributeError):
        yield details
        return
    yield enum(str(role), "ROLE_")
    yield from _limits({"limits": given})
    if expires:
        yield f"until {minute(str(expires))}"


def _minds(key: Json) -> str:
    minds = ", ".join(mind.removeprefix("minds/") for mind in key.get("minds", []))
    return "all minds" if key.get("allMinds") else minds


def _limits(key: Mapping[str, Any], *, long: bool = False) -> Iterator[str]:
    """Those that there are; 64-bit numbers are strings in JSON (ProtoJSON)."""
    limits = key.get("limits") or {}
    return (forms[long].format(int(limits[name])) for name, forms in LIMITS.items() if int(limits.get(name) or 0))


def _expires(key: Json, zone: str = "") -> Text:
    time = key.get("expireTime")
    if not time:
        return Text("never")
    over = datetime.fromisoformat(time) <= datetime.now(UTC)
    return Text(f"{'over since ' * over}{minute(time)}{zone}", style="red" if over else "")
