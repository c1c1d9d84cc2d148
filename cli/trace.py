"""`myriad trace`: how an answer came about, and whether it comes out the same again."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote

import typer

from cli import terminal, tree
from cli.client import Client
from cli.options import Json

app = typer.Typer(add_completion=False)


@app.command()
def trace(
    answer: Annotated[str, typer.Argument(help="The answer's id.")],
    replay: Annotated[
        bool, typer.Option("--replay", help="Compute the answer again and compare; exit 1 if it is not the same.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Show how an answer came about, or compute it again."""
    name = f"/v1/answers/{quote(answer, safe='')}"
    with Client() as client:
        found = client.post(f"{name}:replay", {}) if replay else client.get(f"{name}/trace")
    if as_json:
        terminal.as_json(found)
    elif replay:
        terminal.show(tree.replay(found))
    else:
        terminal.show(tree.tree(found.get("answer", {}), found.get("trace", {})))
    if replay and not found.get("same") and not tree.explained(found):
        raise typer.Exit(1)
