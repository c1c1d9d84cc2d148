"""`myriad ask`: a question and its answer, with where each sentence is from."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any

import typer

from cli import answers, terminal, tree
from cli.client import Client
from cli.options import DEFAULT_MIND, Json, Mind, Model, Tier

app = typer.Typer(add_completion=False)


class Format(StrEnum):
    """How an answer's text may be written."""

    TEXT = "text"
    MARKDOWN = "markdown"
    JSON = "json"


@app.command()
def ask(
    question: Annotated[str, typer.Argument(help="What you want to know.")],
    model: Model = Tier.BASE,
    mind: Mind = DEFAULT_MIND,
    format: Annotated[Format, typer.Option(help="How the answer's text is written.")] = Format.MARKDOWN,
    judge: Annotated[
        bool, typer.Option("--judge", help="Let a judging model read the best quotes; myriad-max does if there is one.")
    ] = False,
    trace: Annotated[bool, typer.Option("--trace", help="Show how the answer came about.")] = False,
    as_json: Json = False,
) -> None:
    """Ask a question."""
    request = {
        "question": question,
        "model": str(model),
        "mind": mind,
        "format": f"FORMAT_{format.upper()}",
        "includeTrace": trace,
        "judge": judge,
    }
    with Client() as client:
        answer: dict[str, Any] = client.post("/v1/query", request)["answer"]
    if as_json:
        terminal.as_json(answer)
    elif format == Format.JSON:
        terminal.show(terminal.printable(answer.get("text", "")))
    else:
        terminal.show(answers.answer(answer, markdown=format == Format.MARKDOWN))
        if trace:
            terminal.show(tree.tree(answer, answer.get("trace", {})))
