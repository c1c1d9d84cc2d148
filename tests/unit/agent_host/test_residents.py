"""Residents: who stays and who goes."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent_host import passage
from agent_host.errors import HostFull, PacketCorrupt
from agent_host.inject import Given, inject
from agent_host.passage import Passage
from agent_host.residents import Residents
from myriad.agent.v1.packet_pb2 import CognitivePacket

EMPTY = passage.read("minds/m/agents/a", CognitivePacket(schema=1, agent="minds/m/agents/a").SerializeToString())


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@dataclass(frozen=True, eq=False)
class Sized(Passage):
    @property
    def bytes(self) -> int:
        return self.size


def sized(size: int) -> Passage:
    return Sized(EMPTY.packet, size)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def changes() -> list[tuple[str, bool]]:
    return []


@pytest.fixture
def residents(clock: Clock, changes: list[tuple[str, bool]]) -> Residents:
    return Residents(100, 10.0, lambda agent, here: changes.append((agent, here)), clock)


def fill(residents: Residents, *agents: str, size: int = 10) -> None:
    for agent in agents:
        residents.admit(agent, sized(size), ())


def test_the_least_recently_used_goes_first(residents: Residents, changes: list[tuple[str, bool]]) -> None:
    fill(residents, *"abcdefghij")
    residents.use("a")
    assert residents.admit("k", sized(20), ()) == ["b", "c"]
    assert residents.bytes == 100
    assert changes[-3:] == [("b", False), ("c", False), ("k", True)]


def test_a_scan_does_not_push_out_what_is_asked_again_and_again(residents: Residents) -> None:
    fill(residents, "hot")
    residents.use("hot")
    residents.use("hot")
    for number in range(100):
        fill(residents, f"scan{number}")
        residents.use(f"scan{number}")
    assert "hot" in residents


def test_the_protected_make_way_when_they_take_too_much(residents: Residents) -> None:
    fill(residents, *"abcdefghij")
    for agent in "abcdefghij" * 2:
        residents.use(agent)
    assert residents.admit("k", sized(10), ()) == ["a"]


def test_an_agent_larger_than_the_host_finds_no_room_and_pushes_nobody_out(residents: Residents) -> None:
    fill(residents, "a")
    assert residents.admit("big", sized(101), ()) is None
    assert list(residents) == ["a"]


def test_what_comes_together_does_not_push_itself_out(residents: Residents) -> None:
    fill(residents, "a", "b", size=50)
    assert residents.admit("c", sized(50), ["b", "c"]) == ["a"]
    assert residents.admit("d", sized(50), ["b", "c", "d"]) is None


def test_idle_agents_are_given_up(residents: Residents, clock: Clock) -> None:
    fill(residents, "a", "b")
    clock.now = 9.0
    residents.use("b")
    clock.now = 10.0
    assert residents.release_idle() == ["a"]


def test_giving_up_what_is_not_held_is_nothing(residents: Residents, changes: list[tuple[str, bool]]) -> None:
    assert not residents.release("x")
    assert changes == []


@given(st.lists(st.tuples(st.sampled_from("aur"), st.sampled_from("abcdefgh"), st.integers(1, 60)), max_size=60))
def test_the_bytes_are_those_held_and_never_more_than_the_capacity(steps: list[tuple[str, str, int]]) -> None:
    held: dict[str, int] = {}
    size_of: dict[str, int] = {}

    def changed(agent: str, here: bool) -> None:
        if here:
            held[agent] = size_of[agent]
        else:
            del held[agent]

    residents = Residents(100, 10.0, changed, Clock())
    for step, agent, size in steps:
        if step == "a" and agent not in residents:
            size_of[agent] = size
            residents.admit(agent, sized(size), ())
        elif step == "u":
            residents.use(agent)
        else:
            residents.release(agent)
        assert residents.bytes == sum(held.values()) <= 100
        assert sorted(residents) == sorted(held)
        assert len(residents) == len(held)


def test_what_a_passage_takes_once_it_has_been_asked_counts(read: Callable[..., Passage]) -> None:
    residents = Residents(1_000_000, 10.0, lambda *_: None)
    passage = read("It is so. " * 20)
    residents.admit("a", passage, ())
    before = residents.bytes
    assert passage.sentences
    for _ in range(3):
        residents.use("a")
    assert residents.bytes == passage.bytes > before
    residents.release("a")
    assert residents.bytes == 0


def told(content: bytes) -> Given:
    return Given(content, hashlib.sha256(content).digest())


async def test_one_bad_packet_keeps_no_other_out(packet: Callable[..., CognitivePacket]) -> None:
    residents = Residents(1_000_000, 10.0, lambda *_: None)
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
    residents = Residents(10_000, 10.0, lambda *_: None)
    with pytest.raises(HostFull) as caught:
        await inject(residents, contents)
    assert caught.value.metadata["agents"] == large
    assert list(residents) == [small]
