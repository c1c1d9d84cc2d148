"""
How many hosts a question asks: `python -m benchmarks.placement [--agents 10000] [--hosts 8]`.

Questions of the base tier are asked again and again in another order, and some of what they woke falls asleep in
between. Beside `dlm.placement` as it is runs the same with every agent placed for itself.
"""

from __future__ import annotations

import argparse
import random
import statistics
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import islice
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.scale import MIND, World, learn
from connectome.activate import activate
from dlm.placement import Load, place
from myriad.connectome.v1.activation_pb2 import Budget
from myriad.connectome.v1.activation_service_pb2 import ActivateRequest
from orchestrator.tiers import BUILT_IN

QUESTIONS, ROUNDS = 1_000, 3
PACKET_BYTES = 1_000


def main() -> None:
    parser = argparse.ArgumentParser(description="How many hosts a question asks.")
    parser.add_argument("--agents", type=int, default=10_000)
    parser.add_argument("--hosts", type=int, default=8)
    told = parser.parse_args()
    hosts = [f"h{number}" for number in range(told.hosts)]
    table = Table("asleep again", "placed", "hosts a question", "most loaded / mean", title=f"{told.hosts} hosts")
    questions = woken(told.agents)
    for asleep in (0.0, 0.1, 0.5):
        for name, together in (("each for itself", False), ("together", True)):
            asked, load = measured(questions, hosts, asleep, together=together)
            table.add_row(f"{asleep:.0%}", name, f"{asked:.2f}", f"{load:.2f}")
    Console().print(table)


def woken(agents: int) -> list[list[str]]:
    """The agents that each question wakes."""
    budget = BUILT_IN[1].budget
    limits = Budget(max_agents=budget.max_agents, max_hops=budget.max_hops, max_pushes=budget.max_pushes)
    with tempfile.TemporaryDirectory(prefix="myriad-placement-") as folder:
        world = World(agents)
        store, lexical = learn(Path(folder), world)
        requests = (
            ActivateRequest(mind=MIND, question=question, budget=limits)
            for question in islice(world.questions(), QUESTIONS)
        )
        found = [[one.agent for one in activate(store, lexical, request).agents] for request in requests]
        store.close()
    return found


def measured(
    questions: Sequence[Sequence[str]], hosts: Sequence[str], asleep: float, *, together: bool
) -> tuple[float, float]:
    """Hosts that a question asks in the last round, and how much more than the mean the most loaded host holds."""
    draw, where, asked = random.Random(1), dict[str, str](), list[int]()
    for last in (number == ROUNDS - 1 for number in range(ROUNDS)):
        for question in draw.sample(questions, len(questions)):
            cold = dict.fromkeys((agent for agent in question if agent not in where), PACKET_BYTES)
            if together:
                where |= place(cold, loads(where, hosts), Counter(where[one] for one in question if one in where))
            else:
                for agent in cold:
                    where |= place({agent: PACKET_BYTES}, loads(where, hosts))
            if last:
                asked.append(len({where[agent] for agent in question}))
            for agent in question:
                if draw.random() < asleep:
                    del where[agent]
    held = Counter(where.values())
    return statistics.mean(asked), max(held.values()) * len(hosts) / held.total()


def loads(where: Mapping[str, str], hosts: Sequence[str]) -> dict[str, Load]:
    held = Counter(where.values())
    return {host: Load(held[host]) for host in hosts}


if __name__ == "__main__":
    main()
