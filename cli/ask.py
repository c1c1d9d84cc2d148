"""`myriad ask`: a question and its answer, with where each sentence is from."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from cli import render, terminal
from cli.client import Client
from cli.options import DEFAULT_MIND, Json, Mind, Model, Tier

app = typer.Typer(add_completion=False)


@app.command()
def ask(
    question: Annotated[str, typer.Argument(help="What you want to know.")],
    model: Model = Tier.BASE,
    mind: Mind = DEFAULT_MIND,
    trace: Annotated[bool, typer.Option("--trace", help="Show how the answer came about.")] = False,
    as_json: Json = False,
) -> None:
    """Ask a question."""
    with Client() as client:
        answer: dict[str, Any] = client.post(
            "/v1/query", {"question": question, "model": str(model), "mind": mind, "includeTrace": trace}
        )["answer"]
    if as_json:
        terminal.as_json(answer)
        return
    terminal.show(render.answer(answer))
    if trace:
        terminal.show(render.trace(answer.get("trace", {})))
