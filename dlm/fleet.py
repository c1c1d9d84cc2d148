"""The fleet: the agent hosts that are there."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TypeVar

from myriad.dlm.v1.host_pb2 import Host

Key = TypeVar("Key")
LEASE_SECONDS = 30
"""For so long a host may serve after the DLM has answered it last."""
SETTLE_SECONDS = 3.0
"""After the DLM's start, how long the hosts have to come back before somebody is told that they are not there."""

LOST_SECONDS = 60.0
"""For so long it is shown that a host went without a word."""
MOST_LOST = 16


class Member:
    """One stay of a host in the fleet. A host that comes again is another member with the same id."""

    __slots__ = ("__weakref__", "answered", "changes", "host", "replica", "reserved_until", "stay", "wanted_until")

    def __init__(self, host: Host, stay: int = 0, replica: str = "") -> None:
        self.host = host
        self.stay = stay
        """Later stays of a host have higher numbers, whichever replicas of the DLM they are with."""
        self.replica = replica
        """The replica that the host is tied to; empty: this one."""
        self.changes = 0
        """How many changes of its residents were told, or heard; -1: not all is known."""
        self.answered = time.monotonic()
        """When the host was told last that it may serve."""
        self.reserved_until = float("-inf")
        """Until when it shall not be activated, since it is about to be taken away."""
        self.wanted_until = float("-inf")
        """Until when it is active for this replica, whatever the one says that it is tied to."""

    @property
    def wanted(self) -> bool:
        return time.monotonic() < self.wanted_until


class Fleet:
    """The members, one for each host id. Subscribers hear of hosts and what they say, not of counters."""

    def __init__(self) -> None:
        self._members: dict[str, Member] = {}
        self._left: dict[tuple[str, str], tuple[Host, float]] = {}
        """By id and address: hosts that left, and until when they may serve all the same."""
        self._lost: dict[str, tuple[Host, float]] = {}
        """By id: hosts that went without a word, and until when that is shown."""
        self._subscribers: list[Callable[[], None]] = []
        self._settled_at = time.monotonic() + SETTLE_SECONDS
        self._changed = asyncio.Event()

    def subscribe(self, callback: Callable[[], None]) -> None:
        """Call `callback` after every change, before the call that made it returns."""
        self._subscribers.append(callback)

    def hosts(self) -> Sequence[Host]:
        """All hosts, in the order of their ids."""
        return [self._members[name].host for name in sorted(self._members)]

    def ready(self) -> Sequence[Host]:
        """The hosts that take new agents, or would if they were activated, in the order of their ids."""
        return [host for host in self.hosts() if host.state == Host.STATE_READY]

    def active(self) -> Sequence[Host]:
        """The hosts that take new agents as they are, in the order of their ids."""
        return [host for host in self.ready() if host.phase not in (Host.PHASE_IDLE, Host.PHASE_DRAINING)]

    def idle(self) -> Sequence[Host]:
        """The hosts that may be activated, in the order of their ids."""
        return [host for host in self.ready() if host.phase == Host.PHASE_IDLE and not self.reserved(host)]

    def reserved(self, host: Host) -> bool:
        """Whether a host shall not be activated, since it is about to be taken away."""
        return time.monotonic() < self._members[host.id].reserved_until

    async def settled(self, id: str = "") -> None:
        """If the DLM has just started, wait until the host `id` (any, if empty) is ready or has had its time."""
        with suppress(TimeoutError):
            async with asyncio.timeout(self._settled_at - time.monotonic()):
                while not any(id in ("", host.id) for host in self.ready()):
                    await self._changed.wait()

    def host(self, id: str) -> Host | None:
        member = self._members.get(id)
        return member.host if member else None

    def member(self, id: str) -> Member | None:
        """The present stay of a host."""
        return self._members.get(id)

    def members(self) -> Sequence[Member]:
        """All present stays."""
        return list(self._members.values())

    def left(self) -> Sequence[Host]:
        """The hosts that left and may serve yet: they may not have noticed."""
        return _current(self._left)

    def lost(self) -> Sequence[Host]:
        """The hosts that went without a word lately and are not back, for operators to see."""
        return _current(self._lost)

    def join(self, host: Host, stay: int = 0, replica: str = "") -> Member:
        """Let a host in; it takes the place of a member with its id."""
        if before := self._members.get(host.id):
            self._remember(before)
        stay = stay or max(time.time_ns() // 1_000_000, before.stay + 1 if before else 0)
        member = Member(host, stay, replica)
        self._members[host.id] = member
        self._lost.pop(host.id, None)
        self._left.pop((host.id, host.address), None)  # where it listens now no other does
        self._notify()
        return member

    def holds(self, member: Member) -> bool:
        """Whether this stay is the host's present one."""
        return self._members.get(member.host.id) is member

    def update(self, member: Member, host: Host) -> bool:
        """Take what is said of a member now; whether anything but what it counts is another."""
        before, member.host = member.host, host
        changed = _said(before) != _said(host)
        if changed:
            self._notify()
        return changed

    def turn(self, member: Member, phase: Host.Phase.ValueType) -> bool:
        """Take a member for idle, active or draining from now on; whether it was not before."""
        host = Host()
        host.CopyFrom(member.host)
        host.phase = phase
        return self.update(member, host)

    def leave(self, member: Member, without_a_word: bool = False) -> bool:
        """End a stay; whether it was the host's present one."""
        if not self.holds(member):
            return False
        del self._members[member.host.id]
        self._remember(member)
        if without_a_word and member.host.state != Host.STATE_DRAINING:
            self._lose(member.host)
        self._notify()
        return True

    def _lose(self, host: Host) -> None:
        if len(self.lost()) == MOST_LOST:
            del self._lost[next(iter(self._lost))]
        seen = Host(id=host.id, address=host.address, state=Host.STATE_LOST)
        self._lost[host.id] = seen, time.monotonic() + LOST_SECONDS

    def _remember(self, member: Member) -> None:
        self.left()  # those of whom nothing is to be feared any more go
        self._left[member.host.id, member.host.address] = member.host, member.answered + LEASE_SECONDS

    def _notify(self) -> None:
        self._changed.set()  # wakes those who wait now, and nobody later
        self._changed.clear()
        for callback in self._subscribers:
            callback()


def _said(host: Host) -> tuple[object, ...]:
    return host.address, host.state, host.phase, host.busy, host.full


def _current(until: dict[Key, tuple[Host, float]]) -> Sequence[Host]:
    """The hosts whose time is not over; the others are taken out."""
    now = time.monotonic()
    for key in [key for key, (_, ends) in until.items() if ends <= now]:
        del until[key]
    return [host for host, _ in until.values()]
