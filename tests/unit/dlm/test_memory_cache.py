"""The cache in memory: bounded in bytes, and one pass over much does not push out what is used."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from dlm.adapters.memory_cache import MemoryPacketCache

PACKET = bytes(750)  # 1,000 bytes with what an entry takes


async def test_a_scan_does_not_push_out_what_is_used_again() -> None:
    cache = MemoryPacketCache(100_000)
    hot = [f"minds/m/agents/hot{n}" for n in range(50)]
    await cache.put_many(dict.fromkeys(hot, PACKET))
    await cache.get_many(hot)
    for n in range(500):
        await cache.put_many({f"minds/m/agents/cold{n}": PACKET})
    assert set(await cache.get_many(hot)) == set(hot)


async def test_what_fills_the_cache_alone_is_not_taken() -> None:
    cache = MemoryPacketCache(100_000)
    await cache.put_many({"minds/m/agents/small": PACKET, "minds/m/agents/large": bytes(10_000)})
    assert set(await cache.get_many(["minds/m/agents/small", "minds/m/agents/large"])) == {"minds/m/agents/small"}


@given(st.lists(st.tuples(st.sampled_from(["put", "get", "remove"]), st.integers(0, 20), st.integers(0, 900))))
async def test_its_bytes_are_counted_and_bounded(steps: list[tuple[str, int, int]]) -> None:
    cache = MemoryPacketCache(12_000)
    for step, number, size in steps:
        agent = f"minds/m/agents/a{number}"
        if step == "put":
            await cache.put_many({agent: bytes(size)})
        elif step == "get":
            await cache.get_many([agent])
        else:
            await cache.remove([agent])
        assert sum(map(cache._packets.size_of, cache._packets)) == cache._packets.size <= 12_000
