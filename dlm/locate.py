"""Locating: to which host a question for one agent goes through Envoy, though it sleeps and all hosts are idle."""

from __future__ import annotations

from dlm.fleet import Fleet
from dlm.inject import Injector
from dlm.placement import best
from dlm.ports import Directory
from dlm.states import States
from myriad.dlm.v1.host_pb2 import Host


class Locator:
    """
    Names the host that holds an agent, or that shall.

    It wakes nobody: the host does that when the question comes, within the time that the caller gave.
    """

    def __init__(self, fleet: Fleet, states: States, directory: Directory, injector: Injector) -> None:
        self._fleet = fleet
        self._states = states
        self._directory = directory
        self._injector = injector

    async def locate(self, agent: str) -> Host:
        """The host, active, for an agent or for none in particular. NoHostReady."""
        await self._fleet.settled()
        host = await self._holder(agent) or await self._chosen(agent)
        async with self._states.using([host.id]):
            return host

    async def _holder(self, agent: str) -> Host | None:
        ids = (await self._directory.hosts_of([agent])).get(agent, ())
        hosts = [host for host in map(self._fleet.host, ids) if host]
        return best(agent, hosts) if hosts else None

    async def _chosen(self, agent: str) -> Host:
        hosts = {host.id: host for host in self._injector.candidates("")}
        return hosts[await self._injector.choose(agent, list(hosts.values()))]
