"""Residency: every change of the directory goes through here, so that the watchers hear of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from dlm.ports import Directory
from dlm.watch import Watchers, changes
from myriad.dlm.v1.host_pb2 import Host
from myriad.dlm.v1.lifecycle_service_pb2 import WatchPlacementsResponse


class Residency:
    """Writes the directory and publishes what changed."""

    def __init__(self, directory: Directory, watchers: Watchers) -> None:
        self._directory = directory
        self._watchers = watchers
        self._noting: defaultdict[str, list[set[str]]] = defaultdict(list)

    @contextmanager
    def noting(self, host: str) -> Iterator[set[str]]:
        """
        Gather the agents whose residence on a host is written while the block lasts.

        A host tells of an agent in two ways: in its answers and in its reports, and these may overtake each other.
        An answer is written only where nothing else was while it was awaited: the reports, which come in order,
        say the rest.
        """
        noted = set[str]()
        self._noting[host].append(noted)
        try:
            yield noted
        finally:
            # By identity: sets that hold the same are equal.
            self._noting[host] = [one for one in self._noting[host] if one is not noted]
            if not self._noting[host]:
                del self._noting[host]

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
        self._note(host, agents)
        for change in changes(host, placed=await self._directory.place(host, agents)):
            self._watchers.publish(change)

    async def release(self, host: str, agents: Sequence[str]) -> None:
        self._note(host, agents)
        for change in changes(host, released=await self._directory.release(host, agents)):
            self._watchers.publish(change)

    def changed(self, host: Host) -> None:
        """The host has another address or state."""
        self._watchers.publish(WatchPlacementsResponse(hosts=[host]))

    def _note(self, host: str, agents: Sequence[str]) -> None:
        for noted in self._noting.get(host, ()):
            noted.update(agents)
