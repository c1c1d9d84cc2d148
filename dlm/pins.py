"""Pins: agents that shall always be awake, brought in as soon as one is not."""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence

import structlog

from dlm.fleet import Fleet
from dlm.flights import Awake
from dlm.hydrate import Hydrator
from dlm.inject import Errand
from dlm.others import Others
from dlm.placement import in_turn
from dlm.ports import AgentHosts, Agents, Directory
from mesh import names
from mesh.errors import MyriadError

log = structlog.get_logger()
LOOK_SECONDS = 10.0
DECLARED_SECONDS = 60.0
MOST = 10_000
"""Agents that are pinned; the rest of what the connectome names sleeps and wakes like all others."""


class Pins:
    """
    Looks again and again which agents are pinned, and wakes those that no host holds.

    Nothing of it needs to be kept: the connectome knows what is pinned, and the hosts what they hold.
    """

    def __init__(
        self,
        fleet: Fleet,
        directory: Directory,
        agents: Agents,
        hydrator: Hydrator,
        hosts: AgentHosts,
        others: Others,
    ) -> None:
        self._fleet = fleet
        self._directory = directory
        self._agents = agents
        self._hydrator = hydrator
        self._hosts = hosts
        self._others = others
        self._stated: Mapping[str, str] = {}
        """What the connectome said last."""
        self._declared: dict[str, tuple[Mapping[str, str], float]] = {}
        """Agents that are pinned besides, and until when, unless that is said again."""
        self._marked: set[tuple[str, object]] = set()
        """Agents that are known to be pinned where they are: each with the stay of its host."""
        self.asleep = 0

    async def keep_awake(self) -> None:
        """Every ten seconds."""
        while True:
            try:
                await self.look()
            except MyriadError as error:
                log.info("pins.unknown", reason=error.reason_name)
            await asyncio.sleep(LOOK_SECONDS)

    def declare(self, name: str, agents: Mapping[str, str]) -> None:
        """For a minute these, with their packets' locations, are pinned too, and no more what the name stood for."""
        self._declared[name] = agents, time.monotonic() + DECLARED_SECONDS
        self._hydrator.pinned = frozenset(self._wanted())

    def _wanted(self) -> Mapping[str, str]:
        now = time.monotonic()
        self._declared = {
            name: (agents, ends) for name, (agents, ends) in self._declared.items() if agents and ends > now
        }
        declared = (agents for agents, _ in self._declared.values())
        return {agent: place for agents in (*declared, self._stated) for agent, place in agents.items()}

    async def look(self) -> None:
        """Wake what is pinned and sleeps, have hosts keep what they hold, and let go of what is pinned no more."""
        before, self._stated = self._stated, await self._agents.pinned(MOST)
        wanted = self._wanted()
        loose = before.keys() - wanted.keys()
        self._hydrator.pinned = frozenset(wanted)
        if not self._others.leads():
            return  # another replica wakes them; all have them kept whom they wake
        holders = await self._directory.hosts_of([*wanted, *loose])
        await self._let_go({agent: holders[agent] for agent in loose if agent in holders})
        ready = {host.id: self._fleet.member(host.id) for host in self._fleet.active()}
        stays = next(iter(in_turn(ready)), "")
        routes = defaultdict[tuple[str, str], dict[str, str]](dict)
        for agent, location in wanted.items():
            held = [host for host in holders.get(agent, ()) if host in ready]
            if not any((agent, ready[host]) in self._marked for host in held):
                # One that leaves, or rests, may hold it: by name it is brought to another all the same.
                routes[names.parent(agent), next(iter(held), stays if agent in holders else "")][agent] = location
        self.asleep = 0
        marked = {(agent, stay) for agent, stay in self._marked if agent in wanted and stay in ready.values()}
        for (mind, host), agents in routes.items():
            results = await self._hydrator.hydrate(mind, agents, Errand(host))
            awake = {agent: one.host for agent, one in results.items() if isinstance(one, Awake)}
            marked |= {(agent, self._fleet.member(one)) for agent, one in awake.items()}
            self.asleep += len(agents) - len(awake)
        self._marked = marked

    async def _let_go(self, holders: Mapping[str, Sequence[str]]) -> None:
        """Have hosts give up what they would keep for ever; who asks for it wakes it as any other."""
        for agent, ids in holders.items():
            for host in filter(None, map(self._fleet.host, ids)):
                await self._hosts.release(host, [agent])
