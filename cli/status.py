"""`myriad status`: which components answer, which hosts there are, what the edge took."""

from __future__ import annotations

import time
from typing import Annotated

import typer

from cli import render, terminal
from cli.client import Client
from cli.options import Json

REFRESH_SECONDS = 1.0

app = typer.Typer(add_completion=False)


@app.command()
def status(
    watch: Annotated[bool, typer.Option("--watch", help="Go on until Ctrl-C.")] = False,
    as_json: Json = False,
) -> None:
    """Show the state of the whole."""
    with Client() as client:
        if not watch:
            fleet = client.get("/v1/fleet")
            if as_json:
                terminal.as_json(fleet)
            else:
                terminal.show(render.fleet(fleet, client.endpoint.url))
            return
        if as_json:
            raise typer.BadParameter("--json prints once; leave out --watch")
        with terminal.live() as screen:
            while True:
                screen.update(render.fleet(client.get("/v1/fleet"), client.endpoint.url), refresh=True)
                time.sleep(REFRESH_SECONDS)
