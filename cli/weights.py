"""`myriad weights`: what a mind has learned from use."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from itertools import islice
from typing import Annotated, Any
from urllib.parse import quote

import typer

from cli import documents, forget, render, terminal
from cli.client import Client
from cli.options import DEFAULT_MIND, Json, Mind

app = typer.Typer(
    add_completion=False, help="Show, export and reset what a mind has learned from use.", no_args_is_help=True
)


@app.command()
def show(
    mind: Mind = DEFAULT_MIND,
    most: Annotated[int, typer.Option("-n", min=1, help="So many at most.")] = 50,
    as_json: Json = False,
) -> None:
    """Show the links that use has made stronger or weaker than 0.5."""
    with Client() as client:
        found = list(islice(_of(client, mind), most))
    if as_json:
        terminal.as_json({"weights": found})
    else:
        terminal.show(render.weights(found))


@app.command()
def export(mind: Mind = DEFAULT_MIND) -> None:
    """Write all of them to standard output, a line of JSON each, in a fixed order."""
    with Client() as client:
        for weight in _of(client, mind):
            sys.stdout.write(json.dumps(weight, ensure_ascii=False) + "\n")


@app.command()
def reset(
    mind: Mind = DEFAULT_MIND,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask first.")] = False,
    as_json: Json = False,
) -> None:
    """Make every link of a mind count alike again."""
    name = documents.full_name(mind)
    with Client() as client:
        if not yes:
            forget.confirm([f"what {name} has learned from use"], client.endpoint.url, as_json)
        told = client.post(f"/v1/{quote(name)}:resetWeights", {})
    if as_json:
        terminal.as_json(told)
    else:
        changed = render.counted(int(told.get("weightCount", 0)), "weight")
        at = client.endpoint.shown
        terminal.show(f"{name} at {at} is as if it had never been used: {changed} had been learned")


def _of(client: Client, mind: str) -> Iterator[dict[str, Any]]:
    return client.pages(f"/v1/{quote(documents.full_name(mind))}/weights", "weights")
