"""
Every process and every server dies and hangs while a Myriad learns, answers, forgets and drains.

`make check` takes a sample, `make soak` all, in an order that follows from MYRIAD_TEST_SEED, as do the moments.
"""

from __future__ import annotations

import os
import random
import signal
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import product

import pytest

from tests.conftest import SOAK_SECONDS
from tests.system import invariants
from tests.system.faults import ENDED_SECONDS, Deeds, Fault, is_well_told
from tests.system.harness import STOP_SECONDS, Up, alive, needs_all, start
from tests.system.load import Outcome
from tests.system.production import SERVERS

SEED = int(os.environ.get("MYRIAD_TEST_SEED", "10"))
PROCESSES = ("mind", "genesis", "dlm", "host-1", "gatekeeper", "envoy")
DURING = ("learn", "query", "forget", "drain")
SIGNALS = (signal.SIGKILL, signal.SIGSTOP)
EMBEDDED = (*PROCESSES, "mind-2")
PRODUCTION = (*PROCESSES, *SERVERS)
OPTIONS = ("--replicas", "2", "--hosts", "3")
SAMPLE = 4
"""Faults of each in `make check`."""
ENDED = 0.25
"""Share of those that hang for so long that they are ended."""
FIRST_RIVERS = 60

pytestmark = [pytest.mark.timeout(300), *needs_all]


@dataclass
class World:
    """A Myriad to which all that happens."""

    deeds: Deeds
    processes: Counter[str]
    """What runs when all is well."""


def faults(victims: Sequence[str]) -> Iterator[object]:
    """A sample that is always the same, and all."""
    possible = [Fault(*one) for one in product(victims, SIGNALS, DURING)]
    for fault in random.Random(len(possible)).sample(possible, SAMPLE):
        yield pytest.param(fault, id=f"sample-{fault}")
    chance = random.Random(SEED)
    for fault in chance.sample(possible, len(possible)):
        hangs = replace(fault, hangs_seconds=ENDED_SECONDS) if chance.random() < ENDED else fault
        yield pytest.param(hangs, id=str(fault), marks=[pytest.mark.soak, pytest.mark.timeout(SOAK_SECONDS)])


def begun(up: Up) -> World:
    return World(Deeds.begun(up, FIRST_RIVERS), invariants.running(up))


@pytest.fixture(scope="module")
def embedded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """After all that happened to it, nothing of it runs any more when it has stopped."""
    folder = tmp_path_factory.mktemp("embedded")
    up = start(folder / "data", folder / "state", options=OPTIONS)
    processes: dict[int, str] = {}
    try:
        yield begun(up)
        processes = up.children()
    finally:
        up.stop(STOP_SECONDS)
    assert not [command for pid, command in processes.items() if alive(pid)]


@pytest.fixture(scope="module")
def production(served: Up) -> World:
    return begun(served)


@pytest.mark.parametrize("fault", list(faults(EMBEDDED)))
def test_on_embedded_stores_what_was_acknowledged_holds_whatever_dies_or_hangs(embedded: World, fault: Fault) -> None:
    holds(embedded, fault)


@pytest.mark.parametrize("fault", list(faults(PRODUCTION)))
def test_on_production_stores_what_was_acknowledged_holds_whatever_dies_or_hangs(
    production: World, fault: Fault
) -> None:
    holds(production, fault)


def holds(world: World, fault: Fault) -> None:
    print(f"MYRIAD_TEST_SEED={SEED}")
    chance = random.Random(f"{SEED} {fault}")
    world.deeds.stock(FIRST_RIVERS)
    came = world.deeds.during(fault.during, partial(fault.strike, world.deeds.up, chance))
    assert not [one for one in came if not may_come(one, fault)]
    assert not world.deeds.unfinished
    invariants.hold(world.deeds, world.processes, chance)


def may_come(outcome: Outcome, fault: Fault) -> bool:
    """Whether this may come of a request: a clear word in time, or nobody there while Envoy itself is away."""
    if fault.victim == "envoy" and outcome.problem.startswith(("connection", "hangs")):
        return True
    return is_well_told(outcome)
