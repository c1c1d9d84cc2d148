"""Replicas of the DLM: whatever becomes of their notes, they end up with one picture."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dlm.adapters.memory_directory import MemoryDirectory
from dlm.fleet import Fleet
from dlm.flights import Awake, Flights, Source
from dlm.forgotten import Forgotten
from dlm.orphans import Orphans
from dlm.ports import Packet, Taken
from dlm.replicas import STALE_SECONDS, Replicas
from dlm.residency import Residency
from dlm.states import States, named
from dlm.watch import Watchers
from mesh.errors import ComponentUnavailable
from myriad.dlm.v1.fleet_service_pb2 import HydrationCounts
from myriad.dlm.v1.host_pb2 import Host
from myriad.dlm.v1.replica_note_pb2 import ReplicaFigures

AGENTS = [f"minds/m/agents/{letter}" for letter in "abcd"]


class Board:
    """A bulletin that hands out what it is given, and remembers all that was posted."""

    def __init__(self) -> None:
        self.posted: list[bytes] = []
        self.coming: list[bytes] = []

    async def post(self, notes: Sequence[bytes]) -> None:
        self.posted += notes

    async def read(self) -> Sequence[tuple[float, bytes]]:
        notes, self.coming = self.coming, []
        return [(0.0, note) for note in notes]

    async def lead(self, _replica: str) -> int:
        return 0


class Hosts:
    """Those in `living` answer; of those in `lapsed` the lease is over."""

    def __init__(self) -> None:
        self.living: set[str] = set()
        self.lapsed: set[str] = set()

    async def serves(self, host: Host) -> bool:
        if host.id not in self.living:
            raise ComponentUnavailable("gone")
        return host.id not in self.lapsed

    async def release(self, host: Host, agents: Sequence[str]) -> Sequence[str]:
        raise AssertionError

    async def inject(self, host: Host, packets: Mapping[str, Packet], spare: bool = False) -> Taken:
        raise AssertionError

    async def is_over(self, host: Host) -> bool:
        raise AssertionError


class Replica:
    def __init__(self, place: str) -> None:
        self.board, self.fleet, self.directory, self.hosts = Board(), Fleet(), MemoryDirectory(), Hosts()
        self.residency = Residency(self.directory, Watchers(self.fleet, self.directory))
        self.replicas = Replicas(place, self.fleet, self.directory, self.residency, Forgotten(), Flights(), self.board)
        self.states = States(self.fleet, self.residency, self.reached, self.replicas)
        self.orphans = Orphans(self.fleet, self.residency, self.hosts, self.replicas.hears)

    async def reached(self) -> bool:
        return True

    async def post(self) -> list[bytes]:
        """What it has to say now."""
        self.replicas.beat()
        await self.replicas._post()
        notes, self.board.posted = self.board.posted, []
        return notes

    async def take(self, notes: Sequence[bytes]) -> None:
        self.board.coming += notes
        await self.replicas._read()

    async def held(self) -> dict[str, set[str]]:
        return {host.id: set(await self.directory.agents_on(host.id)) for host in self.fleet.hosts()}


async def change(replica: Replica, host: str, kind: str, agents: Sequence[str]) -> None:
    """What the registry does when a host comes, reports and goes."""
    member = replica.fleet.member(host)
    if kind == "come" or member is None or member.replica:
        await replica.residency.arrive(Host(id=host), agents)
        member = replica.fleet.join(Host(id=host, address=f"127.0.0.1:{ord(host)}", state=Host.STATE_READY))
        await replica.replicas.welcome(member)
    elif kind == "leave":
        replica.fleet.leave(member)
        await replica.residency.leave(host)
        replica.replicas.beat()
    else:
        placed, released = (agents, ()) if kind == "place" else ((), agents)
        await replica.residency.place(host, placed)
        await replica.residency.release(host, released)
        replica.replicas.tell(member, placed, released)


steps = st.lists(
    st.tuples(
        st.integers(0, 1),
        st.sampled_from("xy"),
        st.sampled_from(["come", "place", "release", "leave"]),
        st.lists(st.sampled_from(AGENTS), unique=True),
    ),
    max_size=12,
)


@settings(deadline=None, max_examples=60)
@given(steps, st.randoms(use_true_random=False))
async def test_notes_lost_twice_and_out_of_order_leave_one_picture_in_the_end(
    steps: list[tuple[int, str, str, list[str]]], chance: object
) -> None:
    both = [Replica("a"), Replica("b")]
    for which, host, kind, agents in steps:
        await change(both[which], host, kind, agents)
        notes = await both[which].post()
        notes = [note for note in notes for _ in range(chance.choice([0, 1, 1, 2]))]  # type: ignore[attr-defined]
        chance.shuffle(notes)  # type: ignore[attr-defined]
        await both[1 - which].take(notes)
        # Two ties of one host at once are no matter of the notes: each replica hears of the other's before the next.
        await both[1 - which].take(await both[which].post())
    for _ in range(4):
        for one, other in (both, both[::-1]):
            one.replicas._asked.clear()
            one.replicas._given.clear()
            await other.take(await one.post())
    assert await both[0].held() == await both[1].held()
    ties = [{member.host.id: not member.replica for member in one.fleet.members()} for one in both]
    assert all(ties[0][host] != ties[1][host] for host in ties[0]), "each host is tied to one"


async def test_a_stay_that_is_older_ends_no_newer_one() -> None:
    old, new = Replica("a"), Replica("b")
    await change(old, "x", "come", AGENTS[:2])
    late = await old.post()
    await new.take(late[:1])
    await change(new, "x", "come", AGENTS)
    await new.take(late)
    await new.take(await old.post())
    assert await new.held() == {"x": set(AGENTS)}
    await old.take(await new.post())
    assert await old.held() == {"x": set(AGENTS)}
    member = old.fleet.member("x")
    assert member
    assert member.replica == new.replicas.name


async def test_the_hosts_of_a_replica_that_is_silent_for_long_are_gone_if_they_do_not_answer_either() -> None:
    one, other = Replica("a"), Replica("b")
    for host in "xy":
        await change(one, host, "come", AGENTS)
    await other.take(await one.post())
    assert set(await other.held()) == {"x", "y"}
    other.replicas._heard[one.replicas.name] -= 30
    await other.take([])
    other.hosts.living = {"y"}
    await other.orphans.ask()
    assert set(await other.held()) == {"y"}
    assert [host.id for host in other.fleet.left()] == ["x"], "it may serve until its lease ends"
    await change(other, "y", "come", AGENTS[:1])
    other.hosts.living = set()
    await other.orphans.ask()
    assert await other.held() == {"y": set(AGENTS[:1])}, "it is tied to this replica now"


async def test_a_host_whose_lease_is_over_takes_nothing_before_it_has_come_to_a_replica() -> None:
    one, other = Replica("a"), Replica("b")
    await change(one, "x", "come", AGENTS)
    await other.take(await one.post())
    other.replicas._heard[one.replicas.name] -= 30
    await other.take([])
    other.hosts.living = other.hosts.lapsed = {"x"}
    await other.orphans.ask()
    assert not other.fleet.ready()
    await change(other, "x", "come", AGENTS)
    await other.orphans.ask()
    assert await other.held() == {"x": set(AGENTS)}


async def test_a_clock_that_was_an_hour_ahead_holds_no_host_for_a_replica_that_is_gone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ahead, one, other = Replica("a"), Replica("b"), Replica("c")
    now = time.time_ns()
    with monkeypatch.context() as patch:
        patch.setattr("dlm.fleet.time.time_ns", lambda: now + 3600 * 10**9)
        await change(ahead, "x", "come", AGENTS)
    await other.take(await ahead.post())
    await change(one, "x", "come", AGENTS[:1])
    await other.take(await one.post())
    assert await other.held() == {"x": set(AGENTS)}, "both are there, and say so"
    other.replicas._heard[ahead.replicas.name] -= 30
    other.hosts.living = {"x"}
    await other.take([])
    await other.orphans.ask()
    for _ in range(3):
        one.replicas._given.clear()
        await other.take(await one.post())
        await one.take(await other.post())
    assert await other.held() == {"x": set(AGENTS[:1])}


async def test_what_was_not_read_for_long_makes_nobody_gone() -> None:
    one, other = Replica("a"), Replica("b")
    await change(one, "x", "come", AGENTS)
    await other.take(await one.post())
    other.replicas._heard[one.replicas.name] -= 30
    other.replicas._read_at -= 30
    await other.take([])
    await other.orphans.ask()
    assert set(await other.held()) == {"x"}


async def test_a_replica_that_starts_where_another_ran_takes_its_place() -> None:
    first, other, again = Replica("a"), Replica("b"), Replica("a")
    await change(first, "x", "come", AGENTS)
    await other.take(await first.post())
    await other.take(await again.post())
    assert len(other.replicas) == 1
    await other.orphans.ask()
    assert await other.held() == {}


async def test_each_knows_what_the_others_count_until_they_are_silent() -> None:
    one, other = Replica("a"), Replica("b")
    counted = ReplicaFigures(hydration=HydrationCounts(requested_count=7))
    one.replicas.show(lambda: counted)
    await other.take(await one.post())
    assert other.replicas.figures() == [counted]
    other.replicas._heard[one.replicas.name] -= STALE_SECONDS
    assert other.replicas.figures() == []


async def test_agents_that_two_replicas_bring_in_at_once_are_counted_by_the_later_one() -> None:
    one, other = Replica("a"), Replica("b")
    await change(one, "x", "come", ())
    await other.take(await one.post())
    under_way = other.replicas._flights.start(AGENTS[0], "")
    await change(one, "x", "place", AGENTS[:2])
    await other.take(await one.post())
    other.replicas._flights.land(under_way, Awake("x", Source.STORE))
    await change(one, "x", "place", AGENTS[2:])
    await other.take(await one.post())
    assert (one.replicas.doubled, other.replicas.doubled) == (0, 1)


def known(replica: Replica, host: str) -> str:
    """The state of a host as a replica knows it."""
    found = replica.fleet.host(host)
    return named(found.phase) if found else ""


async def test_a_host_that_one_replica_needs_is_active_for_all_whatever_was_said_before() -> None:
    one, other = Replica("a"), Replica("b")
    one.fleet.join(Host(id="x", address="127.0.0.1:1", state=Host.STATE_READY, phase=Host.PHASE_IDLE))
    before = await one.post()
    await other.take(before)
    assert known(other, "x") == "idle"
    late = await one.post()

    async def need() -> None:
        async with other.states.using(["x"]):
            pass

    needs = asyncio.create_task(need())
    await asyncio.sleep(0.01)
    assert known(other, "x") == "active"
    await other.take(late)
    assert known(other, "x") == "active", "its replica had not read yet that it is needed"
    await one.take(await other.post())
    await asyncio.sleep(0.01)
    assert not needs.done(), "its replica has not said yet that it is active"
    await other.take(await one.post())
    await asyncio.wait_for(needs, 0.5)
    assert (known(one, "x"), known(other, "x")) == ("active", "active")


async def test_a_host_that_one_replica_reserves_is_activated_by_none() -> None:
    one, other = Replica("a"), Replica("b")
    one.fleet.join(Host(id="x", address="127.0.0.1:1", state=Host.STATE_READY, phase=Host.PHASE_IDLE))
    await other.take(await one.post())
    assert other.states.reserve(["x"]) == ["x"]
    await one.take(await other.post())
    assert not one.fleet.idle()
    one.states.release(["x"])
    await other.take(await one.post())
    assert [len(replica.fleet.idle()) for replica in (one, other)] == [1, 1]


async def test_hosts_of_an_older_replica_which_says_nothing_of_states_are_active() -> None:
    one, other = Replica("a"), Replica("b")
    one.fleet.join(Host(id="x", address="127.0.0.1:1", state=Host.STATE_READY))
    await other.take(await one.post())
    assert known(other, "x") == "active"
    assert [host.id for host in other.fleet.active()] == ["x"]
