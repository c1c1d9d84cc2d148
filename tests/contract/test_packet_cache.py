"""What every packet cache does."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import pytest

from dlm.adapters.memory_cache import MemoryPacketCache
from dlm.adapters.redis_cache import RedisPacketCache
from dlm.ports import PacketCache
from mesh.adapters.redis import Redis, key
from mesh.tasks import background
from tests import redis_servers

Open = Callable[[], AbstractAsyncContextManager[PacketCache]]
A, B, OTHER = "minds/m/agents/a", "minds/m/agents/b", "minds/n/agents/a"


@pytest.fixture(params=["memory", "redis_server", "redis_cluster_url"])
def open_cache(request: pytest.FixtureRequest) -> Open:
    @asynccontextmanager
    async def memory() -> AsyncIterator[PacketCache]:
        yield MemoryPacketCache(1_000_000)

    @asynccontextmanager
    async def in_redis() -> AsyncIterator[PacketCache]:
        async with redis_servers.opened(url) as redis:
            yield RedisPacketCache(redis)

    if request.param == "memory":
        return memory
    url = request.getfixturevalue(request.param)
    return in_redis


@pytest.fixture
async def cache(open_cache: Open) -> AsyncIterator[PacketCache]:
    async with open_cache() as one:
        yield one


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


async def test_many_packets_of_many_minds_come_back_each_under_its_own_name(cache: PacketCache) -> None:
    packets = {f"minds/m{number % 3}/agents/a{number}": b"%d" % number for number in range(300)}
    await cache.put_many(packets)
    assert await cache.get_many(packets) == packets
    assert await cache.remove(packets) == 300
    assert await cache.get_many(packets) == {}


async def test_no_damaged_packet_and_none_of_another_agent_is_given(redis: Redis) -> None:
    cache = RedisPacketCache(redis)
    await cache.put_many({A: b"one", B: b"two"})
    a, b = key("minds/m", "packet", "a"), key("minds/m", "packet", "b")
    await redis.call("SET", b, await redis.call("GET", a))
    await redis.call("SETRANGE", a, 17, b"X")
    assert await cache.get_many([A, B]) == {}


async def test_what_was_removed_is_not_put_back_by_a_load_that_began_before(redis: Redis) -> None:
    removing, loading = RedisPacketCache(redis), RedisPacketCache(redis)
    await removing.remove([A])
    await removing.remove_mind("minds/n")
    await loading.put_many({A: b"one", B: b"two", OTHER: b"three"})
    assert await loading.get_many([A, B, OTHER]) == {B: b"two"}


async def test_everything_goes_by_itself_and_nothing_large_is_kept(redis: Redis) -> None:
    cache = RedisPacketCache(redis)
    await cache.put_many({A: b"one", OTHER: bytes(2 * 1024 * 1024)})
    await cache.remove([B])
    await cache.remove_mind("minds/n")
    assert await cache.get_many([A, OTHER]) == {A: b"one"}
    async for names in redis.keys("minds/m"):
        for name in names:
            assert 0 < await redis.call("TTL", name) <= 3600
    assert 0 < await redis.call("TTL", key("minds/n", "gone")) <= 60


@pytest.mark.parametrize("how", ["hang", "kill"])
async def test_without_redis_nothing_is_cached_and_what_was_to_go_goes_later(tmp_path: Path, how: str) -> None:
    async with redis_servers.server(tmp_path, "--appendonly", "yes") as one, redis_servers.opened(one.url) as redis:
        cache = RedisPacketCache(redis)
        await cache.put_many({A: b"one", B: b"two", OTHER: b"three"})
        await redis_servers.lose(one, how)
        began = time.monotonic()
        assert await cache.get_many([A]) == {}
        assert await cache.remove([A]) == 0
        assert await cache.remove_mind("minds/n") == 0
        assert time.monotonic() - began < 2, "a call that is cut off, and others that are not begun"
        await redis_servers.find_again(one, how)
        async with background("settle", cache.settle), asyncio.timeout(20):
            while await cache.get_many([B]) == {}:  # noqa: ASYNC110  # nobody tells us
                await asyncio.sleep(0.1)
            while await redis.call("EXISTS", key("minds/n", "gone")) == 0:  # noqa: ASYNC110
                await asyncio.sleep(0.1)
        assert await cache.get_many([A, B, OTHER]) == {B: b"two"}
