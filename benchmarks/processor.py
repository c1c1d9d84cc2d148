"""
What a question costs: `python -m benchmarks.processor [--data FOLDER] [--rounds 3]`.

Processor time of a question by process and model, all of them on this machine: the mind learns one set, its questions
are asked over REST until what is remembered is warm, then so many rounds more are measured.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import os
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.datasets import Dataset, load
from benchmarks.instance import asked, learn
from cli.options import Tier
from cli.state import Endpoint
from cli.supervisor.fleet import running

ROOT = Path(__file__).resolve().parent.parent
TICKS = os.sysconf("SC_CLK_TCK")
PARENT, USER, SYSTEM = 1, 11, 12
"""Fields of /proc/PID/stat after the command."""


def processes() -> Mapping[int, str]:
    """This process's descendants by number, and what each is."""
    parents = dict[int, int]()
    for folder in Path("/proc").glob("[0-9]*"):
        if fields := _stat(int(folder.name)):
            parents[int(folder.name)] = int(fields[PARENT])
    found, left = dict[int, str](), [os.getpid()]
    while left:
        parent = left.pop()
        for one in [number for number, of in parents.items() if of == parent]:
            found[one] = _name(one)
            left.append(one)
    return found


def _stat(number: int) -> list[str]:
    try:
        return Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def _name(number: int) -> str:
    try:
        words = Path(f"/proc/{number}/cmdline").read_bytes().decode(errors="replace").split("\0")
    except OSError:
        return ""
    module = next((after for word, after in itertools.pairwise(words) if word == "-m"), words[0])
    return module.rpartition("/")[2].partition(".")[0]


def spent() -> Counter[str]:
    """Seconds of processor time so far, by what a process is."""
    found = Counter[str]()
    for number, name in processes().items():
        if fields := _stat(number):
            found[name] += (int(fields[USER]) + int(fields[SYSTEM])) / TICKS  # type: ignore[assignment]
    return found


def measured(endpoint: Endpoint, data: Dataset, rounds: int) -> Iterator[tuple[str, Mapping[str, float]]]:
    """By model: milliseconds of a question by process."""
    learn(endpoint, data)
    for tier in Tier:
        asked(endpoint, data, tier)
        before = spent()
        for _ in range(rounds):
            asked(endpoint, data, tier)
        after, questions = spent(), rounds * len(data.cases)
        yield str(tier), {name: (after[name] - before[name]) / questions * 1e3 for name in sorted(after)}


def table(rows: Mapping[str, Mapping[str, float]]) -> Table:
    shown = Table("process", *rows)
    names = [name for name in next(iter(rows.values())) if any(one[name] >= 0.05 for one in rows.values())]
    for name in names:
        shown.add_row(name, *(f"{one[name]:.1f}" for one in rows.values()))
    shown.add_row("all", *(f"{sum(one.values()):.1f}" for one in rows.values()))
    return shown


async def main() -> None:
    parser = argparse.ArgumentParser(description="Processor time of a question by process, in milliseconds.")
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data" / "2wiki")
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    console, data = Console(width=100), load(arguments.data)
    with tempfile.TemporaryDirectory(prefix="myriad-processor-") as folder:
        async with running(Path(folder), None, 2, console.print) as myriad:
            rows = await asyncio.to_thread(lambda: dict(measured(myriad.endpoint, data, arguments.rounds)))
    console.print(table(rows))


if __name__ == "__main__":
    asyncio.run(main())
