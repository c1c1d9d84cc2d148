"""Who shall be held by another host too."""

from __future__ import annotations

import pytest

from agent_host.busyness import Busyness
from agent_host.residents import Residents
from agent_host.wanted import HOT_ASKS, PERIOD_SECONDS, RECENT_SECONDS, Wanted
from myriad.agent.v1.packet_pb2 import CognitivePacket


@pytest.fixture
def clock() -> list[float]:
    return [0.0]


@pytest.fixture
def residents(clock: list[float]) -> Residents:
    residents = Residents(1_000_000, lambda *_: None, lambda: clock[0])
    for agent in "abc":
        residents.admit(agent, CognitivePacket(schema=1, agent=agent).SerializeToString(), ())
    return residents


def test_who_is_asked_very_often_is_named_once_a_period(residents: Residents, clock: list[float]) -> None:
    wanted = Wanted(residents, clock=lambda: clock[0])
    for agent, times in {"a": HOT_ASKS - 1, "b": HOT_ASKS, "c": HOT_ASKS + 1}.items():
        for _ in range(times):
            wanted.asked(agent)
    assert wanted.elsewhere(draining=False) == []
    clock[0] = PERIOD_SECONDS
    assert wanted.elsewhere(draining=False) == ["c", "b"]
    clock[0] = 2 * PERIOD_SECONDS
    assert wanted.elsewhere(draining=False) == []


def test_of_a_host_that_drains_those_asked_lately_are_named_the_latest_first(
    residents: Residents, clock: list[float]
) -> None:
    wanted = Wanted(residents, clock=lambda: clock[0])
    for clock[0], agent in ((10.0, "c"), (20.0, "a")):
        residents.use(agent)
    clock[0] = RECENT_SECONDS + 5.0
    assert wanted.elsewhere(draining=True) == ["a", "c"]


def test_a_busy_host_names_those_that_make_half_of_its_work(residents: Residents, clock: list[float]) -> None:
    wanted = Wanted(residents, busy=True, clock=lambda: clock[0])
    for agent, times in {"a": 2, "b": 3, "c": 4}.items():
        for _ in range(times):
            wanted.asked(agent)
    clock[0] = PERIOD_SECONDS
    assert wanted.elsewhere(draining=False) == ["c", "b"]


def test_a_host_is_busy_after_seconds_of_work_and_not_for_a_moment_of_it() -> None:
    now, spent = 0.0, 0.0
    busyness = Busyness(lambda: now, lambda: spent)
    was_busy = []
    for share in [1.0] * 20 + [0.0] * 4:
        now, spent = now + 0.5, spent + 0.5 * share
        was_busy.append(busyness.look())
    assert not any(was_busy[:15])
    assert was_busy[17]
    assert not busyness
