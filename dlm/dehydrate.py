"""Dehydrating: every host, and the cache, gives agents up, and this can be relied on."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence
from dataclasses import dataclass

import structlog

from dlm.errors import NotReleased
from dlm.fleet import Fleet
from dlm.flights import Flights
from dlm.forgotten import Forgotten
from dlm.others import Others
from dlm.packets import PacketLoader
from dlm.ports import AgentHosts, Directory
from dlm.residency import Residency
from mesh.errors import MyriadError
from myriad.dlm.v1.host_pb2 import Host
from myriad.type.v1.retention_pb2 import Retained

log = structlog.get_logger()
RELEASE_SECONDS = 5.0
"""For so long a host is asked again; longer than the heartbeat timeout, after which a dead one is gone."""
_AT_ONCE = 5_000


@dataclass(frozen=True, slots=True)
class Dehydrated:
    """Which hosts held some of the agents, how many packets left the cache, and what that keeps longer."""

    hosts: Sequence[str]
    cached: int
    retained: Sequence[Retained]


class Dehydrator:
    """Puts agents to sleep everywhere."""

    def __init__(
        self,
        fleet: Fleet,
        directory: Directory,
        residency: Residency,
        flights: Flights,
        forgotten: Forgotten,
        loader: PacketLoader,
        hosts: AgentHosts,
        others: Others,
    ) -> None:
        self._fleet = fleet
        self._directory = directory
        self._residency = residency
        self._flights = flights
        self._forgotten = forgotten
        self._loader = loader
        self._hosts = hosts
        self._others = others

    async def dehydrate(self, mind: str, agents: Sequence[str] | None) -> Dehydrated:
        """
        Put agents of `minds/{mind}` to sleep; None: all of them.

        When this returns no host holds them, be it that one has left the fleet and may serve yet, and neither a load
        that was under way nor an old packet location brings them back. NotReleased names hosts that did not confirm.
        ReplicasSilent.
        """
        scope = [mind] if agents is None else agents
        self._forgotten.add(scope)
        async with self._flights.closed(scope), self._others.asleep(scope) as known:
            cached = await (self._loader.drop_mind(mind) if agents is None else self._loader.drop(agents))
            slept = list({*await self._directory.agents_of(mind), *known}) if agents is None else agents
            # All hosts, not those in the directory only: one may have taken an agent and lost the answer.
            hosts = [*self._fleet.hosts(), *self._fleet.left()]
            held = await asyncio.gather(*(self._release(host, slept) for host in hosts))
        if silent := [host.id for host, released in zip(hosts, held, strict=True) if released is None]:
            raise NotReleased(silent)
        return Dehydrated(
            [host.id for host, released in zip(hosts, held, strict=True) if released], cached, self._loader.retained
        )

    async def _release(self, host: Host, agents: Sequence[str]) -> int | None:
        """How many of the agents the host gave up; 0 if it serves nobody any more, None if it does not confirm."""
        end = asyncio.get_running_loop().time() + RELEASE_SECONDS
        released, start = 0, 0
        while start < len(agents):
            part = agents[start : start + _AT_ONCE]
            try:
                released += len(await self._hosts.release(host, part))
            except MyriadError as error:
                log.warning("release.failed", host=host.id, agents=len(part), reason=error.reason_name)
                await asyncio.sleep(random.uniform(0.1, 0.3))
                if await self._is_over(host):
                    return released
                if asyncio.get_running_loop().time() > end:
                    return None
                continue
            await self._residency.release(host.id, part)
            start += _AT_ONCE
        return released

    async def _is_over(self, host: Host) -> bool:
        """Whether a host has left and answers nobody: its lease has ended, or its process has."""
        if any(host.address == one.address for one in self._fleet.hosts()):
            return False
        may_serve = any((host.id, host.address) == (one.id, one.address) for one in self._fleet.left())
        return not may_serve or await self._hosts.is_over(host)
