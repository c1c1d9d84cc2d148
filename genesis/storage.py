"""
Storage: packets into bundles, and bundles without the packets that nobody needs.

A packet is needed if its agent's location in the connectome points to it. What no agent points to is left over, from
an edit, from forgetting, from a crash; a bundle that holds some is written anew without it.
"""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

import structlog

from genesis.locks import Locks
from genesis.ports import Connectome, Move, Residents
from genesis.soundness import Inspected, inspect
from myriad.agent.v1.packet_pb2 import CognitivePacket
from myriad.connectome.v1.agent_record_pb2 import AgentRecord
from myriad.type.v1.retention_pb2 import Retained
from substrate import bundles
from substrate.bundles import Place
from substrate.errors import PacketCorrupt, PacketNotFound
from substrate.ports import PacketStore, Stored

log = structlog.get_logger()
_BUNDLES_AT_ONCE = 8
# New bundles are looked at again: an agent may have gone while they were written.
_ROUNDS = 5
_FRESH_SECONDS = 0.02


@dataclass(frozen=True, slots=True)
class LeftOver:
    """The packets in a bundle that no agent points to, by agent."""

    bundle: Stored
    places: Mapping[str, Place]


class Storage:
    """The packet store as learning and forgetting use it."""

    def __init__(self, store: PacketStore, connectome: Connectome, residents: Residents) -> None:
        self._store = store
        self._connectome = connectome
        self._residents = residents
        self._moves = Locks()
        self._writes = Locks()
        """By mind: no bundle is deleted while one is written that may be the same."""
        self._fresh: Counter[str] = Counter()
        """Bundles that are just being registered."""
        self._outdated: defaultdict[str, set[str]] = defaultdict(set)
        """By mind: bundles that hold packets nobody needs any more."""

    @property
    def retained(self) -> Sequence[Retained]:
        """What the packet store keeps of deleted bundles."""
        return self._store.retained

    @asynccontextmanager
    async def kept(self, mind: str, frames: Iterable[tuple[str, bytes]]) -> AsyncIterator[Mapping[str, str]]:
        """
        Write frames, each with its agent; yields where each lies.

        While the block lasts their bundles are not taken for left over, though no agent points to them yet.
        """
        locations: dict[str, str] = {}
        uris: list[str] = []
        try:
            for bundle, places in await asyncio.to_thread(lambda: list(bundles.build(frames))):
                async with self._writes.held((mind,)):
                    uri = await self._store.write(mind, bundle)
                    self._fresh[uri] += 1
                uris.append(uri)
                locations |= {agent: str(Place(uri, *place)) for agent, place in places.items()}
            yield locations
        finally:
            self._fresh.subtract(uris)
            self._fresh += Counter()  # drops those that are down to zero

    async def relocate(self, mind: str, locations: Mapping[str, str]) -> None:
        """Point agents to where their packets lie now."""
        async with self._moves.held((mind,)):
            await self._connectome.relocate(mind, [Move(*one) for one in locations.items()])

    def outdate(self, mind: str, locations: Iterable[str]) -> None:
        """Put down that nobody needs the packets at these locations any more."""
        self._outdated[mind].update(Place.parse(location).bundle for location in locations)

    async def compact(self, mind: str, uris: Iterable[str] = (), asleep: Collection[str] = ()) -> list[str]:
        """
        Take out of these bundles, and the outdated ones, what no agent points to; the URIs of bundles that are gone.

        Agents whose packets were left over are put to sleep first, but for those that are `asleep`.
        """
        gone: list[str] = []
        async with self._moves.held((mind,)):
            left = self._outdated[mind]
            left.update(uris)
            for number in range(_ROUNDS):
                stored = [one async for one in self._store.list(mind) if one.uri in left] if left else []
                made: set[str] = set()
                for part in _parts(stored):
                    removed, added = await self._rewrite(mind, part, asleep)
                    gone.extend(removed)
                    made |= added
                    left.difference_update(one.uri for one in part if one.uri not in self._fresh)
                left |= made
                if not left:
                    break
                if any(uri in self._fresh for uri in left):  # it is just being said that they are registered
                    await asyncio.sleep(_FRESH_SECONDS * 2**number)
        return gone

    async def clear(self, mind: str) -> list[str]:
        """Delete all bundles of a mind but those that agents point to, or will at once; the URIs of those deleted."""
        gone: list[str] = []
        async with self._moves.held((mind,)):
            self._outdated.pop(mind, None)
            stored = [one async for one in self._store.list(mind)]
            for part in _parts(stored):
                gone += await self._delete(mind, [one.uri for one in part])
        return gone

    async def left_of(self, mind: str, document: str) -> Mapping[str, Mapping[str, Place]]:
        """Where packets of a document are left over, by bundle and agent."""
        found: dict[str, Mapping[str, Place]] = {}
        # No bundle is deleted while it is read, and none is listed by the name that it has only while it is written.
        async with self._moves.held((mind,)), self._writes.held((mind,)):
            stored = [one async for one in self._store.list(mind)]
            for part in _parts(stored):
                for left_over in await self._left_over(part, await self._needed(mind, part)):
                    frames = await self._frames({place: agent for agent, place in left_over.places.items()})
                    if agents := await asyncio.to_thread(_those_of, document, frames):
                        found[left_over.bundle.uri] = {agent: left_over.places[agent] for agent in agents}
        return found

    async def lost(self, mind: str, records: Sequence[AgentRecord]) -> Mapping[str, PacketCorrupt | PacketNotFound]:
        """Those agents whose packets cannot be had, and why; their bundles are outdated."""
        lost = await self._lost(records)
        if lost:  # what has just been moved is looked for where it is now
            lost = await self._lost(await self._connectome.agents(mind, sorted(lost)))
            self.outdate(mind, (record.packet_location for record in records if record.agent in lost))
        return lost

    async def packets(self, mind: str, records: Sequence[AgentRecord]) -> Sequence[bytes]:
        """The packets of those agents that are there still. PacketNotFound, PacketCorrupt."""
        found = await self._inspected(records)
        if found.lost:  # what has just been moved is read where it is now
            again = await self._inspected(await self._connectome.agents(mind, sorted(found.lost)))
            for error in again.lost.values():
                raise error
            found.frames.update(again.frames)
        return await asyncio.to_thread(lambda: [bundles.packet(frame) for frame in found.frames.values()])

    async def _lost(self, records: Sequence[AgentRecord]) -> Mapping[str, PacketCorrupt | PacketNotFound]:
        return (await self._inspected(records)).lost

    async def _inspected(self, records: Sequence[AgentRecord]) -> Inspected:
        return await inspect(self._store, {Place.parse(record.packet_location): record.agent for record in records})

    async def _rewrite(
        self, mind: str, stored: Sequence[Stored], asleep: Collection[str]
    ) -> tuple[list[str], set[str]]:
        needed = await self._needed(mind, stored)
        left_overs = await self._left_over(stored, needed)
        old = {left_over.bundle.uri for left_over in left_overs}
        if not old:
            return [], set()
        gone = {agent for left_over in left_overs for agent in left_over.places} - set(asleep)
        await self._residents.dehydrate(mind, sorted(gone))
        frames = await self._frames({place: agent for place, agent in needed.items() if place.bundle in old})
        made: set[str] = set()
        if frames:
            async with self.kept(mind, frames) as locations:
                moves = [
                    Move(agent, locations[agent], str(place)) for place, agent in needed.items() if agent in locations
                ]
                await self._connectome.relocate(mind, moves)
                made = {Place.parse(location).bundle for location in locations.values()}
        return await self._delete(mind, old - made), made

    async def _delete(self, mind: str, uris: Iterable[str]) -> list[str]:
        """Delete bundles, but for those whose content has been written again since: the same content, the same URI."""
        async with self._writes.held((mind,)):
            idle = [uri for uri in sorted(uris) if not self._fresh[uri]]
            places = await self._connectome.places(mind, idle)
            needed = {Place.parse(location).bundle for _, location in places}
            gone = [uri for uri in idle if uri not in needed]
            for uri in gone:
                await self._store.delete(uri)
            return gone

    async def _needed(self, mind: str, stored: Sequence[Stored]) -> Mapping[Place, str]:
        places = await self._connectome.places(mind, [one.uri for one in stored])
        return {Place.parse(location): agent for agent, location in places}

    async def _left_over(self, stored: Iterable[Stored], needed: Mapping[Place, str]) -> list[LeftOver]:
        """Those bundles that hold left-over packets, or nothing that is needed, or whose index cannot be read."""
        found = []
        used = {place.bundle for place in needed}
        for one in stored:
            if one.uri in self._fresh:
                continue
            try:
                index, sound = await self._index(one), True
            except PacketCorrupt:
                log.error("bundle.corrupt", bundle=one.uri)
                index, sound = {}, False
            places = {agent: Place(one.uri, *place) for agent, place in index.items()}
            dead = {agent: place for agent, place in places.items() if needed.get(place) != agent}
            if dead or one.uri not in used or not sound:
                found.append(LeftOver(one, dead))
        return found

    async def _index(self, stored: Stored) -> Mapping[str, bundles.Span]:
        if stored.length < bundles.TRAILER_BYTES:
            raise PacketCorrupt("this is no bundle")
        start = stored.length - bundles.TRAILER_BYTES
        length = bundles.index_length(await self._store.read(stored.uri, start, bundles.TRAILER_BYTES))
        if length > stored.length:
            raise PacketCorrupt("this is no bundle")
        return bundles.index(await self._store.read(stored.uri, stored.length - length, length))

    async def _frames(self, agents: Mapping[Place, str]) -> list[tuple[str, bytes]]:
        """The frames that are sound; a bundle that holds others stays for as long as agents point to them."""
        return list((await inspect(self._store, agents)).frames.items())


def _parts(stored: Sequence[Stored]) -> Iterator[Sequence[Stored]]:
    for start in range(0, len(stored), _BUNDLES_AT_ONCE):
        yield stored[start : start + _BUNDLES_AT_ONCE]


def _those_of(document: str, frames: Iterable[tuple[str, bytes]]) -> list[str]:
    return [agent for agent, frame in frames if _document(frame) == document]


def _document(frame: bytes) -> str:
    return CognitivePacket.FromString(bundles.packet(frame)).document
