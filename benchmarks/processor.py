"""
What a question costs: `python -m benchmarks.processor [--data FOLDER] [--rounds 5]`.

Processor time of a question by component and model, all of them on this machine: the mind learns one set, its questions
are asked over REST until what is remembered is warm, then so many rounds more are measured, of which the cheapest
counts: what else the machine does makes all others dearer. The components of the process that a question goes through
are told apart by how long their calls took, which on a machine without other work is what they cost.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import json
import os
import re
import ssl
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

import httpx
from rich.console import Console
from rich.table import Table

from benchmarks.datasets import Dataset, load
from benchmarks.instance import asked, learn
from cli.options import Tier
from cli.supervisor.fleet import Running, running

ROOT = Path(__file__).resolve().parent.parent
PARENT = 1
"""Field of /proc/PID/stat after the command."""
MIND, EDGE = "together", "envoy"
"""The process of all components that a question goes through, and the one that is not ours."""
CALLS = {"Activate": "connectome", "Ask": "agent host", "Synthesize": "synth"}
"""Methods of components in that process; the rest of it is the orchestrator's, with gRPC and the trace."""
REST = "orchestrator, gRPC, trace"
_SECONDS = re.compile(r'^grpc_server_handling_seconds_sum{grpc_method="(\w+)".*} (\S+)$', re.MULTILINE)


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
    module = next((after for word, after in itertools.pairwise(words) if word == "-m"), words[0].rpartition("/")[2])
    return module.rpartition(".")[2]


def spent() -> Counter[str]:
    """Seconds of processor time so far, by what a process is."""
    found = Counter[str]()
    for number, name in processes().items():
        for thread in Path(f"/proc/{number}/task").glob("*/schedstat"):
            try:
                found[name] += int(thread.read_text().split()[0]) / 1e9  # type: ignore[assignment]
            except OSError:  # it has ended
                continue
    return found


def taken(myriad: Running) -> Counter[str]:
    """Seconds that calls to components in the mind's process took so far."""
    found = Counter[str]()
    for job in json.loads(myriad.folder.collecting.read_text(encoding="utf-8"))["scrape_configs"]:
        if job["job_name"] not in ("connectome", "synth", "host-1"):
            continue
        tls, [group] = job["tls_config"], job["static_configs"]
        context = ssl.create_default_context(cafile=tls["ca_file"])
        context.load_cert_chain(tls["cert_file"], tls["key_file"])
        with httpx.Client(verify=context, trust_env=False) as client:
            shown = client.get(
                f"https://{group['targets'][0]}/metrics", extensions={"sni_hostname": tls["server_name"]}
            )
        for method, seconds in _SECONDS.findall(shown.text):
            if method in CALLS:
                found[CALLS[method]] += float(seconds)  # type: ignore[assignment]
    return found


def costs(myriad: Running, data: Dataset, tier: Tier) -> dict[str, float]:
    """Milliseconds of a question by component, in one round."""
    calls, processor = taken(myriad), spent()
    asked(myriad.endpoint, data, tier)
    processor, calls = spent() - processor, taken(myriad) - calls
    whole = processor.pop(MIND)
    shares = {**calls, REST: whole - calls.total(), **processor}
    return {name: seconds / len(data.cases) * 1e3 for name, seconds in shares.items()}


def measured(myriad: Running, data: Dataset, rounds: int) -> Iterator[tuple[str, Mapping[str, float]]]:
    """By model: milliseconds of a question by component."""
    learn(myriad.endpoint, data)
    for tier in Tier:
        asked(myriad.endpoint, data, tier)
        yield str(tier), min((costs(myriad, data, tier) for _ in range(rounds)), key=lambda one: sum(one.values()))


def table(rows: Mapping[str, Mapping[str, float]]) -> Table:
    shown = Table("component", *rows)
    names = dict.fromkeys(name for row in rows.values() for name in row)
    for name in names:
        shown.add_row(name, *(f"{row.get(name, 0.0):.1f}" for row in rows.values()))
    ours = [sum(row.values()) - row.get(EDGE, 0.0) for row in rows.values()]
    shown.add_row("all but Envoy", *(f"{one:.1f}" for one in ours))
    return shown


async def main() -> None:
    parser = argparse.ArgumentParser(description="Processor time of a question by process, in milliseconds.")
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data" / "2wiki")
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    console, data = Console(width=100), load(arguments.data)
    with tempfile.TemporaryDirectory(prefix="myriad-processor-") as folder:
        async with running(Path(folder), None, 2, console.print) as myriad:
            rows = await asyncio.to_thread(lambda: dict(measured(myriad, data, arguments.rounds)))
    console.print(table(rows))


if __name__ == "__main__":
    asyncio.run(main())
