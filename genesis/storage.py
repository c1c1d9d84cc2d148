"""
Storage: packets into bundles, and bundles without the packets that nobody needs.

A packet is needed if its agent's location in the connectome points to it. What no agent points to is left over, from
an edit, from forgetting, from a crash; a bundle that holds some is written anew without it.

Any number of genesis do so at once. No bundle is ever written a second time, and only who wrote it points agents to it,
once. So to one that the connectome has condemned, because no agent pointed to it, none will: it can be deleted.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import structlog

from genesis.errors import Conflict
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
BUNDLES_AT_ONCE = 8
# New bundles are looked at again: an agent may have gone while they were written.
_ROUNDS = 5


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
        self._outdated: defaultdict[str, set[str]] = defaultdict(set)
        """By mind: bundles that hold packets nobody needs any more."""

    @property
    def retained(self) -> Sequence[Retained]:
        """What the packet store keeps of deleted bundles."""
        return self._store.retained

    async def write(self, mind: str, frames: Iterable[tuple[str, bytes]]) -> Mapping[str, str]:
        """Write frames, each with its agent; where each lies. Agents are pointed there now, or never."""
        locations: dict[str, str] = {}
        for bundle, places in await asyncio.to_thread(lambda: list(bundles.build(frames))):
            uri = await self._store.write(mind, bundle)
            locations |= {agent: str(Place(uri, *place)) for agent, place in places.items()}
        return locations

    async def relocate(self, mind: str, moves: Sequence[Move]) -> None:
        """Point agents to where their packets lie now. Conflict if one lay elsewhere than was said: try again."""
        async with self._moves.held((mind,)):
            await self._connectome.relocate(mind, moves)
            self.outdate(mind, (move.moved_from for move in moves))
            records = await self._connectome.agents(mind, [move.agent for move in moves])
            now = {record.agent: record.packet_location for record in records}
            if any(now.get(move.agent) != move.location for move in moves):
                raise Conflict("somebody else moved a packet meanwhile")

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
            for _ in range(_ROUNDS):
                for part in _parts(sorted(left)):
                    left.difference_update(part)  # what is outdated from now on is looked at again
                    try:
                        stored = [one for uri in part if (one := await self._store.find(uri))]
                        removed, made = await self._rewrite(mind, stored, asleep)
                    except BaseException:
                        left.update(part)
                        raise
                    gone += removed
                    left |= made
            if not left:
                del self._outdated[mind]
        return gone

    async def rewrite(self, mind: str, stored: Sequence[Stored]) -> list[str]:
        """Take out of bundles what no agent points to; the URIs of those that are gone."""
        async with self._moves.held((mind,)):
            gone, made = await self._rewrite(mind, stored, ())
            self._outdated[mind] |= made
        return gone + await self.compact(mind)

    async def merge(self, mind: str, stored: Sequence[Stored]) -> list[str]:
        """Write what agents point to in bundles into as few new ones as hold it; the URIs of those that are gone."""
        async with self._moves.held((mind,)):
            gone, made = await self._anew(mind, await self._needed(mind, stored), {one.uri for one in stored})
            self._outdated[mind] |= made
        return gone + await self.compact(mind)

    async def clear(self, mind: str) -> list[str]:
        """Delete all bundles of a mind but those that agents point to; the URIs of those deleted."""
        gone: list[str] = []
        async with self._moves.held((mind,)):
            self._outdated.pop(mind, None)
            async for part in pages(self._store.list(mind)):
                gone += await self._delete(mind, [one.uri for one in part])
        return gone

    async def left_of(self, mind: str, document: str) -> Mapping[str, Mapping[str, Place]]:
        """Where packets of a document are left over, by bundle and agent."""
        found: dict[str, Mapping[str, Place]] = {}
        async with self._moves.held((mind,)):  # what is just being moved is where it is needed
            async for part in pages(self._store.list(mind)):
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
        """The URIs of bundles that are gone, and of those that were made."""
        needed = await self._needed(mind, stored)
        left_overs = await self._left_over(stored, needed)
        gone = {agent for left_over in left_overs for agent in left_over.places} - set(asleep)
        await self._residents.dehydrate(mind, sorted(gone))
        return await self._anew(mind, needed, {left_over.bundle.uri for left_over in left_overs})

    async def _anew(self, mind: str, needed: Mapping[Place, str], old: Collection[str]) -> tuple[list[str], set[str]]:
        made: set[str] = set()
        if frames := await self._frames({place: agent for place, agent in needed.items() if place.bundle in old}):
            at = await self.write(mind, frames)
            moves = [Move(agent, at[agent], str(place)) for place, agent in needed.items() if agent in at]
            await self._connectome.relocate(mind, moves)
            made = {Place.parse(location).bundle for location in at.values()}
        return await self._delete(mind, old), made

    async def _delete(self, mind: str, uris: Collection[str]) -> list[str]:
        """Delete bundles, but for those that agents point to."""
        condemned = await self._connectome.condemn(mind, sorted(uris)) if uris else []
        for uri in condemned:
            await self._store.delete(uri)
        return list(condemned)

    async def _needed(self, mind: str, stored: Sequence[Stored]) -> Mapping[Place, str]:
        places = await self._connectome.places(mind, [one.uri for one in stored])
        return {Place.parse(location): agent for agent, location in places}

    async def _left_over(self, stored: Iterable[Stored], needed: Mapping[Place, str]) -> list[LeftOver]:
        """Those bundles that hold left-over packets, or nothing that is needed, or whose index cannot be read."""
        found = []
        used: defaultdict[str, dict[str, bundles.Span]] = defaultdict(dict)
        for place, agent in needed.items():
            used[place.bundle][agent] = (place.start, place.length, place.sha256)
        for one in stored:
            if one.uri in used and bundles.length(used[one.uri]) == one.length:
                continue  # there is room for nothing else: its index need not be read
            try:
                index, sound = await self._index(one), True
            except PacketNotFound:  # somebody else has deleted it
                continue
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


async def pages(stored: AsyncIterator[Stored]) -> AsyncIterator[Sequence[Stored]]:
    """What is stored, a few bundles at once."""
    page: list[Stored] = []
    async for one in stored:
        page.append(one)
        if len(page) == BUNDLES_AT_ONCE:
            yield page
            page = []
    if page:
        yield page


def _parts(uris: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(uris), BUNDLES_AT_ONCE):
        yield uris[start : start + BUNDLES_AT_ONCE]


def _those_of(document: str, frames: Iterable[tuple[str, bytes]]) -> list[str]:
    return [agent for agent, frame in frames if _document(frame) == document]


def _document(frame: bytes) -> str:
    return CognitivePacket.FromString(bundles.packet(frame)).document
