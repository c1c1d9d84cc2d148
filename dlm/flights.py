"""Flights: agents on their way into a host, one flight each however many callers wait for it."""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from enum import Enum

from dlm.errors import PutToSleep
from mesh import names
from mesh.errors import MyriadError


class Source(Enum):
    """Where an agent was found."""

    HOST = "host"
    CACHE = "cache"
    STORE = "store"


@dataclass(frozen=True, slots=True)
class Awake:
    """An agent that a host holds."""

    host: str
    source: Source


Result = Awake | MyriadError


@dataclass(eq=False, slots=True)
class Flight:
    """An agent on its way. `revoked`: somebody put it to sleep meanwhile, it must not arrive."""

    agent: str
    host: str
    landed: asyncio.Future[Result] = field(default_factory=lambda: asyncio.get_running_loop().create_future())
    revoked: bool = False


class Flights:
    """All that is on its way, by agent and by the host that was asked for (empty: any)."""

    def __init__(self) -> None:
        self._flights: defaultdict[str, dict[str, Flight]] = defaultdict(dict)
        self._closed: Counter[str] = Counter()

    def __contains__(self, agent: str) -> bool:
        return agent in self._flights

    def get(self, agent: str, host: str) -> Flight | None:
        return self._flights.get(agent, {}).get(host)

    def start(self, agent: str, host: str) -> Flight:
        """A new flight, where there is none. PutToSleep while the agent or its mind is closed."""
        if self._closed[agent] or self._closed[names.parent(agent)]:
            raise PutToSleep(agent)
        self._flights[agent][host] = flight = Flight(agent, host)
        return flight

    def land(self, flight: Flight, result: Result) -> None:
        """End a flight and tell those who wait for it."""
        del self._flights[flight.agent][flight.host]
        if not self._flights[flight.agent]:
            del self._flights[flight.agent]
        flight.landed.set_result(PutToSleep(flight.agent) if flight.revoked else result)

    @asynccontextmanager
    async def closed(self, closed: Collection[str]) -> AsyncIterator[None]:
        """Let no flight of these agents, or of these minds' agents, start; wait until those under way have ended."""
        self._closed.update(closed)
        revoked = self._of(set(closed))
        for flight in revoked:
            flight.revoked = True
        try:
            if revoked:
                await asyncio.wait([flight.landed for flight in revoked])
            yield
        finally:
            self._closed.subtract(closed)
            self._closed = +self._closed

    def _of(self, closed: set[str]) -> list[Flight]:
        return [
            flight
            for agent, flights in self._flights.items()
            if agent in closed or names.parent(agent) in closed
            for flight in flights.values()
        ]
