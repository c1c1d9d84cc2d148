"""Storage: what is learned again while left-over packets are taken away stays."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import cast

import pytest

from genesis.ports import Connectome, Move, Residents
from genesis.storage import Storage
from substrate import bundles
from substrate.adapters.folder import FolderPacketStore
from substrate.bundles import Place

MIND = "minds/m"
FRAMES = [("minds/m/agents/a1", bundles.frame(b"a packet"))]


class Neighbours:
    """The connectome and the hosts; while agents are put to sleep they are learned again."""

    def __init__(self) -> None:
        self.locations: dict[str, str] = {}
        self.storage: Storage | None = None

    async def places(self, mind: str, uris: Sequence[str]) -> Sequence[tuple[str, str]]:
        return [(agent, location) for agent, location in self.locations.items() if Place.parse(location).bundle in uris]

    async def condemn(self, mind: str, uris: Sequence[str]) -> Sequence[str]:
        return [uri for uri in uris if not await self.places(mind, [uri])]

    async def relocate(self, mind: str, moves: Sequence[Move]) -> None:
        for move in moves:
            if self.locations.get(move.agent) == move.moved_from:
                self.locations[move.agent] = move.location

    async def dehydrate(self, mind: str, agents: Sequence[str]) -> Sequence[str]:
        if self.storage:
            self.locations |= await self.storage.write(MIND, FRAMES)
        return []


@pytest.mark.parametrize("again", [False, True])
async def test_a_bundle_that_nobody_needs_goes_and_one_that_is_needed_again_stays(tmp_path: Path, again: bool) -> None:
    neighbours, store = Neighbours(), FolderPacketStore(tmp_path)
    storage = Storage(store, cast("Connectome", neighbours), cast("Residents", neighbours))
    locations = await storage.write(MIND, FRAMES)
    storage.outdate(MIND, locations.values())
    neighbours.storage = storage if again else None
    (gone,) = await storage.compact(MIND)
    assert gone == Place.parse(locations[FRAMES[0][0]]).bundle
    needed = [Place.parse(location) for location in neighbours.locations.values()]
    assert [stored.uri async for stored in store.list(MIND)] == [place.bundle for place in needed]
    assert [bundles.packet(await store.read(*place)) for place in map(at, needed)] == [b"a packet"] * again


def at(place: Place) -> tuple[str, int, int]:
    return place.bundle, place.start, place.length
