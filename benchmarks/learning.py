"""
How fast is learned: `python -m benchmarks.learning [--passages 20000] [--data FOLDER] [--stores production]`.

The passages of `benchmarks.scale`, or `passages.jsonl` of a question set, through the whole of a fresh Myriad. Besides
passages a second, which depend on whatever else the machine does: what processor time each process spent on a passage,
and how much of the machine was busy. Linux only.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.scale import World
from cli.learn import teach
from cli.options import Stores
from cli.sources import find
from cli.supervisor.fleet import running

TICKS = os.sysconf("SC_CLK_TCK")
MEBI = 1024**2


async def main(passages: int, data: Path | None, kept: Stores) -> None:
    with tempfile.TemporaryDirectory(prefix="myriad-learning-") as folder:
        file = Path(folder, "passages.jsonl")
        lines = list(written(data / file.name) if data else made(passages))
        await asyncio.to_thread(file.write_text, "".join(lines), encoding="utf-8")
        count = len(lines)
        async with running(Path(folder, "data"), None, 2, print, kept) as myriad:
            spent, busy, began = processes(), machine(), time.perf_counter()
            await asyncio.to_thread(teach, myriad.endpoint, "learning", find([file]), quiet=True)
            seconds, cores = time.perf_counter() - began, machine() - busy
            spent = processes() - spent
        show(count, seconds, spent, cores / seconds)
        sizes = stored(Path(folder, "data"))
        print({name: round(size / count) for name, size in sizes.items() if size > MEBI}, "bytes a passage")


def written(file: Path) -> list[str]:
    return file.read_text(encoding="utf-8").splitlines(keepends=True)


def made(passages: int) -> Iterator[str]:
    for at, text in enumerate(World(passages).texts()):
        yield json.dumps({"id": f"d{at}", "text": text}) + "\n"


def show(count: int, seconds: float, spent: Counter[str], busy: float) -> None:
    print(f"{count:,} passages in {seconds:.1f} s: {count / seconds:,.0f} a second; {busy:.2f} cores were busy")
    table = Table("process", "processor time, microseconds a passage")
    for name, ticks in spent.most_common():
        table.add_row(name, f"{ticks / TICKS / count * 1e6:.0f}")
    table.add_row("all", f"{spent.total() / TICKS / count * 1e6:.0f}")
    Console(width=120).print(table)


def processes() -> Counter[str]:
    """By name, the ticks of this process and those that it has started."""
    parents, ticks = dict[int, int](), dict[int, int]()
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        parents[int(folder.name)], ticks[int(folder.name)] = int(fields[1]), int(fields[11]) + int(fields[12])
    ours = {os.getpid()}
    while more := {one for one, parent in parents.items() if parent in ours} - ours:
        ours |= more
    found: Counter[str] = Counter()
    for one in ours:
        found[_name(one)] += ticks[one]
    return found


def _name(process: int) -> str:
    try:
        words = Path(f"/proc/{process}/cmdline").read_text().split("\0")
    except OSError:
        return "gone"
    if process == os.getpid():
        return "this one"
    if "--multiprocessing-fork" in words:
        return "workers"
    return words[words.index("-m") + 1] if "-m" in words else Path(words[0]).name


def machine() -> float:
    """Seconds of a core that were spent, by whomever, since it was started."""
    user, nice, system = Path("/proc/stat").read_text().split()[1:4]
    return (int(user) + int(nice) + int(system)) / TICKS


def stored(folder: Path) -> dict[str, int]:
    """The bytes of each folder in it."""
    return {one.name: sum(file.stat().st_size for file in one.rglob("*") if file.is_file()) for one in folder.iterdir()}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="How fast is learned.")
    parser.add_argument("--passages", type=int, default=20_000)
    parser.add_argument("--data", type=Path, help="Folder of a question set to learn instead.")
    parser.add_argument("--stores", type=Stores, default=Stores.EMBEDDED)
    given = parser.parse_args()
    asyncio.run(main(given.passages, given.data, given.stores))
