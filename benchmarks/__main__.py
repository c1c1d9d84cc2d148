"""
`make bench`: learn rate, recall and latency of the three tiers, through Envoy and directly, beside bm25s.

Each folder of question sets with `passages.jsonl` and `questions.jsonl` is measured. Say where they are with
DATASETS=FOLDER; there is nothing to measure without.
"""

from __future__ import annotations

import asyncio
import os
import statistics
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks import latency, peer
from benchmarks.datasets import load
from cli import evaluate, metrics
from cli.asking import Outcome
from cli.correctness import Case
from cli.learn import teach
from cli.sources import find
from cli.supervisor.fleet import Running, running
from mesh.identity import ENVOY, Identity

ROOT = Path(__file__).resolve().parent.parent
DATASETS = Path(os.environ.get("DATASETS") or ROOT.parent / "shared" / "data")
LATENCY_REQUESTS = 100
MOST_QUESTIONS = 200

console = Console(width=160)


async def main(folders: Sequence[Path]) -> None:
    with tempfile.TemporaryDirectory(prefix="myriad-bench-") as data:
        async with running(Path(data), None, 2, console.print) as myriad:
            for folder in folders:
                await asyncio.to_thread(measure, myriad, folder)


def measure(myriad: Running, folder: Path) -> None:
    passages, mind = folder / "passages.jsonl", f"bench-{folder.name}"
    cases = evaluate.read(folder / "questions.jsonl")[:MOST_QUESTIONS]
    questions: list[str] = [case["question"] for case in cases]
    began = time.perf_counter()
    tally = teach(myriad.endpoint, mind, find([passages]))
    learn_seconds = time.perf_counter() - began
    rows = load(folder).passages
    other = peer.measure([f"{row['title']}\n{row['text']}" for row in rows], questions)

    table = Table("system", "passages/s", *(f"recall@{k}" for k in metrics.DEPTHS), "perfect@8", "p50 ms", title=mind)
    reports = [asyncio.run(evaluate.ask_all(myriad.endpoint, cases, model, mind, 1)) for model in latency.MODELS]
    for model, outcomes in zip(latency.MODELS, reports, strict=True):
        table.add_row(model, f"{tally.documents / learn_seconds:,.0f}", *figures(cases, outcomes))
    found = [
        Outcome({"agents": [{"title": rows[number]["title"]} for number in numbers]}, milliseconds)
        for numbers, milliseconds in zip(other.found, other.query_ms, strict=True)
    ]
    table.add_row("bm25s", f"{tally.documents / other.learn_seconds:,.0f}", *figures(cases, found))
    console.print(table)

    orchestrator = next(one.serves["orchestrator"] for one in myriad.programs if "orchestrator" in one.serves)
    ways = {
        latency.REST: latency.over_rest(myriad.endpoint.url, myriad.endpoint.api_key, mind),
        latency.DIRECT: latency.over_grpc(orchestrator, Identity(myriad.folder.tls / ENVOY), mind),
    }
    console.print(latency.table(latency.measured(ways, questions, LATENCY_REQUESTS)))


def figures(cases: Sequence[Case], outcomes: Sequence[Outcome]) -> list[str]:
    report = metrics.report(cases, outcomes)
    shown = [f"recall@{k}" for k in metrics.DEPTHS] + [f"perfect@{metrics.PERFECT_DEPTH}"]
    median = statistics.median(outcome.milliseconds for outcome in outcomes)
    return [*(f"{report[name]:.3f}" for name in shown), f"{median:.1f}"]


if __name__ == "__main__":
    question_sets = sorted(file.parent for file in DATASETS.glob("*/passages.jsonl"))
    if not question_sets:
        raise SystemExit(f"no question sets in {DATASETS}: say where they are with DATASETS=FOLDER")
    asyncio.run(main(question_sets))
