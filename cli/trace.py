"""`myriad trace`: how an answer came about, and whether it comes out the same again."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote

import typer

from cli import documents, terminal, tree
from cli.client import Client
from cli.options import DEFAULT_MIND, Json, Mind

app = typer.Typer(add_completion=False)


@app.command()
def trace(
    answer: Annotated[str, typer.Argument(help="The answer's name, below the answer, or its id.")],
    mind: Mind = DEFAULT_MIND,
    replay: Annotated[
        bool, typer.Option("--replay", help="Compute the answer again and compare; exit 1 if it is not the same.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Show how an answer came about, or compute it again."""
    name = f"/v1/{quote(full_name(answer, mind))}"
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


def full_name(answer: str, mind: str) -> str:
    """`minds/{mind}/answers/{answer}` of itself, or of an id in a mind."""
    return answer if "/" in answer else f"{documents.full_name(mind)}/answers/{answer}"
