"""`myriad keys`: API keys made, shown, changed and revoked."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Annotated, Any

import typer

from cli import keyring, terminal
from cli.client import Client
from cli.options import Json

UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}

app = typer.Typer(add_completion=False, help="Make, show, change and revoke API keys.", no_args_is_help=True)


class RoleName(StrEnum):
    """What a key may do; each may do all that the ones before it may."""

    READER = "reader"
    TEACHER = "teacher"
    ADMIN = "admin"


def _span(text: str) -> timedelta:
    match = re.fullmatch(r"([0-9]{1,9})([smhd])", text)
    if not match:
        raise typer.BadParameter("is a number and a unit, such as 90s, 15m, 12h or 7d")
    return timedelta(**{UNITS[match[2]]: int(match[1])})


def _name(key: str) -> str:
    bare = key.removeprefix("keys/")
    if not (bare.isascii() and bare.isalnum()):  # nor does it lead to another path
        raise typer.BadParameter("is a key's id, as `myriad keys list` shows it")
    return f"keys/{bare}"


KeyName = Annotated[str, typer.Argument(parser=_name, metavar="KEY", help="Its id, or keys/… name.")]
Minds = Annotated[
    list[str] | None, typer.Option("--mind", "-m", help="A mind it opens, or team-* for all that begin so; repeat it.")
]
AllMinds = Annotated[bool, typer.Option("--all-minds", help="It opens every mind, now and later.")]
Days = Annotated[float | None, typer.Option(min=0, help="It stops working after so many days.")]
PerMinute = Annotated[int | None, typer.Option("--requests-per-minute", min=0, help="Calls of any kind; 0: no limit.")]
AtOnce = Annotated[int | None, typer.Option("--at-once", min=0, help="Questions under way; 0: no limit.")]
DailyUnits = Annotated[int | None, typer.Option("--daily-units", min=0, help="Cognitive units a day; 0: no limit.")]


@app.command()
def create(
    role: Annotated[RoleName, typer.Option(help="What the key may do.")] = RoleName.READER,
    minds: Minds = None,
    all_minds: AllMinds = False,
    name: Annotated[str, typer.Option(help="What people call it.")] = "",
    days: Days = None,
    per_minute: PerMinute = None,
    at_once: AtOnce = None,
    daily_units: DailyUnits = None,
    as_json: Json = False,
) -> None:
    """Make a key and show its secret, once."""
    if bool(minds) is all_minds:
        raise typer.BadParameter("say which minds it opens: --mind MIND, or --all-minds")
    body: dict[str, Any] = {"displayName": name, "role": f"ROLE_{role.value.upper()}"}
    body |= {"allMinds": True} if all_minds else {"minds": minds}
    if days is not None:
        body["expireTime"] = _after(days)
    body["limits"] = _limits(per_minute, at_once, daily_units)
    with Client() as client:
        made = client.post("/v1/keys", body)
    if as_json:
        terminal.as_json(made)
    else:
        terminal.show(keyring.new_key(made, client.endpoint.shown))


@app.command()
def show(key: KeyName, as_json: Json = False) -> None:
    """Show a key, without its secret."""
    with Client() as client:
        found = client.get(f"/v1/{key}")
    if as_json:
        terminal.as_json(found)
    else:
        terminal.show(keyring.key(found.get("key", {})))


@app.command("list")
def list_keys(as_json: Json = False) -> None:
    """List the keys, without their secrets."""
    with Client() as client:
        found = list(client.pages("/v1/keys", "keys"))
    if as_json:
        terminal.as_json({"keys": found})
    else:
        terminal.show(keyring.keys(found))


@app.command()
def update(
    key: KeyName,
    minds: Minds = None,
    all_minds: AllMinds = False,
    name: Annotated[str | None, typer.Option(help="What people call it.")] = None,
    days: Days = None,
    never_expires: Annotated[bool, typer.Option("--never-expires", help="It works until it is revoked.")] = False,
    per_minute: PerMinute = None,
    at_once: AtOnce = None,
    daily_units: DailyUnits = None,
    as_json: Json = False,
) -> None:
    """Change what a key is called, the minds that it opens, when it ends or what it may use; nothing else changes."""
    if minds and all_minds:
        raise typer.BadParameter("say which minds it opens: --mind MIND, or --all-minds")
    if days is not None and never_expires:
        raise typer.BadParameter("say when it ends: --days DAYS, or --never-expires")
    limits = _limits(per_minute, at_once, daily_units)
    changed: dict[str, Any] = {"limits": limits} if limits else {}
    if name is not None:
        changed["displayName"] = name
    if minds or all_minds:
        changed |= {"minds": minds or [], "allMinds": all_minds}
    if days is not None or never_expires:
        changed["expireTime"] = None if days is None else _after(days)
    if not changed:
        raise typer.BadParameter("say what to change: see --help")
    paths = [*(one for one in changed if one != "limits"), *(f"limits.{one}" for one in limits)]
    with Client() as client:
        now = client.patch(f"/v1/{key}", changed, updateMask=",".join(paths))
    if as_json:
        terminal.as_json(now)
    else:
        terminal.show(keyring.key(now.get("key", {})))


@app.command()
def rotate(
    key: KeyName,
    overlap: Annotated[
        timedelta | None,
        typer.Option(
            parser=_span, metavar="SPAN", help="The secret before it opens for so long too: 15m, 12h, 7d; 30d at most."
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Give a key another secret and show it, once. The secret before it opens nothing any more, but for --overlap."""
    with Client() as client:
        body = {"overlap": f"{overlap.total_seconds():.0f}s"} if overlap else {}
        rotated = client.post(f"/v1/{key}:rotate", body)
    if as_json:
        terminal.as_json(rotated)
    else:
        terminal.show(keyring.rotated(rotated, client.endpoint.shown))


@app.command()
def delete(key: KeyName, as_json: Json = False) -> None:
    """Revoke a key, from now on."""
    with Client() as client:
        client.delete(f"/v1/{key}")
    if as_json:
        terminal.as_json({"deleted": key})
    else:
        terminal.show(f"{key} opens nothing any more at {client.endpoint.shown}")


def _limits(per_minute: int | None, at_once: int | None, daily_units: int | None) -> dict[str, int]:
    """Those that were given."""
    given = {"requestsPerMinute": per_minute, "maxConcurrentQueries": at_once, "dailyUnits": daily_units}
    return {name: limit for name, limit in given.items() if limit is not None}


def _after(days: float) -> str:
    try:
        return (datetime.now(UTC) + timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%SZ")
    except (OverflowError, ValueError):
        raise typer.BadParameter("--days: ends before the year 10000") from None
