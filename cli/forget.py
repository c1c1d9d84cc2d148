"""`myriad forget`: documents removed everywhere, with a receipt."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote

import typer

from cli import documents as listing
from cli import places, render, terminal
from cli.client import Client
from cli.errors import Failure
from cli.options import DEFAULT_MIND, Json, Mind

SHOWN_MATCHES = 5
FORGET_SECONDS = 3600.0
"""A mind may hold a million agents."""

app = typer.Typer(add_completion=False)


@app.command()
def forget(
    documents: Annotated[
        list[str] | None,
        typer.Argument(metavar="[DOCUMENT]...", help="Ids, paths or URIs, exact titles, or minds/…/documents/…."),
    ] = None,
    mind: Mind = DEFAULT_MIND,
    whole: Annotated[bool, typer.Option("--whole-mind", help="Forget the mind with all that is in it.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask first.")] = False,
    as_json: Json = False,
) -> None:
    """Forget documents, or a whole mind, everywhere and for good."""
    if bool(documents) == whole:
        raise Failure("name the documents to forget, or say --whole-mind", exit_code=2)
    receipts = []
    with Client(answer_seconds=FORGET_SECONDS) as client:
        names = [f"minds/{mind}"] if whole else find(client, documents or [], mind)
        if not yes:
            confirm(names, client.endpoint.url, as_json)
        for name in names:
            receipt = client.delete(f"/v1/{quote(name)}").get("receipt", {})
            if as_json:
                receipts.append(receipt)
            else:
                terminal.show(render.receipt(receipt, client.endpoint.url))
    if as_json:
        terminal.as_json({"receipts": receipts})


def find(client: Client, documents: Sequence[str], mind: str) -> list[str]:
    """The resource names of documents however people call them, each once. Failure that says which is unclear."""
    given = [document.startswith("minds/") for document in documents]
    known = [] if all(given) else list(listing.of(client, mind))
    names = (
        document if full else match(document, known, mind) for document, full in zip(documents, given, strict=True)
    )
    return list(dict.fromkeys(names))


def match(called: str, known: Sequence[dict[str, Any]], mind: str) -> str:
    """The resource name of the one document that has this id; or else is from this place; or else has this title."""
    place = _uri(called)
    for is_meant in (
        lambda one: str(one["name"]).rpartition("/")[2] == called,
        lambda one: one.get("uri") in (called, place),
        lambda one: one.get("title") == called,
    ):
        matches = [str(one["name"]) for one in known if called and is_meant(one)]
        if len(matches) == 1:
            return matches[0]
        if matches:
            ids = [name.rpartition("/")[2] for name in matches]
            more = f" and {len(ids) - SHOWN_MATCHES:,} more" if len(ids) > SHOWN_MATCHES else ""
            raise Failure(f"{called!r} is {', '.join(ids[:SHOWN_MATCHES])}{more}", hint="say which, by its id")
    hint = f"`myriad documents --mind {mind}` lists them"
    raise Failure(f"mind {mind} has no document {called!r}", reason="DOCUMENT_NOT_FOUND", hint=hint)


def _uri(called: str) -> str:
    path = places.path_of(called) or Path(called)
    try:
        return path.resolve().as_uri()
    except (OSError, ValueError, RuntimeError):
        return called


def confirm(names: Sequence[str], url: str, as_json: bool) -> None:
    """Ask before forgetting. Failure if there is nobody to ask."""
    if as_json or not sys.stdin.isatty():
        raise Failure("forgetting cannot be undone", hint="say --yes if you mean it")
    typer.confirm(f"Forget {', '.join(names)} at {url} for good?", abort=True, err=True)
