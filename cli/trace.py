"""`myriad trace`: how an answer came about."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote

import typer

from cli import render, terminal
from cli.client import Client
from cli.options import Json

app = typer.Typer(add_completion=False)


@app.command()
def trace(
    answer: Annotated[str, typer.Argument(help="The answer's id.")],
    as_json: Json = False,
) -> None:
    """Show how an answer came about."""
    with Client() as client:
        found = client.get(f"/v1/answers/{quote(answer, safe='')}/trace")
    if as_json:
        terminal.as_json(found)
    else:
        terminal.show(render.trace(found.get("trace", {})))
