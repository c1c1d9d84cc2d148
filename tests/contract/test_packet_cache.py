"""What every packet cache does."""

from __future__ import annotations

import pytest

from dlm.adapters.memory_cache import MemoryPacketCache
from dlm.ports import PacketCache

A, B, OTHER = "minds/m/agents/a", "minds/m/agents/b", "minds/n/agents/a"


@pytest.fixture(params=["memory"])
def cache() -> PacketCache:
    return MemoryPacketCache(1_000_000)


async def test_it_gives_back_what_it_has_and_leaves_out_the_rest(cache: PacketCache) -> None:
    await cache.put_many({A: b"one", OTHER: b"two"})
    assert await cache.get_many([A, B, OTHER]) == {A: b"one", OTHER: b"two"}


async def test_a_later_packet_replaces_the_earlier(cache: PacketCache) -> None:
    await cache.put_many({A: b"one"})
    await cache.get_many([A])
    await cache.put_many({A: b"two"})
    assert await cache.get_many([A]) == {A: b"two"}


async def test_removed_packets_are_gone_and_counted(cache: PacketCache) -> None:
    await cache.put_many({A: b"one", B: b"two"})
    await cache.get_many([A])
    assert await cache.remove([A, OTHER]) == 1
    assert await cache.get_many([A, B]) == {B: b"two"}
    assert await cache.remove([A]) == 0


async def test_a_minds_packets_go_together_and_alone(cache: PacketCache) -> None:
    await cache.put_many({A: b"one", B: b"two", OTHER: b"three", "minds/mm/agents/a": b"four"})
    await cache.get_many([B])
    assert await cache.remove_mind("minds/m") == 2
    assert set(await cache.get_many([A, B, OTHER, "minds/mm/agents/a"])) == {OTHER, "minds/mm/agents/a"}
