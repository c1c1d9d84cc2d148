"""Injecting: what the directory holds after answers and reports that overtake each other."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence

import pytest

from dlm import inject
from dlm.adapters.memory_directory import MemoryDirectory
from dlm.errors import NoHostReady
from dlm.fleet import Fleet
from dlm.inject import Injector
from dlm.others import Alone
from dlm.ports import Packet, Taken
from dlm.residency import Residency
from dlm.states import States
from dlm.watch import Watchers
from mesh.errors import ComponentUnavailable
from myriad.dlm.v1.host_pb2 import Host

HOST = Host(id="h", address="127.0.0.1:1", state=Host.STATE_READY)
A, B = "minds/m/agents/a", "minds/m/agents/b"
PACKET = Packet(b"packet", "")


class Hosts:
    """Hosts that answer when they are told to."""

    def __init__(self) -> None:
        self.answers: dict[str, asyncio.Future[Sequence[str]]] = {}
        self.sizes: list[int] = []
        self.refused: list[str] = []

    async def inject(self, host: Host, packets: Mapping[str, Packet], spare: bool = False) -> Taken:
        self.sizes.append(len(packets))
        (first, *_) = packets
        self.answers[first] = asyncio.get_running_loop().create_future()
        return Taken(await self.answers[first], self.refused)

    async def release(self, host: Host, agents: Sequence[str]) -> Sequence[str]:
        raise AssertionError

    async def serves(self, host: Host) -> bool:
        raise AssertionError

    async def is_over(self, host: Host) -> bool:
        raise AssertionError


class World:
    def __init__(self) -> None:
        self.fleet, self.directory, self.hosts = Fleet(), MemoryDirectory(), Hosts()
        self.residency = Residency(self.directory, Watchers(self.fleet, self.directory))
        self.states = States(self.fleet, self.residency, self.reached, Alone())
        self.injector = Injector(self.fleet, self.states, self.directory, self.residency, self.hosts)
        self.member = self.fleet.join(HOST)

    async def reached(self) -> bool:
        return True

    async def start(self, *agents: str) -> asyncio.Task[inject.Outcome]:
        task = asyncio.create_task(self.injector.inject(dict.fromkeys(agents, PACKET)))
        await asyncio.sleep(0.01)
        return task


async def test_a_report_that_overtakes_the_answer_is_the_newer_word() -> None:
    """A host took A, gave it up for B, and reported that before its answers arrived: A must not stay listed."""
    world = World()
    first, second = await world.start(A), await world.start(B)
    await world.residency.release("h", [A])
    world.hosts.answers[A].set_result([])
    world.hosts.answers[B].set_result([A])
    await asyncio.gather(first, second)
    assert list(await world.directory.agents_on("h")) == [B]


async def test_a_late_answer_does_not_take_out_what_was_brought_in_again() -> None:
    world = World()
    evicting = await world.start(B)
    again = await world.start(A)
    world.hosts.answers[A].set_result([])
    await again
    world.hosts.answers[B].set_result([A])
    await evicting
    assert sorted(await world.directory.agents_on("h")) == [A, B]
    assert not world.residency._noting


async def test_a_host_that_left_while_it_answered_holds_nothing() -> None:
    world = World()
    under_way = await world.start(A)
    world.fleet.leave(world.member)
    world.hosts.answers[A].set_result([])
    assert isinstance((await under_way)[A], ComponentUnavailable)
    assert await world.directory.hosts_of([A]) == {}


async def test_an_agent_given_up_for_the_rest_of_its_own_message_is_not_awake() -> None:
    world = World()
    under_way = await world.start(A, B)
    world.hosts.answers[A].set_result([A])
    outcome = await under_way
    assert outcome[B] == "h"
    assert getattr(outcome[A], "reason_name", "") == "HOST_FULL"
    assert list(await world.directory.agents_on("h")) == [B]


async def test_a_message_is_not_larger_than_its_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inject, "LARGEST_MESSAGE_BYTES", 100)
    world = World()
    packets = {f"minds/m/agents/a{n}": Packet(bytes(30), "") for n in range(4)}
    task = asyncio.create_task(world.injector.inject(packets))
    for _ in range(2):
        await asyncio.sleep(0.01)
        for answer in world.hosts.answers.values():
            if not answer.done():
                answer.set_result([])
    assert set((await task).values()) == {"h"}
    assert world.hosts.sizes == [2, 2]


async def test_without_a_ready_host_nothing_is_tried() -> None:
    world = World()
    world.fleet.leave(world.member)
    with pytest.raises(NoHostReady):
        await world.injector.inject({A: PACKET})


async def test_one_load_pushes_out_a_part_of_a_host_only() -> None:
    world = World()
    world.member.host.agent_count = 8_000
    packets = {f"minds/m/agents/a{n}": PACKET for n in range(1_000)}
    task = asyncio.create_task(world.injector.inject(packets))
    for number in range(3):
        await asyncio.sleep(0.01)
        for answer in world.hosts.answers.values():
            if not answer.done():
                answer.set_result([f"minds/m/agents/old{number}-{n}" for n in range(600)])
    outcome = await task
    assert world.hosts.sizes == [200, 200]
    assert [getattr(one, "reason_name", one) for one in outcome.values()] == ["h"] * 400 + ["HOST_FULL"] * 600


async def test_what_a_host_has_no_room_for_keeps_no_other_out() -> None:
    world = World()
    world.hosts.refused = [B]
    under_way = await world.start(A, B)
    world.hosts.answers[A].set_result([])
    outcome = await under_way
    assert outcome[A] == "h"
    assert getattr(outcome[B], "reason_name", "") == "HOST_FULL"
    assert list(await world.directory.agents_on("h")) == [A]
    again = await world.start(B)
    assert (await again)[B] is outcome[B]
    assert world.hosts.sizes == [2]
