"""`myriad feedback`: whether an answer helped, so that the next ones become better."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Annotated, Any
from urllib.parse import quote

import typer

from cli import terminal
from cli.client import Client
from cli.errors import Failure
from cli.options import DEFAULT_MIND, Json, Mind
from cli.trace import full_name

app = typer.Typer(add_completion=False)


@app.command()
def feedback(
    answer: Annotated[str, typer.Argument(help="The answer's name, below the answer, or its id.")],
    helpful: Annotated[bool, typer.Option("--helpful/--unhelpful", help="Whether it helped.", show_default=False)],
    citations: Annotated[
        list[int] | None, typer.Option("--citation", min=1, help="Only this citation, by its number; again for more.")
    ] = None,
    mind: Mind = DEFAULT_MIND,
    as_json: Json = False,
) -> None:
    """Say whether an answer helped."""
    path = f"/v1/{quote(full_name(answer, mind))}"
    body: dict[str, Any] = {"verdict": "VERDICT_HELPFUL" if helpful else "VERDICT_UNHELPFUL"}
    with Client() as client:
        if citations:
            given = client.get(path).get("answer", {})
            body["citations"] = places_of(citations, given.get("citations", []))
        else:
            body["wholeAnswer"] = True
        told = client.post(f"{path}:feedback", body)
    if as_json:
        terminal.as_json(told)
    else:
        terminal.show(_said(told.get("edgeCount", 0), helpful))


def places_of(numbers: Collection[int], citations: Sequence[dict[str, Any]]) -> list[int]:
    """Where in an answer's list the citations stand that show these numbers. Failure if there is none of a number."""
    shown = [citation.get("number", 0) for citation in citations]
    if missing := sorted(set(numbers).difference(shown)):
        raise Failure(f"the answer has no citation {missing[0]}", hint=f"its last is {max(shown, default=0)}")
    return [place for place, number in enumerate(shown) if number in numbers]


def _said(edges: int, helpful: bool) -> str:
    if not edges:
        return "nothing changed: you said so before, or the answer cites nothing"
    return f"{edges} {'link' if edges == 1 else 'links'} {'strengthened' if helpful else 'weakened'}"
