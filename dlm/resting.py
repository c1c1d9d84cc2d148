"""
Resting: a host that nobody asks any more gives up what it holds, and is idle then.

First it leaves placement, and Envoy sends there only what is meant for it; then its agents are released, and at last
Envoy forgets it. Whoever wants an agent there meanwhile is answered, and the host stays active.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Collection
from typing import NamedTuple
from weakref import WeakKeyDictionary

import structlog

from dlm.fleet import Fleet, Member
from dlm.placement import in_turn
from dlm.ports import AgentHosts, Directory
from dlm.residency import Residency
from dlm.states import States
from mesh.errors import MyriadError
from myriad.dlm.v1.host_pb2 import Host

log = structlog.get_logger()
LOOK_SECONDS = 1.0
LINGER_SECONDS = 1.5
"""Between two steps: more than a host's reports, the watchers and a request on its way take."""
EMPTY_SECONDS = 10.0
"""After so long a host that holds nothing is idle, whatever else is set."""
PINS_SECONDS = 30.0
"""How long it may take until pinned agents are awake on another host."""
_AT_ONCE = 1_000


class _Seen(NamedTuple):
    """A host, when it was asked last, as far as was seen."""

    asked: int
    since: float


class Resting:
    """Looks again and again at which of the hosts that are tied to this replica were asked."""

    def __init__(
        self,
        fleet: Fleet,
        states: States,
        directory: Directory,
        residency: Residency,
        hosts: AgentHosts,
        pinned: Callable[[], Collection[str]],
        idle_seconds: float,
    ) -> None:
        """`pinned()`: the agents that shall always be awake. `idle_seconds`: 0: only hosts that hold nothing rest."""
        self._fleet = fleet
        self._states = states
        self._directory = directory
        self._residency = residency
        self._hosts = hosts
        self._pinned = pinned
        self._idle_seconds = idle_seconds
        self._seen = WeakKeyDictionary[Member, _Seen]()

    async def keep_looking(self) -> None:
        """Several times in the idle time."""
        while True:
            await asyncio.sleep(min(LOOK_SECONDS, self._idle_seconds / 5 or LOOK_SECONDS))
            await self.look()

    async def look(self) -> None:
        """Have those rest that were not asked for the idle time."""
        held = await self._directory.counts()
        due = [member for member in self._fleet.members() if self._is_due(member, held.get(member.host.id, 0))]
        await asyncio.gather(*map(self._rest, due))

    def _is_due(self, member: Member, held: int) -> bool:
        host, now = member.host, time.monotonic()
        if member.replica or host.state != Host.STATE_READY or host.phase != Host.PHASE_ACTIVE:
            return False
        before = self._seen.get(member)
        if before is None or before.asked != host.asked_count:
            before = self._seen[member] = _Seen(host.asked_count, now)
        quiet = now - max(before.since, self._states.last_used(member))
        empty = not (held or host.agent_count) and quiet > min(EMPTY_SECONDS, self._idle_seconds or EMPTY_SECONDS)
        return empty or 0 < self._idle_seconds < quiet

    async def _rest(self, member: Member) -> None:
        host = member.host.id
        if self._pinned() and self._keeps_pins(host):
            return
        self._states.turn(member, Host.PHASE_DRAINING)
        try:
            if await self._lingers(member) and await self._pins_are_elsewhere(member) and await self._empties(member):
                self._states.turn(member, Host.PHASE_IDLE)
        except MyriadError as error:
            log.info("host.rests_not", host=host, reason=error.reason_name)
        finally:
            self._seen[member] = _Seen(member.host.asked_count, time.monotonic())
            if self._is_resting(member):
                self._states.turn(member, Host.PHASE_ACTIVE)

    def _is_resting(self, member: Member) -> bool:
        """Whether nobody has said since that it shall be active, or shall leave, and it is there."""
        host = member.host
        return self._fleet.holds(member) and (host.state, host.phase) == (Host.STATE_READY, Host.PHASE_DRAINING)

    def _is_quiet(self, member: Member) -> bool:
        return self._is_resting(member) and member.host.asked_count == self._seen[member].asked

    async def _lingers(self, member: Member) -> bool:
        """Whether nobody wants the host for a while."""
        await asyncio.sleep(LINGER_SECONDS)
        return self._is_quiet(member)

    async def _empties(self, member: Member) -> bool:
        """Have the host give up all that it holds, for as long as nobody asks it; whether it holds nothing then."""
        host = member.host
        agents = await self._directory.agents_on(host.id)
        for start in range(0, len(agents), _AT_ONCE):
            if not self._is_quiet(member):
                return False
            part = agents[start : start + _AT_ONCE]
            async with self._states.releasing(member):
                with self._residency.noting(host.id) as newer:
                    await self._hosts.release(host, part)
                await self._residency.release(host.id, [agent for agent in part if agent not in newer])
        left = await self._lingers(member) and await self._directory.agents_on(host.id)
        return self._is_quiet(member) and not (left or member.host.agent_count)

    async def _pins_of(self, host: str) -> Collection[str]:
        pinned = self._pinned()
        return [agent for agent in await self._directory.agents_on(host) if agent in pinned] if pinned else ()

    def _keeps_pins(self, host: str) -> bool:
        """Whether a host is the one that stays active for the sake of what is pinned; the same for all replicas."""
        return in_turn(one.id for one in self._fleet.active())[0] == host

    async def _pins_are_elsewhere(self, member: Member) -> bool:
        """Wait until others hold what is pinned here: the pins see to it once the host takes nothing more."""
        ends = time.monotonic() + PINS_SECONDS
        while pinned := await self._pins_of(member.host.id):
            active = {host.id for host in self._fleet.active()}
            holders = await self._directory.hosts_of(pinned)
            if all(active.intersection(ids) for ids in holders.values()):
                return self._is_quiet(member)
            if time.monotonic() > ends or not await self._lingers(member):
                return False
        return self._is_quiet(member)
