"""Hydrating: seeing to it that agents are held by a host, each brought in once however many ask."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import cast

import structlog

from dlm.errors import AgentNotFound, NoHostReady, failure
from dlm.fleet import Fleet
from dlm.flights import Awake, Flight, Flights, Result, Source
from dlm.forgotten import Forgotten
from dlm.inject import PLAIN, Errand, Injector
from dlm.others import Others
from dlm.packets import PacketLoader
from dlm.placement import best
from dlm.ports import Agents, Directory, Packet
from dlm.states import States
from dlm.turns import Turns
from mesh import call
from mesh.errors import MyriadError, Overloaded
from mesh.spread import Spread
from mesh.tracing import span
from substrate.bundles import Place
from substrate.errors import PacketCorrupt, PacketNotFound

log = structlog.get_logger()
LOAD_SECONDS = 10.0
"""For so long a load may last from when it has its turn."""


@dataclass(slots=True)
class Counts:
    """Agents asked for since the start, by what became of them."""

    requested: int = 0
    resident: int = 0
    cache_hits: int = 0
    fetched: int = 0
    failed: int = 0
    lost: int = 0
    """Of these, those whose packets are missing or damaged."""
    last_lost: float = 0.0
    """When such a one was wanted last, in seconds since 1970."""


class Hydrator:
    """Hydration, from the residents down to the packet store."""

    def __init__(
        self,
        fleet: Fleet,
        states: States,
        directory: Directory,
        flights: Flights,
        forgotten: Forgotten,
        agents: Agents,
        loader: PacketLoader,
        injector: Injector,
        others: Others,
    ) -> None:
        self._fleet = fleet
        self._states = states
        self._directory = directory
        self._flights = flights
        self._forgotten = forgotten
        self._agents = agents
        self._loader = loader
        self._injector = injector
        self._others = others
        self._loads: set[asyncio.Task[None]] = set()
        self.turns = Turns()
        self.counts = Counts()
        self.times = Spread()
        """How long it took to bring agents in, several at a time, without waiting for a turn."""
        self.pinned: frozenset[str] = frozenset()
        """Agents that hosts shall keep."""

    async def hydrate(self, mind: str, wanted: Mapping[str, str], errand: Errand = PLAIN) -> Mapping[str, Result]:
        """
        Wake agents of `minds/{mind}`.

        Args:
            wanted: packet locations by agent; empty where the caller knows none.
            errand: who names a host has seen that it lacks the agents: the directory is not asked.

        Returns:
            What became of each, in the order of `wanted`. NoHostReady or Overloaded if nothing else became of any.
        """
        results: dict[str, Result] = {} if errand.host else dict(await self._resident(wanted))
        route = f"{errand.host}?" if errand.spare else errand.host  # nobody else waits for what may find no room
        awaited, started = dict[str, Flight](), dict[str, Flight]()
        for agent in wanted:
            if agent in results:
                continue
            try:
                flight = self._flights.get(agent, route)
                awaited[agent] = flight or started.setdefault(agent, self._flights.start(agent, route))
            except MyriadError as error:
                results[agent] = error
        if started:
            self._launch(mind, {agent: wanted[agent] for agent in started}, started, errand)
        if awaited:
            # The futures are shared: a caller that is cancelled while it waits leaves them as they are.
            await asyncio.wait([flight.landed for flight in awaited.values()])
        results |= {agent: flight.landed.result() for agent, flight in awaited.items()}
        self._count(results.values())
        if common := _of_all(results.values()):
            raise common
        return {agent: results[agent] for agent in wanted}

    async def close(self) -> None:
        """End what is under way."""
        for load in self._loads:
            load.cancel()
        await asyncio.gather(*self._loads, return_exceptions=True)

    async def _resident(self, wanted: Collection[str]) -> Mapping[str, Awake]:
        resident = await self._held(wanted)
        ids = {one.host for one in resident.values()}
        if rests := {host for host in ids if self._states.rests(host)}:
            async with self._states.using(rests):  # it may have given up some of them by now
                resident = await self._held(wanted)
        return resident

    async def _held(self, wanted: Collection[str]) -> Mapping[str, Awake]:
        held = {}
        for agent, ids in (await self._directory.hosts_of(wanted)).items():
            if hosts := [host for host in map(self._fleet.host, ids) if host]:
                held[agent] = Awake(best(agent, hosts).id, Source.HOST)
        return held

    def _launch(self, mind: str, wanted: Mapping[str, str], flights: Mapping[str, Flight], errand: Errand) -> None:
        current = self._others.current()  # if not, what a caller knows may be put to sleep
        believed = {
            agent: place for agent, place in wanted.items() if current and place and agent not in self._forgotten
        }
        load = asyncio.create_task(self._load(mind, believed, flights, errand))
        self._loads.add(load)
        load.add_done_callback(self._loads.discard)

    async def _load(
        self, mind: str, believed: Mapping[str, str], flights: Mapping[str, Flight], errand: Errand
    ) -> None:
        """The life of flights that started together; it belongs to all who wait, not to the first caller."""
        call.deadline.set(None)
        results = dict[str, Result]()
        cause = MyriadError("internal error; the server's log has the cause under this request id")
        try:
            await self._fleet.settled(errand.host)
            async with self._turn(), self._timed(), asyncio.timeout(LOAD_SECONDS):
                await self._others.known()
                with span("load"):
                    await self._bring(mind, believed, flights, errand, results)
        except (MyriadError, TimeoutError) as error:
            cause = failure(error, "hydration")
        except Exception:
            log.exception("hydrate.failed")
        finally:
            for agent, flight in flights.items():
                self._flights.land(flight, results.get(agent, cause))

    @asynccontextmanager
    async def _turn(self) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            with span("wait"):
                await stack.enter_async_context(self.turns.turn())
            yield

    @asynccontextmanager
    async def _timed(self) -> AsyncIterator[None]:
        began = time.monotonic()
        try:
            yield
        finally:
            self.times.add(time.monotonic() - began)

    async def _bring(
        self,
        mind: str,
        believed: Mapping[str, str],
        flights: Mapping[str, Flight],
        errand: Errand,
        results: dict[str, Result],
    ) -> None:
        self._injector.candidates(errand.host)
        asked = await self._locate(mind, flights.keys() - believed.keys(), flights, results)
        locations = {**believed, **asked}
        loaded = await self._loader.load(locations)
        if moved := [agent for agent, error in loaded.failures.items() if isinstance(error, PacketNotFound)]:
            # Its bundle may have been written anew since that was known, or since the connectome said so.
            now = await self._locate(mind, moved, flights, results)
            locations |= now
            found = await self._loader.load(now)
            loaded.packets |= found.packets
            loaded.cached |= found.cached
            loaded.failures = {**loaded.failures, **found.failures}
        results |= {agent: error for agent, error in loaded.failures.items() if agent not in results}
        packets = {
            agent: Packet(content, Place.parse(locations[agent]).sha256, agent in self.pinned)
            for agent, content in loaded.packets.items()
            if not flights[agent].revoked
        }
        if not packets:
            return
        with span("inject"):
            injected = await self._injector.inject(packets, errand)
        for agent, outcome in injected.items():
            source = Source.CACHE if agent in loaded.cached else Source.STORE
            results[agent] = Awake(outcome, source) if isinstance(outcome, str) else outcome

    async def _locate(
        self, mind: str, agents: Collection[str], flights: Mapping[str, Flight], results: dict[str, Result]
    ) -> Mapping[str, str]:
        """Where the connectome says that packets are; what it does not know goes to `results`."""
        if not agents:
            return {}
        try:
            records = await self._agents.get(mind, sorted(agents))
        except Exception as error:
            results |= dict.fromkeys(agents, failure(error, "connectome"))
            return {}
        results |= {agent: AgentNotFound(agent) for agent in agents if agent not in records}
        self._forgotten.confirm(agent for agent in records if not flights[agent].revoked)
        return {agent: record.packet_location for agent, record in records.items()}

    def _count(self, results: Collection[Result]) -> None:
        sources = [result.source for result in results if isinstance(result, Awake)]
        self.counts.requested += len(results)
        self.counts.resident += sources.count(Source.HOST)
        self.counts.cache_hits += sources.count(Source.CACHE)
        self.counts.fetched += sources.count(Source.STORE)
        self.counts.failed += len(results) - len(sources)
        lost = sum(
            isinstance(result, MyriadError) and result.reason in (PacketNotFound.reason, PacketCorrupt.reason)
            for result in results
        )
        if lost:
            self.counts.lost += lost
            self.counts.last_lost = time.time()


def _of_all(results: Collection[Result]) -> MyriadError | None:
    """What is wrong with the whole, where the same kept every agent out."""
    for kind in (NoHostReady, Overloaded):
        if results and all(isinstance(result, kind) for result in results):
            return cast("MyriadError", next(iter(results)))
    return None
