"""`myriad regions`: what a mind knows of."""

from __future__ import annotations

from urllib.parse import quote

import typer

from cli import documents, render, terminal
from cli.client import Client
from cli.options import DEFAULT_MIND, Json, Mind

app = typer.Typer(add_completion=False)


@app.command()
def regions(mind: Mind = DEFAULT_MIND, as_json: Json = False) -> None:
    """List what a mind knows of, the largest regions first, each by its strongest concepts."""
    with Client() as client:
        found = list(client.pages(f"/v1/{quote(documents.full_name(mind))}/regions", "regions"))
    found.sort(key=lambda region: -int(region.get("conceptCount", 0)))
    if as_json:
        terminal.as_json({"regions": found})
    else:
        terminal.show(render.regions(found))
