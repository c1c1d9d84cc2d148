"""
What feedback teaches: recall before and after, on the questions it was given on and on others.

A Myriad of its own learns every folder's passages, with and without titles. Questions of some topics are asked in
rounds, and each citation is called helpful if its passage is gold, and unhelpful if not. Then all groups of
`benchmarks.topics` are asked as before. A round takes effect at once; what answers teach by being given takes effect
with the next quarter of an hour, and so is part of it only if one begins meanwhile.

    python -m benchmarks.hebbian [--data FOLDER] [--rounds 3] [--model myriad-base] [--json]
"""

from __future__ import annotations

import argparse
import asyncio
import json
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from statistics import fmean
from typing import TypeAlias

from rich.console import Console
from rich.table import Table

from benchmarks.datasets import Case, Dataset, load
from benchmarks.instance import asked, learn
from benchmarks.topics import Stream, stream
from benchmarks.untitled import untitled
from cli.asking import Outcome
from cli.client import Client
from cli.correctness import recall
from cli.options import Tier
from cli.state import Endpoint
from cli.supervisor.fleet import running

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
DEPTHS = (2, 5)
Row: TypeAlias = dict[str, str | int | float]

console = Console(width=160, stderr=True)


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure what feedback teaches.")
    parser.add_argument("--data", type=Path, default=DATA, help="folder of question sets")
    parser.add_argument("--rounds", type=int, default=3, help="how often each question is asked and judged")
    parser.add_argument("--model", default=str(Tier.BASE), help="the model that is asked")
    parser.add_argument("--json", action="store_true", help="print JSON")
    arguments = parser.parse_args()
    sets = [load(file.parent) for file in sorted(arguments.data.glob("*/passages.jsonl"))]
    rows = asyncio.run(measured(sets, arguments.rounds, arguments.model))
    if arguments.json:
        print(json.dumps(rows))
    else:
        Console().print(table(rows))


async def measured(sets: Sequence[Dataset], rounds: int, model: str) -> list[Row]:
    with tempfile.TemporaryDirectory(prefix="myriad-hebbian-") as data:
        async with running(Path(data), None, 2, console.print) as myriad:
            return await asyncio.to_thread(all_rows, myriad.endpoint, sets, rounds, model)


def all_rows(endpoint: Endpoint, sets: Sequence[Dataset], rounds: int, model: str) -> list[Row]:
    return [
        found
        for titled in sets
        for data in (titled, untitled(titled))
        for found in taught(endpoint, data, stream(titled), rounds, model)
    ]


def taught(endpoint: Endpoint, data: Dataset, questions: Stream, rounds: int, model: str) -> Iterator[Row]:
    """A row for each group of questions: recall before and after feedback."""
    named: Mapping[str, Sequence[Case]] = {
        "taught": questions.taught,
        "same topic": questions.related,
        "neighbouring topic": questions.neighbours,
        "unrelated": questions.unrelated,
    }
    learn(endpoint, data)

    def ask(cases: Sequence[Case]) -> list[Outcome]:
        return asked(endpoint, replace(data, cases=cases), model)

    before = {name: ask(cases) for name, cases in named.items()}
    for _ in range(rounds):
        for case, outcome in zip(questions.taught, ask(questions.taught), strict=True):
            judge(endpoint, case, outcome)
    for name, cases in named.items():
        if cases:
            yield row(data.name, name, cases, before[name], ask(cases))


def judge(endpoint: Endpoint, case: Case, outcome: Outcome) -> None:
    """Say of each citation whether its passage is gold."""
    citations = outcome.answer.get("citations", [])
    places: dict[bool, list[int]] = {True: [], False: []}
    for place, citation in enumerate(citations):
        places[citation["title"] in case["gold"]].append(place)
    with Client(endpoint) as client:
        for helpful, those in places.items():
            if those:
                verdict = "VERDICT_HELPFUL" if helpful else "VERDICT_UNHELPFUL"
                path = f"/v1/{outcome.answer['name']}:feedback"
                client.post(path, {"verdict": verdict, "citations": those})


def row(data: str, group: str, cases: Sequence[Case], before: Sequence[Outcome], after: Sequence[Outcome]) -> Row:
    found: Row = {"set": data, "questions": group, "n": len(cases)}
    for depth in DEPTHS:
        first = [recall(case, outcome, depth) for case, outcome in zip(cases, before, strict=True)]
        then = [recall(case, outcome, depth) for case, outcome in zip(cases, after, strict=True)]
        found |= {
            f"recall@{depth} before": round(fmean(first), 4),
            f"recall@{depth} after": round(fmean(then), 4),
            f"better@{depth}": sum(new > old for old, new in zip(first, then, strict=True)),
            f"worse@{depth}": sum(new < old for old, new in zip(first, then, strict=True)),
        }
    return found


def table(rows: Sequence[Row]) -> Table:
    shown = Table(*rows[0], title="What feedback teaches")
    for one in rows:
        shown.add_row(*(f"{value:.3f}" if isinstance(value, float) else str(value) for value in one.values()))
    return shown


if __name__ == "__main__":
    main()
