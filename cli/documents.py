"""`myriad documents`: what a mind has learned."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import typer

from cli import render, terminal
from cli.client import Client
from cli.options import DEFAULT_MIND, Json, Mind

app = typer.Typer(add_completion=False)


@app.command()
def documents(mind: Mind = DEFAULT_MIND, as_json: Json = False) -> None:
    """List the documents of a mind."""
    with Client() as client:
        found = list(of(client, mind))
    if as_json:
        terminal.as_json({"documents": found})
    else:
        terminal.show(render.documents(found))


def of(client: Client, mind: str) -> Iterator[dict[str, Any]]:
    """All documents of a mind, page by page."""
    return client.pages(f"/v1/{quote(full_name(mind))}/documents", "documents")


def full_name(mind: str) -> str:
    """`minds/{mind}` of itself or of an id."""
    return f"minds/{mind.removeprefix('minds/')}"
