"""Loading packets: from the cache, or from the packet store in as few reads as their places allow."""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections import OrderedDict, defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field

import structlog

from dlm.errors import failure
from dlm.ports import PacketCache
from mesh.errors import MyriadError
from mesh.tracing import span
from myriad.type.v1.retention_pb2 import Retained
from substrate import bundles
from substrate.bundles import Place
from substrate.errors import PacketCorrupt, PacketNotFound
from substrate.ports import PacketStore

log = structlog.get_logger()
READS_AT_ONCE = 8
FAILURE_SECONDS = 5.0
"""For so long a packet that could not be read is not tried again at the same place."""
_LARGEST_FAILURES = 10_000
_LARGEST_FRAME_BYTES = 16 * 1024 * 1024
_INLINE_BYTES = 64 * 1024
"""Frames of less than this together are unpacked at once, in well under a millisecond; more go to a thread."""


@dataclass(slots=True)
class Loaded:
    """What became of the packets, by agent."""

    packets: dict[str, bytes] = field(default_factory=dict)
    cached: frozenset[str] = frozenset()
    failures: dict[str, MyriadError] = field(default_factory=dict)


class PacketLoader:
    """Reads packets and counts the reads."""

    def __init__(self, cache: PacketCache, store: PacketStore, clock: Callable[[], float] = time.monotonic) -> None:
        self._cache = cache
        self._store = store
        self._clock = clock
        self._reading = asyncio.Semaphore(READS_AT_ONCE)
        self._failures: OrderedDict[str, tuple[str, float, MyriadError]] = OrderedDict()
        """By agent: where it was looked for, until when it is not looked for there again, and why."""
        self.store_reads = 0

    @property
    def retained(self) -> Sequence[Retained]:
        """What the cache keeps longer of what it was to drop."""
        return self._cache.retained

    async def load(self, locations: Mapping[str, str]) -> Loaded:
        """The packets of agents, by their locations. Whatever goes wrong goes wrong for single agents."""
        with span("cache"):
            cached = await self._cache.get_many(locations.keys())
        loaded, places = Loaded(), defaultdict[Place, list[str]](list)
        for agent, location in locations.items():
            try:
                place = self._place(agent, location)
            except MyriadError as error:
                loaded.failures[agent] = error
                continue
            if agent in cached and hashlib.sha256(cached[agent]).hexdigest() == place.sha256:
                loaded.packets[agent] = cached[agent]
            else:
                places[place].append(agent)
        loaded.cached = frozenset(loaded.packets)
        fetched = dict[str, bytes]()
        for contents in await asyncio.gather(*(self._read(run) for run in bundles.runs(places))):
            for place, content in contents.items():
                for agent in places[place]:
                    if isinstance(content, bytes):
                        fetched[agent] = content
                    else:
                        loaded.failures[agent] = content
                        self._remember(agent, locations[agent], content)
        await self._cache.put_many(fetched)
        loaded.packets |= fetched
        return loaded

    async def drop(self, agents: Collection[str]) -> int:
        """Keep nothing of agents, not even that they could not be read; how many the cache had."""
        for agent in agents:
            self._failures.pop(agent, None)
        return await self._cache.remove(agents)

    async def drop_mind(self, mind: str) -> int:
        """The same for all agents of `minds/{mind}`."""
        start = f"{mind}/"
        for agent in [agent for agent in self._failures if agent.startswith(start)]:
            del self._failures[agent]
        return await self._cache.remove_mind(mind)

    def _place(self, agent: str, location: str) -> Place:
        if failed := self._failures.get(agent):
            where, ends, error = failed
            if where == location and ends > self._clock():
                raise error
        place = Place.parse(location)
        if place.length > _LARGEST_FRAME_BYTES:
            raise PacketCorrupt("a packet location names more than a packet may have", packet_location=location)
        return place

    async def _read(self, run: Sequence[Place]) -> Mapping[Place, bytes | MyriadError]:
        first, last = run[0], run[-1]
        try:
            async with self._reading:
                self.store_reads += 1
                with span("read"):
                    content = await self._store.read(first.bundle, first.start, last.start + last.length - first.start)
        except (MyriadError, OSError) as error:
            if len(run) > 1 and isinstance(error, PacketNotFound):
                return await self._read_one_by_one(run)
            log.warning("packets.unread", bundle=first.bundle, error=f"{type(error).__name__}: {error}"[:300])
            return dict.fromkeys(run, failure(error, "the packet store"))
        if len(content) < _INLINE_BYTES:
            return _unpacked(run, content)
        return await asyncio.to_thread(_unpacked, run, content)

    async def _read_one_by_one(self, run: Sequence[Place]) -> Mapping[Place, bytes | MyriadError]:
        """What lies before the end of a bundle that is cut off; of one that is gone nothing is read twice."""
        found = dict[Place, bytes | MyriadError]()
        for place in run:
            found |= await self._read([place])
            if isinstance(error := found[place], PacketNotFound):
                return dict.fromkeys(run, error) | found
        return found

    def _remember(self, agent: str, location: str, error: MyriadError) -> None:
        self._failures[agent] = (location, self._clock() + FAILURE_SECONDS, error)
        self._failures.move_to_end(agent)
        if len(self._failures) > _LARGEST_FAILURES:
            self._failures.popitem(last=False)


def _unpacked(run: Sequence[Place], content: bytes) -> Mapping[Place, bytes | MyriadError]:
    packets = dict[Place, bytes | MyriadError]()
    for place, frame in bundles.split(run, content):
        try:
            packets[place] = bundles.packet(frame, place.sha256)
        except PacketCorrupt as error:
            log.error("packets.corrupt", packet_location=str(place))
            packets[place] = error
    return packets
