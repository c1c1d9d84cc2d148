"""
What it brings to wake the neighbours of what was woken: `python -m benchmarks.speculation --data FOLDER`.

A Myriad of its own learns a folder's passages and, by feedback on some questions of each topic (`benchmarks.topics`),
which links lead on. Then all sleep, and it is asked about one topic after the other, as somebody does who reads between
two questions; once without speculation, once with it.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from rich.console import Console
from rich.table import Table

from benchmarks.datasets import Case, Dataset, load
from benchmarks.hebbian import judge
from benchmarks.instance import asked, learn, mind_of
from benchmarks.topics import stream
from cli.client import Client
from cli.state import Endpoint
from cli.supervisor.fleet import running

READING_SECONDS = 0.6
Done = TypeVar("Done")
COUNTS = ("aheadCount", "aheadUsedCount")


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure what speculation brings.")
    parser.add_argument("--data", type=Path, required=True, help="a folder with passages.jsonl and questions.jsonl")
    data = load(parser.parse_args().data)
    table = Table("speculation", "questions", "woken while asked, a question", "brought ahead", "used")
    with tempfile.TemporaryDirectory(prefix="myriad-speculation-") as folder:
        started(folder, data, taught)
        for speculates in (False, True):
            os.environ["MYRIAD_SPECULATE"] = str(speculates).lower()
            table.add_row("on" if speculates else "off", *started(folder, data, row))
    Console().print(table)


def started(folder: str, data: Dataset, work: Callable[[Endpoint, Dataset], Done]) -> Done:
    """What comes of work with a Myriad that has just started: all agents sleep."""

    async def run() -> Done:
        async with running(Path(folder), None, 2, print) as myriad:
            return await asyncio.to_thread(work, myriad.endpoint, data)

    return asyncio.run(run())


def taught(endpoint: Endpoint, data: Dataset) -> None:
    """Learn, and judge the answers to some of each topic's questions."""
    learn(endpoint, data)
    cases = stream(data).taught
    for case, outcome in zip(cases, asked(endpoint, replace(data, cases=cases), "myriad-base"), strict=True):
        judge(endpoint, case, outcome)


def row(endpoint: Endpoint, data: Dataset) -> list[str]:
    questions = by_topic(data)
    with Client(endpoint) as client:
        for question in questions:
            client.post("/v1/query", {"question": question, "mind": mind_of(data), "model": "myriad-base"})
            time.sleep(READING_SECONDS)
        fleet = client.get("/v1/fleet")
    hydration = fleet["hydration"]
    ahead, used = (sum(int(host.get(name, 0)) for host in fleet["hosts"]) for name in COUNTS)
    woken = int(hydration.get("fetchedCount", 0)) + int(hydration.get("cacheHitCount", 0)) - ahead
    hits = f"{used / ahead:.0%}" if ahead else "–"
    return [str(len(questions)), f"{woken / len(questions):.2f}", str(ahead), hits]


def by_topic(data: Dataset) -> Sequence[str]:
    """The questions of each topic one after the other."""
    topics = defaultdict[tuple[str, ...], list[Case]](list)
    questions = stream(data)
    for case in (*questions.taught, *questions.related):
        topics[tuple(case["gold"])].append(case)
    return [case["question"] for topic in topics.values() for case in topic]


if __name__ == "__main__":
    main()
