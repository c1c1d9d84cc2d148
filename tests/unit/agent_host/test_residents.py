"""Residents: who stays and who goes."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent_host.errors import HostFull, PacketCorrupt
from agent_host.inject import Given, inject
from agent_host.residents import ENTRY_BYTES, Residents
from agent_host.shedding import Shedding
from myriad.agent.v1.packet_pb2 import CognitivePacket

SIZE = 1_000
CAPACITY = 40 * SIZE
"""Room for forty agents."""


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def changes() -> list[tuple[str, bool]]:
    return []


@pytest.fixture
def residents(clock: Clock, changes: list[tuple[str, bool]]) -> Residents:
    return Residents(CAPACITY, lambda agent, here: changes.append((agent, here)), clock)


def padded(agent: str, size: int = SIZE) -> bytes:
    """A packet that takes so much room."""
    packet = CognitivePacket(schema=1, agent=agent)
    packet.text = " " * (size - ENTRY_BYTES - packet.ByteSize() - 3)
    return packet.SerializeToString()


def fill(residents: Residents, *agents: str) -> None:
    for agent in agents:
        residents.admit(agent, padded(agent), ())


def test_who_was_asked_least_goes_first(residents: Residents, changes: list[tuple[str, bool]]) -> None:
    fill(residents, *(f"a{number:02}" for number in range(40)))
    for agent in list(residents) * 2:
        if agent not in ("a03", "a04"):
            residents.use(agent)
    victims = residents.admit("k", padded("k", 2 * SIZE), ())
    assert victims is not None
    assert "a03" in victims
    assert changes[-3:] == [*((victim, False) for victim in victims), ("k", True)]
    assert len(residents) == 39


def test_a_scan_does_not_push_out_what_is_asked_again_and_again(residents: Residents) -> None:
    hot = [f"hot{number}" for number in range(20)]
    fill(residents, *hot)
    for agent in hot * 3:
        residents.use(agent)
    for number in range(400):
        fill(residents, f"scan{number}")
        residents.use(f"scan{number}")
    assert all(agent in residents for agent in hot)


def test_an_agent_larger_than_the_host_finds_no_room_and_pushes_nobody_out(residents: Residents) -> None:
    fill(residents, "a")
    assert residents.admit("big", padded("big", 41 * SIZE), ()) is None
    assert list(residents) == ["a"]


def test_what_comes_together_does_not_push_itself_out(residents: Residents) -> None:
    fill(residents, *(f"a{number}" for number in range(40)))
    beside = [f"a{number}" for number in range(1, 40)]
    assert residents.admit("b", padded("b"), [*beside, "b"]) == ["a0"]
    assert residents.admit("c", padded("c"), [*beside, "b", "c"]) is None


async def test_idle_agents_are_given_up(residents: Residents, clock: Clock) -> None:
    fill(residents, "a", "b")
    clock.now = 9.0
    residents.use("b")
    clock.now = 10.0
    await Shedding(residents, 10.0, 0, clock).release_idle()
    assert (list(residents), residents.given_up["idle"]) == (["b"], 1)


def test_giving_up_what_is_not_held_is_nothing(residents: Residents, changes: list[tuple[str, bool]]) -> None:
    assert not residents.release("x")
    assert changes == []


def test_asking_takes_no_memory(residents: Residents) -> None:
    agents = [f"a{number}" for number in range(30)]
    fill(residents, *agents)
    held = residents.used_bytes
    assert all(residents.use(agent) for agent in agents)
    assert residents.used_bytes == held


def test_above_the_high_mark_agents_are_given_up_down_to_the_low_one() -> None:
    residents = Residents(100 * CAPACITY, lambda *_: None)
    shedding = Shedding(residents, 10.0, 0)
    agents = [f"a{number}" for number in range(4_000)]
    fill(residents, *agents[:3_000])
    for agent in agents:
        residents.use(agent)
    shedding.relieve()
    assert residents.given_up["pressure"] == 0
    fill(residents, *agents[3_000:])
    assert residents.used_bytes > 0.95 * residents.capacity_bytes
    shedding.relieve()
    assert residents.used_bytes <= 0.9 * residents.capacity_bytes
    assert len(residents) == 3_600


def test_when_the_process_takes_too_much_a_twentieth_is_given_up_at_a_time(residents: Residents) -> None:
    taken = 1_000_000
    shedding = Shedding(residents, 10.0, 1_000_000, taken=lambda: taken)
    fill(residents, *(f"a{number}" for number in range(38)))
    shedding.relieve()
    assert (len(residents), residents.given_up["pressure"]) == (36, 2)
    taken = 940_000
    shedding.relieve()
    assert len(residents) == 36


def test_what_comes_ahead_gets_spare_room_only_and_is_counted_when_it_is_asked(residents: Residents) -> None:
    for number in range(50):
        residents.admit_ahead(f"a{number}", padded(f"a{number}"))
    assert len(residents) == 36
    assert not residents.admit("b", padded("b", 4 * SIZE), ())
    assert residents.admit("c", padded("c"), ())
    for agent in list(residents)[:3] * 2:
        residents.use(agent)
    for agent in list(residents):
        residents.release(agent)
    assert residents.ahead["taken"] == 36
    assert residents.ahead["used"] + residents.ahead["unused"] == 36
    assert residents.ahead["used"] in (2, 3)


async def test_the_pinned_stay_whatever_is_asked_for(residents: Residents, clock: Clock) -> None:
    agents = [f"a{number}" for number in range(40)]
    fill(residents, *agents)
    pinned = [agent for agent in agents if residents.pin(agent)]
    assert (pinned, residents.pinned) == (agents[:20], 20)
    assert residents.pin(agents[0])
    assert not residents.pin("nobody")
    fill(residents, *(f"b{number}" for number in range(100)))
    residents.shed(30 * SIZE)
    clock.now = 1_000.0
    await Shedding(residents, 10.0, 0, clock).release_idle()
    assert list(residents) == agents[:20]
    assert residents.use("a3") is not None
    for agent in agents:
        residents.release(agent)
    assert (len(residents), residents.used_bytes, residents.pinned) == (0, 0, 0)
    fill(residents, *agents)
    assert len(residents) == 40


@given(
    st.lists(st.tuples(st.sampled_from("aursp"), st.sampled_from("abcdefgh"), st.integers(700, 20_000)), max_size=60)
)
def test_the_bytes_are_those_held_and_never_more_than_the_capacity(steps: list[tuple[str, str, int]]) -> None:
    held: dict[str, int] = {}
    size_of: dict[str, int] = {}

    def changed(agent: str, here: bool) -> None:
        if here:
            held[agent] = size_of[agent]
        else:
            del held[agent]

    residents = Residents(CAPACITY, changed, Clock())
    for step, agent, size in steps:
        if step == "a" and agent not in residents:
            packet = padded(agent, size)
            size_of[agent] = ENTRY_BYTES + len(packet)
            residents.admit(agent, packet, ())
        elif step == "u":
            residents.use(agent)
        elif step == "p":
            residents.pin(agent)
        elif step == "s":
            residents.shed(size)
        else:
            residents.release(agent)
        assert sum(held.values()) <= residents.used_bytes <= CAPACITY
        assert sorted(residents) == sorted(held)
        assert len(residents) == len(held)


def told(content: bytes) -> Given:
    return Given(content, hashlib.sha256(content).digest())


async def test_one_bad_packet_keeps_no_other_out(packet: Callable[..., CognitivePacket]) -> None:
    residents = Residents(1_000_000, lambda *_: None)
    good, bad = "minds/m/agents/a1", "minds/m/agents/a2"
    with pytest.raises(PacketCorrupt) as caught:
        await inject(residents, {bad: told(b"\xff"), good: told(packet("It is so.").SerializeToString())})
    assert caught.value.metadata["agents"] == bad
    assert list(residents) == [good]


async def test_a_packet_that_finds_no_room_keeps_no_other_out(packet: Callable[..., CognitivePacket]) -> None:
    small, large = "minds/m/agents/a1", "minds/m/agents/a2"
    contents = {
        large: told(packet("It is so. " * 500, agent=large).SerializeToString()),
        small: told(packet("It is so.", agent=small).SerializeToString()),
    }
    residents = Residents(10_000, lambda *_: None)
    assert await inject(residents, contents) == ([], [large])
    with pytest.raises(HostFull) as caught:
        await inject(residents, {large: contents[large]})
    assert caught.value.metadata["agents"] == large
    assert list(residents) == [small]
