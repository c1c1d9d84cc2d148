"""Sweeping and merging by several genesis at once, on every packet store."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import cast

import pytest

from genesis.errors import Conflict
from genesis.ports import Connectome, Move, Residents
from genesis.storage import Storage
from genesis.sweep import MERGED_AT_LEAST, OLD_SECONDS, sweep
from myriad.agent.v1.packet_pb2 import CognitivePacket
from substrate import bundles
from substrate.bundles import Place
from substrate.ports import PacketStore

MIND = "minds/m"
ANY_AGE = -10.0


class Graph:
    """The connectome, and hosts that hold nothing."""

    def __init__(self) -> None:
        self.agents: dict[str, str] = {}
        self._condemned: set[str] = set()

    async def places(self, mind: str, uris: Sequence[str]) -> Sequence[tuple[str, str]]:
        return [one for one in self.agents.items() if Place.parse(one[1]).bundle in uris]

    async def condemn(self, mind: str, uris: Sequence[str]) -> Sequence[str]:
        condemned = sorted(set(uris) - self.bundles())
        self._condemned.update(condemned)
        return condemned

    async def relocate(self, mind: str, moves: Sequence[Move]) -> None:
        if not self._condemned.isdisjoint(Place.parse(move.location).bundle for move in moves):
            raise Conflict("a bundle is condemned")
        for move in moves:
            if self.agents[move.agent] == move.moved_from:
                self.agents[move.agent] = move.location

    async def dehydrate(self, mind: str, agents: Sequence[str]) -> None: ...

    def bundles(self) -> set[str]:
        return {Place.parse(location).bundle for location in self.agents.values()}


def genesis(store: PacketStore, graph: Graph) -> Storage:
    return Storage(store, cast("Connectome", graph), cast("Residents", graph))


def framed(agent: str) -> tuple[str, bytes]:
    return agent, bundles.frame(CognitivePacket(agent=agent).SerializeToString())


async def test_of_several_that_sweep_at_once_none_loses_a_packet_and_nothing_is_left_over(store: PacketStore) -> None:
    graph = Graph()
    several = [genesis(store, graph) for _ in range(3)]
    for number in range(2 * MERGED_AT_LEAST):
        written = await several[0].write(MIND, [framed(f"{MIND}/agents/a{number}"), framed(f"{MIND}/agents/b{number}")])
        if number % 4:  # of each fourth nobody was told
            graph.agents |= dict(list(written.items())[: 1 + number % 2])
    assert await sweep(store, several[0], OLD_SECONDS) == []
    await asyncio.gather(*(sweep(store, one, ANY_AGE) for one in several))
    for one in several:  # what was written while another was faster goes the next time
        await sweep(store, one, ANY_AGE)
    assert len(graph.bundles()) < MERGED_AT_LEAST
    assert {stored.uri async for stored in store.list()} == graph.bundles()
    for agent, location in graph.agents.items():
        place = Place.parse(location)
        packet = bundles.packet(await store.read(place.bundle, place.start, place.length), place.sha256)
        assert CognitivePacket.FromString(packet).agent == agent


async def test_a_bundle_that_agents_need_whole_is_not_read(store: PacketStore, monkeypatch: pytest.MonkeyPatch) -> None:
    graph = Graph()
    one, reads = genesis(store, graph), list[str]()
    graph.agents |= await one.write(MIND, [framed(f"{MIND}/agents/{number}") for number in range(3)])
    read = type(store).read

    async def noted(store: PacketStore, uri: str, start: int, length: int) -> bytes:
        reads.append(uri)
        return await read(store, uri, start, length)

    monkeypatch.setattr(type(store), "read", noted)
    assert await sweep(store, one, ANY_AGE) == []
    assert not reads
    del graph.agents[f"{MIND}/agents/1"]
    assert len(await sweep(store, one, ANY_AGE)) == 1
    assert reads
