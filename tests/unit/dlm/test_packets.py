"""Loading packets: few reads, and failures that stay with the agents they belong to."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from dlm.adapters.memory_cache import MemoryPacketCache
from dlm.packets import FAILURE_SECONDS, PacketLoader
from substrate import bundles
from substrate.adapters.folder import FolderPacketStore
from substrate.errors import PacketCorrupt, PacketNotFound


@pytest.fixture
def store(tmp_path: Path) -> FolderPacketStore:
    return FolderPacketStore(tmp_path)


class World:
    def __init__(self, store: FolderPacketStore) -> None:
        self.now = 0.0
        self.store = store
        self.written = b""
        self.loader = PacketLoader(MemoryPacketCache(100_000_000), store, lambda: self.now)

    async def write(self, packets: dict[str, bytes]) -> dict[str, str]:
        located: dict[str, str] = {}
        for bundle, places in bundles.build([(agent, bundles.frame(packet)) for agent, packet in packets.items()]):
            self.written = bundle
            uri = await self.store.write("minds/m", bundle)
            located |= {agent: str(bundles.Place(uri, *place)) for agent, place in places.items()}
        return located


def the_bundle(folder: Path) -> Path:
    (file,) = folder.rglob("*.pak")
    return file


def named(count: int, size: int = 10) -> dict[str, bytes]:
    return {f"minds/m/agents/a{n}": f"{n}".encode().ljust(size) for n in range(count)}


async def test_neighbours_are_one_read_and_come_from_the_cache_afterwards(store: FolderPacketStore) -> None:
    world = World(store)
    packets = named(300, 5_000)
    locations = await world.write(packets)
    loaded = await world.loader.load(locations)
    assert loaded.packets == packets
    assert not loaded.cached
    again = await world.loader.load(locations)
    assert again.packets == packets
    assert again.cached == packets.keys()
    assert world.loader.store_reads == 1


async def test_of_a_bundle_that_is_cut_off_what_lies_before_the_end_is_read(
    store: FolderPacketStore, tmp_path: Path
) -> None:
    world = World(store)
    packets = named(8)
    locations = await world.write(packets)
    file = the_bundle(tmp_path)
    os.truncate(file, bundles.Place.parse(locations["minds/m/agents/a5"]).start + 1)
    loaded = await world.loader.load(locations)
    assert list(loaded.packets) == list(packets)[:5]
    assert {type(error) for error in loaded.failures.values()} == {PacketNotFound}
    reads = world.loader.store_reads
    file.unlink()
    await world.loader.drop(packets)
    assert len((await world.loader.load(locations)).failures) == 8
    assert world.loader.store_reads == reads + 2


async def test_two_agents_may_share_a_place(store: FolderPacketStore) -> None:
    world = World(store)
    ((agent, place),) = (await world.write(named(1))).items()
    loaded = await world.loader.load({agent: place, "minds/m/agents/twin": place})
    assert set(loaded.packets) == {agent, "minds/m/agents/twin"}


async def test_a_failure_is_remembered_for_its_place_and_for_a_while(store: FolderPacketStore) -> None:
    world = World(store)
    ((agent, place),) = (await world.write(named(1))).items()
    gone = f"folder:///minds/m/bundles/{'0' * 32}.pak#0+10+{'0' * 64}"
    for _ in range(2):
        assert isinstance((await world.loader.load({agent: gone})).failures[agent], PacketNotFound)
    assert world.loader.store_reads == 1
    world.now = FAILURE_SECONDS
    await world.loader.load({agent: gone})
    assert world.loader.store_reads == 2
    assert agent in (await world.loader.load({agent: place})).packets


async def test_a_location_without_sense_fails_alone(store: FolderPacketStore) -> None:
    world = World(store)
    locations = await world.write(named(2))
    bundle, _, _ = locations["minds/m/agents/a0"].partition("#")
    bad = {"minds/m/agents/x": "nonsense", "minds/m/agents/y": f"{bundle}#0+999999999+{'0' * 64}"}
    loaded = await world.loader.load({**locations, **bad})
    assert loaded.packets == named(2)
    assert {agent: type(error) for agent, error in loaded.failures.items()} == dict.fromkeys(bad, PacketCorrupt)


@pytest.mark.parametrize("whole_mind", [False, True])
async def test_what_was_put_to_sleep_is_looked_for_again_at_once(store: FolderPacketStore, whole_mind: bool) -> None:
    """A bundle that was lost and brought back from a copy lies where it lay."""
    world = World(store)
    packets = named(1)
    ((agent, place),) = (await world.write(packets)).items()
    await store.delete(bundles.Place.parse(place).bundle)
    assert isinstance((await world.loader.load({agent: place})).failures[agent], PacketNotFound)
    await store.write("minds/m", world.written)
    await (world.loader.drop_mind("minds/m") if whole_mind else world.loader.drop([agent]))
    assert (await world.loader.load({agent: place})).packets == packets
