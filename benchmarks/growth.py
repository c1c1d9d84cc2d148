"""
How answering through Envoy slows as a mind grows: `python -m benchmarks.growth [--sizes 6000,100000] [--data FOLDER]`;
with `--production`, on servers beside the embedded stores.

Minds of `benchmarks.scale` in one running Myriad, asked the same questions in turn, so that whatever else the machine
does hits all alike. The smallest mind is a part of each other: the questions are about what all know, and what grows is
the rest. With `--own` the larger are asked about that rest, of which more fits a question.

A million agents take a quarter of an hour to learn; with `--data` they are kept, and learned once: of the next run the
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
from contextlib import AsyncExitStack
from itertools import chain, islice
from pathlib import Path
from typing import NamedTuple

from rich.console import Console
from rich.table import Table

from benchmarks import latency
from benchmarks.scale import World
from cli.client import Client
from cli.learn import teach
from cli.options import Stores
from cli.sources import find
from cli.state import Endpoint
from cli.supervisor.fleet import running

QUESTIONS = 40
ROUNDS = 3
"""The first asking of a question wakes its agents, the others find them awake."""

console = Console(width=120)


class Asked(NamedTuple):
    """A mind of a size in a Myriad."""

    endpoint: Endpoint
    size: int


async def main(sizes: Sequence[int], data: Path, *, production: bool, own: bool) -> None:
    async with AsyncExitStack() as stack:
        began = time.perf_counter()
        embedded = await stack.enter_async_context(running(data / "embedded", None, 2, console.print))
        console.print(f"started in {time.perf_counter() - began:.1f} s, load {os.getloadavg()[0]:.1f}")
        minds = {f"{size:,}": Asked(embedded.endpoint, size) for size in sizes}
        if production:
            kept = running(data / "production", None, 2, console.print, Stores.PRODUCTION)
            beside = await stack.enter_async_context(kept)
            minds[f"{sizes[-1]:,} in production"] = Asked(beside.endpoint, sizes[-1])
        await asyncio.to_thread(measure, minds, own=own)


def measure(minds: Mapping[str, Asked], *, own: bool) -> None:
    smallest = min(mind.size for mind in minds.values())
    for mind in minds.values():
        learn(*mind, smallest)
    rests = {name: mind.size - smallest for name, mind in minds.items()}
    questions = {name: asked(World(rest if own and rest else smallest)) for name, rest in rests.items()}
    asks = {name: latency.over_rest(one.url, one.api_key, mind_of(size)) for name, (one, size) in minds.items()}
    table = Table("tier", "agents", "first p50 ms", "p95", "/ the first", "awake p50 ms", "p95", "/ the first")
    for model in latency.MODELS:
        compared: list[float] = []
        for name, times in taken(asks, model, questions).items():
            medians = [latency.percentile(one, 50) for one in times]
            compared = compared or medians
            shown = (
                f"{cell:.{digits}f}"
                for one, median, other in zip(times, medians, compared, strict=True)
                for cell, digits in ((median, 1), (latency.percentile(one, 95), 1), (median / other, 2))
            )
            table.add_row(model, name, *shown)
    console.print(table)


def learn(endpoint: Endpoint, size: int, smallest: int) -> None:
    """Teach a mind of a size what it does not know yet: all of the smallest world, and the rest of another."""
    if known(endpoint, size):
        return
    rest = World(size - smallest).texts() if size > smallest else ()
    with tempfile.TemporaryDirectory(prefix="myriad-growth-") as folder:
        file = Path(folder, "passages.jsonl")
        with file.open("w", encoding="utf-8") as lines:
            texts = enumerate(chain(World(smallest).texts(), rest))
            lines.writelines(json.dumps({"id": f"d{at}", "text": text}) + "\n" for at, text in texts)
        began = time.perf_counter()
        tally = teach(endpoint, mind_of(size), find([file]), quiet=True)
        seconds = time.perf_counter() - began
    console.print(f"{size:,} agents: {tally.agents_added:,} learned in {seconds:.0f} s")


def asked(world: World) -> list[str]:
    return list(islice(world.questions(), QUESTIONS))


def known(endpoint: Endpoint, size: int) -> bool:
    with Client(endpoint) as client:
        minds = {one["name"]: one for one in client.pages("/v1/minds", "minds")}
    return int(minds.get(f"minds/{mind_of(size)}", {}).get("agents", 0)) == size


def taken(
    asks: Mapping[str, latency.Ask], model: str, questions: Mapping[str, Sequence[str]]
) -> dict[str, tuple[list[float], list[float]]]:
    """By mind, milliseconds of the first asking of each question and of the others."""
    times: dict[str, tuple[list[float], list[float]]] = {name: ([], []) for name in questions}
    for number in range(ROUNDS):
        for same_place in zip(*questions.values(), strict=True):
            for name, question in zip(questions, same_place, strict=True):
                began = time.perf_counter()
                asks[name](model, question)
                times[name][number > 0].append((time.perf_counter() - began) * 1e3)
    return times


def mind_of(size: int) -> str:
    return f"growth-{size}"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="How answering through Envoy slows as a mind grows.")
    parser.add_argument("--sizes", default="6000,100000", help="Agents of the minds, with commas, the smallest first.")
    parser.add_argument("--data", type=Path, help="Folder that keeps the minds; a temporary one if left out.")
    parser.add_argument("--production", action="store_true", help="The last also on servers, beside.")
    parser.add_argument("--own", action="store_true", help="Ask the larger about what only they know.")
    given = parser.parse_args()
    sizes = [int(size) for size in given.sizes.split(",")]
    with tempfile.TemporaryDirectory(prefix="myriad-growth-") as temporary:
        asyncio.run(main(sizes, given.data or Path(temporary), production=given.production, own=given.own))
