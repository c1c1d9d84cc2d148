"""Residency: every change of the directory goes through here, so that the watchers hear of it."""

from __future__ import annotations

from collections.abc import Sequence

from dlm.ports import Directory
from dlm.watch import Watchers, changes
from myriad.dlm.v1.lifecycle_service_pb2 import Host, WatchPlacementsResponse


class Residency:
    """Writes the directory and publishes what changed."""

    def __init__(self, directory: Directory, watchers: Watchers) -> None:
        self._directory = directory
        self._watchers = watchers

    async def arrive(self, host: Host, agents: Sequence[str]) -> None:
        """The host is there and holds exactly these."""
        held = set(agents)
        gone = [agent for agent in await self._directory.agents_on(host.id) if agent not in held]
        self.changed(host)
        await self.release(host.id, gone)
        await self.place(host.id, agents)

    async def leave(self, host: str) -> None:
        await self._directory.drop(host)
        self._watchers.publish(WatchPlacementsResponse(hosts_gone=[host]))

    async def place(self, host: str, agents: Sequence[str]) -> None:
        for change in changes(host, placed=await self._directory.place(host, agents)):
            self._watchers.publish(change)

    async def release(self, host: str, agents: Sequence[str]) -> None:
        for change in changes(host, released=await self._directory.release(host, agents)):
            self._watchers.publish(change)

    def changed(self, host: Host) -> None:
        """The host has another address or state."""
        self._watchers.publish(WatchPlacementsResponse(hosts=[host]))
