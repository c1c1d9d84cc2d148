"""`myriad audit`: who changed what, and whether the log still says what it said."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Any

import typer

from cli import keyring, terminal
from cli.client import Client
from cli.errors import Failure
from cli.options import Json
from mesh.audit import NOTHING, Entry, follows

SHOWN = 20

app = typer.Typer(add_completion=False)


@app.command()
def audit(
    verify: Annotated[
        bool, typer.Option("--verify", help="Compute every hash anew: whether each entry follows the one before it.")
    ] = False,
    kept: Annotated[
        str, typer.Option(metavar="HASH", help="A last hash that you kept: with --verify, it has to be in the log.")
    ] = "",
    as_json: Json = False,
) -> None:
    """Show who changed what, the newest last; for keys that open all minds."""
    if kept and not verify:
        raise typer.BadParameter("--kept goes with --verify")
    with Client() as client:
        found = client.pages("/v1/audit", "entries")
        if verify:
            _tell(*verified(found, kept.strip().lower()), as_json=as_json)
        elif as_json:
            terminal.as_json({"entries": list(found)})
        else:
            newest = deque(found, SHOWN)
            terminal.show(keyring.audit([*newest], int(newest[0]["number"]) - 1 if newest else 0))


def verified(entries: Iterable[dict[str, Any]], kept: str) -> tuple[int, str]:
    """How many there are, and the last hash. Failure if one was changed, taken out or put in."""
    last, seen = None, kept in ("", NOTHING)
    for number, given in enumerate(entries, start=1):
        entry = _entry(given)
        if entry is None or not follows(entry, last):
            raise Failure(f"the audit log was changed: entry {number} is not what was written as such")
        last, seen = entry, seen or entry.hash == kept
    if not seen:
        raise Failure(f"the audit log was changed: no entry has the hash {kept}")
    return (last.number, last.hash) if last else (0, NOTHING)


def _entry(given: dict[str, Any]) -> Entry | None:
    texts = ("actor", "action", "subject", "details", "previousHash", "hash")
    try:
        actor, action, subject, details, previous, own = (str(given.get(name, "")) for name in texts)
        return Entry(
            number=int(given["number"]),
            time=datetime.fromisoformat(given["time"]),
            actor=actor,
            action=action,
            subject=subject,
            details=details,
            previous_hash=previous,
            hash=own,
        )
    except (KeyError, TypeError, ValueError):
        return None


def _tell(count: int, last: str, *, as_json: bool) -> None:
    if as_json:
        terminal.as_json({"verified": True, "entryCount": count, "lastHash": last})
    else:
        entries = "1 entry" if count == 1 else f"{count:,} entries"
        terminal.show(f"{entries}, each as it was written after the one before it\nlast hash: {last}")
