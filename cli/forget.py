"""`myriad forget`: documents removed everywhere, with a receipt."""

from __future__ import annotations

import sys
from typing import Annotated
from urllib.parse import quote

import typer

from cli import render, terminal
from cli.client import Client
from cli.errors import Failure
from cli.options import DEFAULT_MIND, Json, Mind

app = typer.Typer(add_completion=False)


@app.command()
def forget(
    documents: Annotated[list[str], typer.Argument(metavar="DOCUMENT", help="Ids, or minds/…/documents/… names.")],
    mind: Mind = DEFAULT_MIND,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask first.")] = False,
    as_json: Json = False,
) -> None:
    """Forget documents, everywhere and for good."""
    names = [full_name(document, mind) for document in documents]
    if not yes:
        confirm(names, as_json)
    receipts = []
    with Client() as client:
        for name in names:
            receipt = client.delete(f"/v1/{quote(name)}").get("receipt", {})
            if as_json:
                receipts.append(receipt)
            else:
                terminal.show(render.receipt(receipt))
    if as_json:
        terminal.as_json({"receipts": receipts})


def full_name(document: str, mind: str) -> str:
    """`minds/{mind}/documents/{document}` of itself or of an id."""
    if document.startswith("minds/"):
        return document
    return f"minds/{mind.removeprefix('minds/')}/documents/{document}"


def confirm(names: list[str], as_json: bool) -> None:
    """Ask before forgetting. Failure if there is nobody to ask."""
    if as_json or not sys.stdin.isatty():
        raise Failure("forgetting cannot be undone", hint="say --yes if you mean it")
    typer.confirm(f"Forget {', '.join(names)} for good?", abort=True, err=True)
