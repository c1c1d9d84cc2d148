"""`myriad recall`: the passages that a question wakes, best first."""

from __future__ import annotations

from typing import Annotated

import typer

from cli import answers, terminal
from cli.client import Client
from cli.options import DEFAULT_MIND, Json, Mind, Model, Tier

app = typer.Typer(add_completion=False)


@app.command()
def recall(
    question: Annotated[str, typer.Argument(help="What you want passages for.")],
    k: Annotated[int, typer.Option("-k", min=1, max=100, help="How many passages.")] = 10,
    model: Model = Tier.BASE,
    mind: Mind = DEFAULT_MIND,
    as_json: Json = False,
) -> None:
    """Rank passages for a question."""
    with Client() as client:
        found = client.post("/v1/recall", {"question": question, "k": k, "model": str(model), "mind": mind})
    if as_json:
        terminal.as_json(found)
    else:
        terminal.show(answers.passages(found.get("passages", [])))
