"""Four times what a Myriad can answer: what is too much is refused with when to try again, and nothing is lost."""

from __future__ import annotations

import asyncio
import math
import random
import statistics
import time
from collections.abc import Sequence
from dataclasses import replace
from itertools import count

import httpx
import pytest

from tests.system import invariants
from tests.system.faults import Deeds
from tests.system.harness import Up, needs_all, until_well
from tests.system.load import MIND, Outcome, River, query, refusal

pytestmark = [pytest.mark.timeout(300), *needs_all]
RIVERS = 60
KEYS = 8
TIMES = 4
CLOSED_CALLERS = 8
MEASURE_SECONDS = 3.0
SAMPLE_SECONDS = 3.0
SOAK_SECONDS = 60.0
LONGEST_SECONDS = 45.0
"""What the tier allows, and what whoever asks so much adds on the same processors: hardly anything takes longer."""
NORMAL_SECONDS = 10.0
"""After so long all is as before."""


def test_at_four_times_what_it_answers_it_refuses_clearly_and_loses_nothing(served: Up, thorough: bool) -> None:
    up, well, deeds = served, invariants.running(served), Deeds.begun(served, RIVERS)
    keys = readers(up, KEYS)
    rivers = list(deeds.known)
    asyncio.run(closed(up, keys, rivers))  # wakes the agents, and warms the graph
    quiet = [one.seconds for one in asyncio.run(closed(up, keys[:1], rivers))]
    rate = len(asyncio.run(closed(up, keys, rivers, CLOSED_CALLERS))) / MEASURE_SECONDS
    seconds = SOAK_SECONDS if thorough else SAMPLE_SECONDS
    came: list[Outcome] = []
    learned = deeds.during("learn", lambda: came.extend(asyncio.run(opened(up, keys, rivers, TIMES * rate, seconds))))
    after = time.monotonic()
    admitted = sorted(one.seconds for one in came if not one.problem)
    print(f"{rate:.0f}/s closed; {len(came)} asked, {len(admitted)} answered, p99 {p99(admitted):.2f} s")
    assert not [one for one in [*came, *learned] if not one.clear]
    assert p99(admitted) < LONGEST_SECONDS
    assert len(admitted) > rate * seconds / 4  # it goes on answering, beside whoever asks
    assert not deeds.unfinished
    until_well(lambda: slow(up, rivers, 10 * statistics.median(quiet)), NORMAL_SECONDS)
    print(f"as before after {time.monotonic() - after:.1f} s")
    invariants.hold(deeds, well, random.Random(TIMES))


def readers(up: Up, number: int) -> list[str]:
    with up.http() as http:
        made = [http.post("/v1/keys", json={"role": "ROLE_READER", "minds": [f"minds/{MIND}"]}) for _ in range(number)]
    return [str(one.raise_for_status().json()["secret"]) for one in made]


async def closed(up: Up, keys: Sequence[str], rivers: Sequence[River], callers: int = 1) -> list[Outcome]:
    """Callers that ask one after the other; what came of it."""
    outcomes: list[Outcome] = []

    async def one(http: httpx.AsyncClient, caller: int) -> None:
        ends = time.monotonic() + MEASURE_SECONDS
        for turn in count(caller):
            if time.monotonic() > ends:
                return
            outcomes.append(await asked(http, keys[turn % len(keys)], rivers[turn * 7 % len(rivers)]))

    async with client(up) as http:
        await asyncio.gather(*(one(http, caller) for caller in range(callers)))
    assert not [one for one in outcomes if one.problem]
    return outcomes


async def opened(
    up: Up, keys: Sequence[str], rivers: Sequence[River], rate: float, seconds: float
) -> Sequence[Outcome]:
    """So many a second, whatever becomes of those before."""
    began, calls = time.monotonic(), list[asyncio.Task[Outcome]]()
    async with client(up) as http, asyncio.TaskGroup() as group:
        for turn in range(int(rate * seconds)):
            await asyncio.sleep(began + turn / rate - time.monotonic())
            calls.append(group.create_task(asked(http, keys[turn % len(keys)], rivers[turn * 7 % len(rivers)])))
    return [call.result() for call in calls]


def client(up: Up) -> httpx.AsyncClient:
    return httpx.AsyncClient(
        base_url=up.url, trust_env=False, verify=False, timeout=60, limits=httpx.Limits(max_connections=None)
    )


async def asked(http: httpx.AsyncClient, key: str, river: River) -> Outcome:
    body = {"question": river.question, "mind": MIND, "model": "myriad-base"}
    began = time.monotonic()
    outcome = Outcome("query", began, 0.0)
    try:
        response = await http.post("/v1/query", json=body, headers={"authorization": f"Bearer {key}"})
    except httpx.HTTPError as error:
        outcome = replace(outcome, problem=repr(error), clear=False)
    else:
        if response.is_success:
            told = river.told_by(response.json()["answer"]["citations"], "quote")
            outcome = replace(outcome, problem="" if told else "not told", clear=told)
        else:
            problem, clear = refusal(response)
            outcome = replace(outcome, problem=problem, clear=clear)
    return replace(outcome, seconds=time.monotonic() - began)


def p99(ordered: Sequence[float]) -> float:
    return ordered[math.ceil(0.99 * len(ordered)) - 1]


def slow(up: Up, rivers: Sequence[River], bound: float) -> str:
    """What is not as before."""
    with up.http() as http:
        began = time.monotonic()
        for river in rivers[:5]:
            if problem := query("myriad-base")(http, river):
                return problem
    seconds = (time.monotonic() - began) / 5
    return f"{seconds:.3f} s an answer" if seconds > bound else ""
