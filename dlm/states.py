"""
States of hosts. Idle: warm, holds nothing, and Envoy does not know it. Active: holds agents, or is about to be given
some. Draining: gives up what it holds, to leave or to be idle.

The replica of the DLM that a host is tied to decides; the others follow what it says.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Iterable, Mapping
from contextlib import asynccontextmanager
from weakref import WeakKeyDictionary

import structlog

from dlm.fleet import Fleet, Member
from dlm.others import Others
from dlm.residency import Residency
from myriad.dlm.v1.host_pb2 import Host

log = structlog.get_logger()
WANTED_SECONDS = 3.0
"""So much later the replica that a host is tied to has read that it is wanted, and says so itself."""
RESERVED_SECONDS = 60.0
"""A host that was to be taken away and is still there is like any other again."""


class States:
    """Who is in which state; activates hosts and keeps others idle."""

    def __init__(
        self, fleet: Fleet, residency: Residency, reached: Callable[[], Awaitable[bool]], others: Others
    ) -> None:
        """`reached()` waits until requests through Envoy come to all hosts that are active; False if it gives up."""
        self._fleet = fleet
        self._residency = residency
        self._reached = reached
        self._others = others
        others.heed(self._wanted_elsewhere, self._reserve)
        self._arrivals: dict[Member, asyncio.Task[None]] = {}
        self._in_use = Counter[Member]()
        self._used = WeakKeyDictionary[Member, float]()
        self._releases: dict[Member, asyncio.Event] = {}
        self.activations = 0
        self.unreached = 0
        """Of these, those that were used though not every Envoy had taken notice."""

    def counts(self) -> Mapping[str, int]:
        """How many hosts are `idle`, `active` and `draining`."""
        counts = dict.fromkeys(map(named, Host.Phase.values()[1:]), 0)
        return counts | Counter(named(host.phase) for host in self._fleet.hosts())

    def subscribe(self, callback: Callable[[], None]) -> None:
        """Call `callback` whenever a host comes, goes or is in another state, at once, on the event loop."""
        self._fleet.subscribe(callback)

    @asynccontextmanager
    async def using(self, hosts: Collection[str]) -> AsyncIterator[None]:
        """
        While the block lasts these are active, as far as they are there; it begins when Envoy sends them requests.

        Costs nothing for those that are active already.
        """
        members = [member for member in map(self._fleet.member, hosts) if member]
        self._in_use.update(members)
        try:
            for member in members:
                self._activate(member)
            if arrivals := [self._arrivals[member] for member in members if member in self._arrivals]:
                await asyncio.wait(arrivals)
            yield
        finally:
            self._in_use.subtract(members)
            self._in_use = +self._in_use
            self._used.update(dict.fromkeys(members, time.monotonic()))

    def rests(self, host: str) -> bool:
        """Whether a host is about to be idle: what it holds now it may not hold in a moment."""
        member = self._fleet.member(host)
        return member is not None and _may_be_active(member) and self._gives_up(member)

    def _gives_up(self, member: Member) -> bool:
        return member.host.phase == Host.PHASE_DRAINING or member in self._releases

    def last_used(self, member: Member) -> float:
        """When somebody needed a host to be active; now if somebody does."""
        return time.monotonic() if member in self._in_use else self._used.get(member, float("-inf"))

    @asynccontextmanager
    async def releasing(self, member: Member) -> AsyncIterator[None]:
        """While the block lasts nobody is told that the host is active, though it may be: it gives agents up."""
        over = self._releases[member] = asyncio.Event()
        try:
            yield
        finally:
            del self._releases[member]
            over.set()

    def reserve(self, hosts: Iterable[str]) -> Collection[str]:
        """
        Keep hosts from being activated, for a minute or until `release`, since they are about to be taken away.

        Gives those of them that are idle, and stay so.
        """
        members = filter(None, map(self._fleet.member, hosts))
        ids = [one.host.id for one in members if _may_be_active(one) and one.host.phase == Host.PHASE_IDLE]
        self._reserve(ids, RESERVED_SECONDS)
        self._others.reserve(ids, RESERVED_SECONDS)
        return ids

    def release(self, hosts: Iterable[str]) -> None:
        """Let hosts be activated again."""
        ids = list(hosts)
        self._reserve(ids, 0)
        self._others.reserve(ids, 0)

    def turn(self, member: Member, phase: Host.Phase.ValueType) -> None:
        """Let a host be in another state, and all know."""
        if self._fleet.turn(member, phase):
            self._residency.changed(member.host)
            log.info("host.turned", host=member.host.id, state=named(phase))
            if not member.replica:
                self._others.beat()

    async def close(self) -> None:
        """End what is under way."""
        for arrival in self._arrivals.values():
            arrival.cancel()
        await asyncio.gather(*self._arrivals.values(), return_exceptions=True)

    def _activate(self, member: Member) -> None:
        if _may_be_active(member) and (member.host.phase == Host.PHASE_IDLE or self._gives_up(member)):
            member.wanted_until = time.monotonic() + WANTED_SECONDS
            self.turn(member, Host.PHASE_ACTIVE)
            if member not in self._arrivals:
                self.activations += 1
                self._arrivals[member] = asyncio.create_task(self._arrive(member))

    async def _arrive(self, member: Member) -> None:
        try:
            if not all(await asyncio.gather(self._settled(member), self._others.reach(member))):
                self.unreached += 1
                log.warning("host.unreached", host=member.host.id)
        finally:
            del self._arrivals[member]

    async def _wanted_elsewhere(self, host: str) -> bool:
        """Another replica needs a host active; whether it is, and our Envoys know it."""
        member = self._fleet.member(host)
        if member is None or not _may_be_active(member):
            return False
        member.wanted_until = time.monotonic() + WANTED_SECONDS
        self.turn(member, Host.PHASE_ACTIVE)
        return await self._settled(member)

    async def _settled(self, member: Member) -> bool:
        """Whether our Envoys know the host; it gives nothing up any more."""
        if release := self._releases.get(member):
            await release.wait()
        return await self._reached()

    def _reserve(self, hosts: Iterable[str], seconds: float) -> None:
        for member in filter(None, map(self._fleet.member, hosts)):
            member.reserved_until = time.monotonic() + seconds


def _may_be_active(member: Member) -> bool:
    return member.host.state == Host.STATE_READY


def named(phase: Host.Phase.ValueType) -> str:
    """What a state of hosts is called; a host of which nothing is said, by an older DLM, is active."""
    return Host.Phase.Name(phase or Host.PHASE_ACTIVE).removeprefix("PHASE_").lower()


def phase(host: Host, placed: Collection[str], before: Host.Phase.ValueType = Host.PHASE_IDLE) -> Host.Phase.ValueType:
    """The state of a host that says so much of itself, and that it holds these agents, of late or from the start."""
    if host.state == Host.STATE_DRAINING:
        return Host.PHASE_DRAINING
    return Host.PHASE_ACTIVE if placed else before
