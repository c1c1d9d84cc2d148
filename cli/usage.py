"""`myriad usage`: what keys used, by day."""

from __future__ import annotations

import sys
from datetime import datetime
from typing import Annotated

import typer

from cli import keyring, terminal
from cli.client import Client
from cli.options import Json

app = typer.Typer(add_completion=False)


@app.command()
def usage(
    first: Annotated[
        datetime | None,
        typer.Option("--from", formats=["%Y-%m-%d"], metavar="DAY", help="The first day, UTC; 30 before the last."),
    ] = None,
    last: Annotated[
        datetime | None, typer.Option("--to", formats=["%Y-%m-%d"], metavar="DAY", help="The last day; today.")
    ] = None,
    key: Annotated[str, typer.Option(metavar="KEY", help="Of this key only, by its id or keys/… name.")] = "",
    as_csv: Annotated[bool, typer.Option("--csv", help="Print a table for spreadsheets and nothing else.")] = False,
    as_json: Json = False,
) -> None:
    """Show what keys used, by day: of the keys that yours may see, if it is an admin's; else its own."""
    if as_csv and as_json:
        raise typer.BadParameter("say one of --csv and --json")
    if first and last and first > last:
        raise typer.BadParameter("--from is after --to")
    asked = {
        **({"startDate": f"{first:%Y-%m-%d}"} if first else {}),
        **({"endDate": f"{last:%Y-%m-%d}"} if last else {}),
        **({"key": f"keys/{key.removeprefix('keys/')}"} if key else {}),
    }
    with Client() as client:
        if as_csv:
            sys.stdout.write(client.text("/v1/usage:export", **asked))
            return
        found = list(client.pages("/v1/usage", "usage", **asked))
    if as_json:
        terminal.as_json({"usage": found})
    else:
        terminal.show(keyring.usage(found))
