"""
How answering through Envoy slows as a mind grows: `python -m benchmarks.growth [--sizes 6000,100000] [--data FOLDER]`.

The minds of `benchmarks.scale` in one running Myriad, asked in turn, so that whatever else the machine does hits all
alike. A million agents take half an hour to learn; with `--data` they are kept, and learned once: of the next run the
start is a restart, and whoever is asked first is asleep.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import tempfile
import time
from collections.abc import Mapping, Sequence
from itertools import islice
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks import latency
from benchmarks.scale import World
from cli.client import Client
from cli.learn import teach
from cli.sources import find
from cli.state import Endpoint
from cli.supervisor.fleet import Running, running

QUESTIONS = 40
ROUNDS = 3
"""The first asking of a question wakes its agents, the others find them awake."""

console = Console(width=120)


async def main(sizes: Sequence[int], data: Path) -> None:
    began = time.perf_counter()
    async with running(data, None, 2, console.print) as myriad:
        console.print(f"started in {time.perf_counter() - began:.1f} s, load {os.getloadavg()[0]:.1f}")
        await asyncio.to_thread(measure, myriad, sizes)


def measure(myriad: Running, sizes: Sequence[int]) -> None:
    questions = {size: learned(myriad.endpoint, size) for size in sizes}
    table = Table("tier", "agents", "first p50 ms", "p95", "/ smallest", "awake p50 ms", "p95", "/ smallest")
    for model in latency.MODELS:
        smallest: list[float] = []
        for size, times in taken(myriad.endpoint, model, questions).items():
            medians = [latency.percentile(one, 50) for one in times]
            smallest = smallest or medians
            shown = (
                f"{cell:.{digits}f}"
                for one, median, least in zip(times, medians, smallest, strict=True)
                for cell, digits in ((median, 1), (latency.percentile(one, 95), 1), (median / least, 2))
            )
            table.add_row(model, f"{size:,}", *shown)
    console.print(table)


def learned(endpoint: Endpoint, size: int) -> list[str]:
    """Teach a mind of a size what it does not know yet; questions to it."""
    world = World(size)
    if known(endpoint, size):
        return list(islice(world.questions(), QUESTIONS))
    with tempfile.TemporaryDirectory(prefix="myriad-growth-") as folder:
        file = Path(folder, "passages.jsonl")
        with file.open("w", encoding="utf-8") as lines:
            lines.writelines(json.dumps({"id": f"d{at}", "text": text}) + "\n" for at, text in enumerate(world.texts()))
        began = time.perf_counter()
        tally = teach(endpoint, mind_of(size), find([file]), quiet=True)
        seconds = time.perf_counter() - began
    console.print(f"{size:,} agents: {tally.agents_added:,} learned in {seconds:.0f} s")
    return list(islice(world.questions(), QUESTIONS))


def known(endpoint: Endpoint, size: int) -> bool:
    with Client(endpoint) as client:
        minds = {one["name"]: one for one in client.pages("/v1/minds", "minds")}
    return int(minds.get(f"minds/{mind_of(size)}", {}).get("agents", 0)) == size


def taken(
    endpoint: Endpoint, model: str, questions: Mapping[int, Sequence[str]]
) -> dict[int, tuple[list[float], list[float]]]:
    """By size, milliseconds of the first asking of each question and of the others."""
    asks = {size: latency.over_rest(endpoint.url, endpoint.api_key, mind_of(size)) for size in questions}
    times: dict[int, tuple[list[float], list[float]]] = {size: ([], []) for size in questions}
    for number in range(ROUNDS):
        for same_place in zip(*questions.values(), strict=True):
            for size, question in zip(questions, same_place, strict=True):
                began = time.perf_counter()
                asks[size](model, question)
                times[size][number > 0].append((time.perf_counter() - began) * 1e3)
    return times


def mind_of(size: int) -> str:
    return f"growth-{size}"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="How answering through Envoy slows as a mind grows.")
    parser.add_argument("--sizes", default="6000,100000", help="Agents of the minds, with commas, the smallest first.")
    parser.add_argument("--data", type=Path, help="Folder that keeps the minds; a temporary one if left out.")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="myriad-growth-") as temporary:
        asyncio.run(main([int(size) for size in given.sizes.split(",")], given.data or Path(temporary)))
