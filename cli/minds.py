"""`myriad minds`: which minds there are."""

from __future__ import annotations

import typer

from cli import render, terminal
from cli.client import Client
from cli.options import Json

app = typer.Typer(add_completion=False)


@app.command()
def minds(as_json: Json = False) -> None:
    """List the minds, with how much they hold."""
    with Client() as client:
        found = list(client.pages("/v1/minds", "minds"))
    if as_json:
        terminal.as_json({"minds": found})
    else:
        terminal.show(render.minds(found))
