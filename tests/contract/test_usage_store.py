"""The contract of a store of what keys used."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from gatekeeper.adapters import redis_usage
from gatekeeper.adapters.redis_usage import RedisUsageStore
from gatekeeper.adapters.sqlite_usage import SqliteUsageStore
from gatekeeper.ports import Usage, UsageStore
from tests import redis_servers

Open = Callable[[], AbstractAsyncContextManager[UsageStore]]
TODAY = datetime.now(UTC).date()
BEFORE = TODAY - timedelta(days=1)


@pytest.fixture(params=["sqlite", "redis_server", "redis_cluster_url"])
def open_store(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Open:
    if request.param == "sqlite":
        return lambda: SqliteUsageStore.open(tmp_path / "usage.db")
    monkeypatch.setattr(redis_usage, "LOOK_SECONDS", 0.02)
    url = request.getfixturevalue(request.param)

    @asynccontextmanager
    async def redis() -> AsyncIterator[UsageStore]:
        async with redis_servers.opened(url) as one, RedisUsageStore.open(one) as store:
            yield store

    return redis


def used(key: str, units: int, day: date = TODAY) -> Usage:
    return Usage(day, key, queries=1, recalls=2, units=units)


async def becomes(store: UsageStore, key: str, units: int) -> None:
    async with asyncio.timeout(5):
        while store.spent(key) != units:  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def test_charges_of_a_key_and_a_day_add_up_and_survive(open_store: Open) -> None:
    async with open_store() as store:
        await store.charge("1", [used("a", 5), used("b", 7)])
        await store.charge("2", [used("a", 3), used("a", 2, BEFORE)])
        await becomes(store, "a", 8)
    async with open_store() as store:
        await becomes(store, "a", 8)
        await becomes(store, "b", 7)
        assert store.spent("c") == 0
        assert await store.list(BEFORE, TODAY) == [
            Usage(BEFORE, "a", 1, 2, 2),
            Usage(TODAY, "a", 2, 4, 8),
            Usage(TODAY, "b", 1, 2, 7),
        ]
        assert await store.list(BEFORE, BEFORE) == [Usage(BEFORE, "a", 1, 2, 2)]


async def test_a_batch_that_comes_again_counts_once(open_store: Open) -> None:
    batch = [used("a", 5), used("a", 1, BEFORE)]
    async with open_store() as store:
        await asyncio.gather(*(store.charge("same", batch) for _ in range(5)))
    async with open_store() as store:
        await store.charge("same", batch)
        assert await store.list(BEFORE, TODAY) == [Usage(BEFORE, "a", 1, 2, 1), Usage(TODAY, "a", 1, 2, 5)]


async def test_an_empty_batch_and_days_without_usage_are_nothing(open_store: Open) -> None:
    async with open_store() as store:
        await store.charge("1", [])
        assert list(await store.list(BEFORE, TODAY)) == []


async def test_what_lies_too_long_ago_goes(tmp_path: Path) -> None:
    async with SqliteUsageStore.open(tmp_path / "usage.db") as store:
        long_ago = TODAY - timedelta(days=401)
        await store.charge("1", [used("a", 1, long_ago)])
        await store.charge("2", [used("a", 1)])
        assert await store.list(long_ago, TODAY) == [used("a", 1)]


async def test_gatekeepers_count_together(redis_server: str) -> None:
    async with (
        redis_servers.opened(redis_server) as redis,
        RedisUsageStore.open(redis) as one,
        RedisUsageStore.open(redis) as another,
    ):
        await one.charge("1", [used("a", 5)])
        await another.charge("2", [used("a", 6)])
        await asyncio.gather(becomes(one, "a", 11), becomes(another, "a", 11))
