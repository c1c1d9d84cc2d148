"""Copies: agents that another host shall hold too, because many ask for them or because the host that does drains."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import islice

import structlog

from dlm.fleet import Fleet
from dlm.flights import Awake
from dlm.hydrate import Hydrator
from dlm.inject import Errand, Injector
from dlm.ports import Directory
from mesh import names
from mesh.errors import MyriadError

log = structlog.get_logger()
MOST = 2
"""Hosts that shall hold an agent for which very many ask; of a third copy others would make more."""
_AT_ONCE = 200
_LARGEST = 100_000


class Copies:
    """
    What hosts want to be held elsewhere, in the order in which they said so, brought there a few at a time.

    For the sake of a host that drains others may have to give up what is asked less; for a second copy of what is
    asked very often they give up nothing, and they give it up like all else when they need the room.
    """

    def __init__(self, fleet: Fleet, directory: Directory, hydrator: Hydrator, injector: Injector) -> None:
        self._fleet = fleet
        self._directory = directory
        self._hydrator = hydrator
        self._injector = injector
        self._wanted: dict[str, str] = {}
        """By agent: the host that holds it."""
        self._under_way: dict[str, str] = {}
        self._wake = asyncio.Event()
        self.made = 0

    def want(self, host: str, agents: Sequence[str]) -> None:
        """A host wants these to be held elsewhere too."""
        for agent in agents[: _LARGEST - len(self._wanted)]:
            self._wanted.setdefault(agent, host)
        self._wake.set()

    def awaits(self, host: str) -> bool:
        """Whether some of what the host wants is still to be done."""
        return host in self._wanted.values() or host in self._under_way.values()

    async def keep_making(self) -> None:
        """Make them as they are wanted."""
        while True:
            self._wake.clear()
            while self._wanted:
                self._under_way = dict(islice(self._wanted.items(), _AT_ONCE))
                for agent in self._under_way:
                    del self._wanted[agent]
                try:
                    await self._make(self._under_way)
                finally:
                    self._under_way = {}
            await self._wake.wait()

    async def _make(self, wanted: Mapping[str, str]) -> None:
        ready = {host.id: host for host in (*self._fleet.active(), *self._fleet.idle())}
        holders = await self._directory.hosts_of(wanted.keys())
        routes = defaultdict[tuple[str, str, bool], dict[str, str]](dict)
        for agent, source in wanted.items():
            held = ready.keys() & holders.get(agent, ())
            spare = source in ready
            others = [host for one, host in ready.items() if one not in held]
            if others and len(held) < (MOST if spare else 1):
                target = await self._injector.choose(agent, others)
                routes[names.parent(agent), target, spare][agent] = ""
        for (mind, target, spare), agents in routes.items():
            await self._bring(mind, agents, Errand(target, spare=spare))

    async def _bring(self, mind: str, agents: Mapping[str, str], errand: Errand) -> None:
        try:
            results = await self._hydrator.hydrate(mind, agents, errand)
        except MyriadError as error:
            log.info("copies.failed", host=errand.host, agents=len(agents), reason=error.reason_name)
            return
        made = sum(isinstance(result, Awake) for result in results.values())
        self.made += made
        log.info("copies.made", host=errand.host, agents=made, failed=len(agents) - made)
