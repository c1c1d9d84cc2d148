"""`myriad eval`: how well a mind answers questions whose answers are known, measured over REST."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Annotated

import httpx
import typer

from cli import connection, metrics, render, state, terminal
from cli.asking import Outcome, ask
from cli.correctness import Case
from cli.errors import Failure
from cli.options import Json, Mind, Model, Tier

app = typer.Typer(add_completion=False)


@app.command()
def evaluate(
    questions: Annotated[
        Path,
        typer.Option(
            exists=True, dir_okay=False, help="JSONL: question, gold titles; answer, answerable, conflict if known."
        ),
    ],
    mind: Mind,
    model: Model = Tier.BASE,
    concurrency: Annotated[int, typer.Option(min=1, max=64, help="Questions under way at once.")] = 1,
    limit: Annotated[int | None, typer.Option(min=1, help="Ask only the first so many.")] = None,
    as_json: Json = False,
) -> None:
    """Measure recall, answers and latency on questions with known answers."""
    cases = read(questions)[:limit]
    endpoint = state.find()
    with terminal.waiting(f"asking {len(cases)} questions", quiet=as_json):
        outcomes = asyncio.run(ask_all(endpoint, cases, str(model), mind, concurrency))
    report = metrics.report(cases, outcomes) | {"model": str(model), "mind": mind}
    if as_json:
        terminal.as_json(report)
    else:
        errors = [outcome.error for outcome in outcomes if outcome.error]
        terminal.show(render.report(report, metrics.MEANINGS, errors))


def read(file: Path) -> list[Case]:
    """The questions of a JSONL file. Failure that names the line if one is none."""
    cases = []
    with file.open(encoding="utf-8") as lines:
        try:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    cases.append(_case(line, f"{file} line {number}"))
        except UnicodeDecodeError:
            raise Failure(f"{file} is not UTF-8 text") from None
    if not cases:
        raise Failure(f"there are no questions in {file}")
    return cases


def _case(line: str, where: str) -> Case:
    try:
        case = json.loads(line)
    except ValueError:
        raise Failure(f"{where} is no JSON") from None
    titles = case.get("gold", []) if isinstance(case, dict) else None
    if not isinstance(case, dict) or not isinstance(case.get("question"), str) or not isinstance(titles, list):
        raise Failure(f"{where} is no object with a question and a list of gold titles")
    for name in ("answerable", "conflict"):
        if not isinstance(case.get(name, False), bool):
            raise Failure(f"{where}: {name} is true or false")
    return case


async def ask_all(
    endpoint: state.Endpoint, cases: list[Case], model: str, mind: str, concurrency: int, trace: bool = False
) -> list[Outcome]:
    """What came back for each question, in order. Failure if the key or the model is wrong."""
    limits = httpx.Limits(max_connections=concurrency)
    async with httpx.AsyncClient(**connection.settings(endpoint), limits=limits) as http:
        with connection.readable(endpoint.url):
            # Also warms a connection. A wrong key or model is one failure, not one for each question.
            connection.content(await http.get(f"/v1/models/{model}"))
        turn = asyncio.Semaphore(concurrency)
        return await asyncio.gather(*(ask(http, turn, case["question"], model, mind, trace) for case in cases))
