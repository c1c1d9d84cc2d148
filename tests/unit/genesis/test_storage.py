"""Storage: what is written again while left-over packets are taken away stays."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import cast

from genesis.ports import Connectome, Move, Residents
from genesis.storage import Storage
from substrate import bundles
from substrate.adapters.folder import FolderPacketStore
from substrate.bundles import Place

MIND = "minds/m"
FRAMES = [("minds/m/agents/a1", bundles.frame(b"a packet"))]


class Neighbours:
    """The connectome and the hosts; `meanwhile` happens while agents are put to sleep."""

    def __init__(self) -> None:
        self.locations: dict[str, str] = {}
        self.storage: Storage | None = None

    async def places(self, mind: str, uris: Sequence[str]) -> Sequence[tuple[str, str]]:
        return [(agent, location) for agent, location in self.locations.items() if Place.parse(location).bundle in uris]

    async def relocate(self, mind: str, moves: Sequence[Move]) -> None:
        for move in moves:
            if self.locations.get(move.agent) == move.moved_from:
                self.locations[move.agent] = move.location

    async def dehydrate(self, mind: str, agents: Sequence[str]) -> Sequence[str]:
        if self.storage:
            async with self.storage.kept(MIND, FRAMES) as locations:
                self.locations |= locations
        return []


async def test_a_bundle_that_is_written_again_while_it_is_taken_away_stays(tmp_path: Path) -> None:
    """The same content has the same URI: deleting it would take the packet from the agent that came back."""
    neighbours, store = Neighbours(), FolderPacketStore(tmp_path)
    storage = Storage(store, cast("Connectome", neighbours), cast("Residents", neighbours))
    async with storage.kept(MIND, FRAMES) as locations:
        storage.outdate(MIND, locations.values())
    neighbours.storage = storage
    assert await storage.compact(MIND) == []
    place = Place.parse(neighbours.locations[FRAMES[0][0]])
    assert bundles.packet(await store.read(place.bundle, place.start, place.length)) == b"a packet"


async def test_a_bundle_that_nobody_needs_goes(tmp_path: Path) -> None:
    neighbours, store = Neighbours(), FolderPacketStore(tmp_path)
    storage = Storage(store, cast("Connectome", neighbours), cast("Residents", neighbours))
    async with storage.kept(MIND, FRAMES) as locations:
        storage.outdate(MIND, locations.values())
    assert len(await storage.compact(MIND)) == 1
    assert [stored async for stored in store.list(MIND)] == []
