"""
What a question costs: `python -m benchmarks.processor [--data FOLDER] [--rounds 5]`.

Processor time of a question by component and model: the mind learns one set, its questions are asked over REST until
what is remembered is warm, then so many rounds more are measured, of which the cheapest counts: what else the machine
does makes the others dearer. What the components of the process that a question goes through take of it is measured
apart, without servers; the rest is gRPC, the trace, what use teaches, and what it costs to do all this by turns.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import os
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

from rich.console import Console
from rich.table import Table

from agent_host.asked import Asked
from agent_host.reply import reply
from benchmarks.datasets import Dataset, load
from benchmarks.instance import asked, learn
from cli.options import Tier
from cli.state import Endpoint
from cli.supervisor.fleet import running
from myriad.connectome.v1.activation_pb2 import Budget as Reach
from myriad.synth.v1.synthesizer_service_pb2 import SynthesizeRequest
from orchestrator import tiers
from orchestrator.agents import Placed
from orchestrator.inquiry import Inquiry
from orchestrator.line import Round
from scripts.in_process import MIND, Mind, documents_of
from synth.synthesize import synthesize

ROOT = Path(__file__).resolve().parent.parent
PARENT = 1
"""Field of /proc/PID/stat after the command."""
TOGETHER, EDGE = "together", "envoy"
"""The process that a question goes through, and the one that is not ours."""
REST = "gRPC, trace, the rest of it"


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


def costs(endpoint: Endpoint, data: Dataset, tier: Tier) -> dict[str, float]:
    """Milliseconds of a question by process, in one round."""
    before = spent()
    asked(endpoint, data, tier)
    return {name: seconds / len(data.cases) * 1e3 for name, seconds in (spent() - before).items()}


def steps(mind: Mind, question: str, tier: tiers.Tier) -> Iterator[tuple[str, float]]:
    """Seconds of processor time by component of what a question takes without servers."""
    began, budget = time.process_time(), tier.budget
    inquiry = Inquiry.begin(question, MIND, tier, budget.max_agents)
    yield "orchestrator: reads the question", time.process_time() - began
    began = time.process_time()
    reach = Reach(max_agents=budget.max_agents, max_hops=budget.max_hops, max_pushes=budget.max_pushes)
    woken = mind.wake(inquiry.asked, reach)
    yield "connectome: wakes agents", time.process_time() - began
    began = time.process_time()
    known = Asked(woken.asked)
    said = {
        one.agent: reply(known, mind.packet(one.agent), budget.max_evidence, with_text=False) for one in woken.agents
    }
    yield "agent host: asks them", time.process_time() - began
    began = time.process_time()
    request = SynthesizeRequest(asked=woken.asked, detail=tier.detail, format=inquiry.format)
    Round(0, woken.asked, woken, Placed(len(said)), said).add_ranked(request)
    synthesize(request)
    yield "synth: composes the answer", time.process_time() - began


def shares(mind: Mind, data: Dataset, tier: Tier, rounds: int) -> dict[str, float]:
    """Milliseconds of a question by component, each question's cheapest round."""
    found, whole = tiers.Tiers().named(str(tier)), Counter[str]()
    for case in data.cases:
        taken = [dict(steps(mind, case["question"], found)) for _ in range(rounds + 1)]
        for name in taken[0]:
            whole[name] += min(one[name] for one in taken) / len(data.cases) * 1e3  # type: ignore[assignment]
    return dict(whole)


def measured(endpoint: Endpoint, mind: Mind, data: Dataset, rounds: int) -> Iterator[tuple[str, Mapping[str, float]]]:
    """By model: milliseconds of a question by component, and by process where it is one."""
    learn(endpoint, data)
    for tier in Tier:
        asked(endpoint, data, tier)
        best = min((costs(endpoint, data, tier) for _ in range(rounds)), key=lambda one: sum(one.values()))
        parts = shares(mind, data, tier, rounds)
        yield str(tier), {**parts, REST: best.pop(TOGETHER) - sum(parts.values()), **best}


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
        mind = Mind(Path(folder, "in-process"), documents_of(data))
        async with running(Path(folder, "servers"), None, 2, console.print) as myriad:
            rows = await asyncio.to_thread(lambda: dict(measured(myriad.endpoint, mind, data, arguments.rounds)))
    console.print(table(rows))


if __name__ == "__main__":
    asyncio.run(main())
