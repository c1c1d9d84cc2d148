"""A view of where agents are, kept fresh by the DLM's watch stream."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing, suppress

import structlog

from myriad.dlm.v1.host_pb2 import Host
from myriad.dlm.v1.lifecycle_service_pb2 import WatchPlacementsResponse

log = structlog.get_logger()


class PlacementView:
    """
    What the DLM last said: which hosts there are and which agents each holds.

    While the DLM is away the view stays as it was: agents on living hosts can still be asked.
    """

    def __init__(self) -> None:
        self._hosts: dict[str, Host] = {}
        self._agents: dict[str, tuple[str, ...]] = {}
        """By agent the ids of its hosts, in order; there may be a million."""
        self.synced = False
        """Whether the view is complete and the stream is open."""
        self._complete = asyncio.Event()

    def hosts(self) -> Sequence[Host]:
        return list(self._hosts.values())

    def host(self, host_id: str) -> Host | None:
        return self._hosts.get(host_id)

    def hosts_of(self, agent: str) -> Sequence[Host]:
        """The hosts that hold an agent (resource name), in the order of their ids."""
        return [self._hosts[holder] for holder in self._agents.get(agent, ()) if holder in self._hosts]

    async def complete(self, seconds: float) -> None:
        """Wait until the view has been complete once, `seconds` at most: the DLM may be away."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._complete.wait()

    async def follow(self, changes: AsyncGenerator[WatchPlacementsResponse, None]) -> None:
        """Follow what the DLM says (`mesh.adapters.placements`) until it breaks off."""
        fresh = PlacementView()
        try:
            async with aclosing(changes):
                async for change in changes:
                    fresh._apply(change)
                    if change.synced and not self.synced:
                        # Swapped whole, so that nobody sees half a picture.
                        self._hosts, self._agents, self.synced = fresh._hosts, fresh._agents, True
                        fresh = self
                        self._complete.set()
                        log.info("placements.synced", hosts=len(self._hosts), agents=len(self._agents))
        finally:
            self.synced = False

    def _apply(self, change: WatchPlacementsResponse) -> None:
        for host in change.hosts:
            self._hosts[host.id] = host
        for placement in change.placed:
            holders = {*self._agents.get(placement.agent, ()), sys.intern(placement.host)}
            self._agents[placement.agent] = tuple(sorted(holders))
        for placement in change.released:
            self._drop(placement.agent, placement.host)
        for gone in change.hosts_gone:
            self._hosts.pop(gone, None)
            for agent in [agent for agent, holders in self._agents.items() if gone in holders]:
                self._drop(agent, gone)

    def _drop(self, agent: str, host: str) -> None:
        if left := tuple(one for one in self._agents.get(agent, ()) if one != host):
            self._agents[agent] = left
        else:
            self._agents.pop(agent, None)
