"""What every trace store does."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from mesh import names
from mesh.adapters.redis import NoAnswer, Redis, key
from myriad.orchestrator.v1.answer_pb2 import Answer
from myriad.orchestrator.v1.answer_service_pb2 import GetTraceResponse
from myriad.orchestrator.v1.trace_pb2 import RankedAgent, Trace
from orchestrator.adapters.redis import KEPT_RECORDS, RedisTraceStore
from orchestrator.adapters.sqlite import SqliteTraceStore
from orchestrator.ports import TraceStore
from tests import redis_servers


@pytest.fixture(params=["file", "redis_server", "redis_cluster_url"])
def url(request: pytest.FixtureRequest) -> str:
    """Of the Redis; empty: in a file."""
    return "" if request.param == "file" else str(request.getfixturevalue(request.param))


@asynccontextmanager
async def opened(url: str, folder: Path) -> AsyncIterator[TraceStore]:
    if url:
        async with redis_servers.opened(url) as redis:
            yield RedisTraceStore(redis)
        return
    store = SqliteTraceStore(folder / "traces.db")
    try:
        yield store
    finally:
        store.close()


@pytest.fixture
async def store(url: str, tmp_path: Path) -> AsyncIterator[TraceStore]:
    async with opened(url, tmp_path) as one:
        yield one


def record(name: str, *documents: str, age: float = 0.0) -> GetTraceResponse:
    mind = names.parent(name)
    trace = Trace(answer=name, mind=mind)
    trace.create_time.FromNanoseconds(int((time.time() - age) * 1e9))
    agents = [RankedAgent(document=f"{mind}/documents/{document}") for document in documents]
    return GetTraceResponse(answer=Answer(name=name, agents=agents), trace=trace)


async def test_what_was_kept_is_read_as_it_was(store: TraceStore) -> None:
    kept = record("minds/m/answers/one", "d1")
    await store.keep(kept)
    assert await store.read("minds/m/answers/one") == kept


async def test_what_was_never_kept_is_none(store: TraceStore) -> None:
    assert await store.read("minds/m/answers/one") is None


async def test_a_record_is_not_changed_by_those_who_read_it(store: TraceStore) -> None:
    await store.keep(record("minds/m/answers/one", "d1"))
    read = await store.read("minds/m/answers/one")
    assert read is not None
    read.answer.text = "changed"
    again = await store.read("minds/m/answers/one")
    assert again is not None
    assert again.answer.text == ""


async def test_after_an_hour_a_record_is_gone(store: TraceStore) -> None:
    await store.keep(record("minds/m/answers/old", "d1", age=3601))
    await store.keep(record("minds/m/answers/new", "d1"))
    assert await store.read("minds/m/answers/old") is None
    assert await store.read("minds/m/answers/new") is not None


async def test_a_purge_drops_what_woke_agents_of_the_documents_and_nothing_else(store: TraceStore) -> None:
    await store.keep(record("minds/m/answers/one", "d1", "d2"))
    await store.keep(record("minds/m/answers/two", "d3"))
    await store.keep(record("minds/o/answers/other", "d1"))
    assert await store.purge("minds/m", ["minds/m/documents/d2", "minds/m/documents/d9"]) == 1
    assert await store.read("minds/m/answers/one") is None
    assert await store.read("minds/m/answers/two") is not None
    assert await store.read("minds/o/answers/other") is not None


async def test_a_purge_of_documents_is_remembered_without_their_names(request: pytest.FixtureRequest) -> None:
    url: str = request.getfixturevalue("redis_server")
    async with redis_servers.opened(url) as redis:
        await RedisTraceStore(redis).purge("minds/m", ["minds/m/documents/zarquonia"])
        remembered = await redis.call("ZRANGE", key("minds/m", "purges"), 0, -1)
    assert len(remembered) == 1
    assert b"zarquonia" not in remembered[0]


async def test_a_purge_without_documents_drops_all_of_the_minds(store: TraceStore) -> None:
    await store.keep(record("minds/m/answers/one", "d1"))
    await store.keep(record("minds/m/answers/none"))
    await store.keep(record("minds/o/answers/other", "d1"))
    assert await store.purge("minds/m", None) == 2
    assert await store.read("minds/o/answers/other") is not None


async def test_a_query_that_began_before_the_purge_leaves_nothing(store: TraceStore) -> None:
    await store.purge("minds/m", ["minds/m/documents/d1"])
    await store.keep(record("minds/m/answers/before", "d1", age=1))
    await store.keep(record("minds/m/answers/elsewhere", "d2", age=1))
    await store.keep(record("minds/m/answers/after", "d1", age=-0.001))
    assert await store.read("minds/m/answers/before") is None
    assert await store.read("minds/m/answers/elsewhere") is not None
    assert await store.read("minds/m/answers/after") is not None


async def test_a_query_under_way_leaves_nothing_though_the_clock_jumped_meanwhile(store: TraceStore) -> None:
    await store.purge("minds/m", ["minds/m/documents/d1"])
    for jump in (-3600, 3600):
        under_way = record("minds/m/answers/one", "d1", age=jump + 1)
        under_way.trace.usage.elapsed_ms = 1000
        await store.keep(under_way)
        assert await store.read("minds/m/answers/one") is None
    await store.keep(after := record("minds/m/answers/after", "d1", age=-0.001))
    assert await store.read("minds/m/answers/after") == after


async def test_who_is_an_hour_ahead_hides_nothing_of_others_from_a_purge(
    store: TraceStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    await store.keep(record("minds/m/answers/one", "d1"))
    with monkeypatch.context() as patch:
        now = time.time()
        patch.setattr("time.time", lambda: now + 3601)
        patch.setattr("time.time_ns", lambda: int((now + 3601) * 1e9))
        await store.keep(record("minds/m/answers/ahead", "d2"))
    await store.purge("minds/m", ["minds/m/documents/d1"])
    assert await store.read("minds/m/answers/one") is None


async def test_what_a_key_says_is_remembered_with_what_it_said_before(store: TraceStore) -> None:
    await store.keep(record("minds/m/answers/one", "d1"))
    assert await store.judge("minds/m/answers/one", "k", {"a": 1, "b": 2}) == {}
    assert await store.judge("minds/m/answers/one", "other", {"a": 2}) == {}
    assert await store.judge("minds/m/answers/one", "k", {"b": 1, "c": 1}) == {"b": 2}
    assert await store.judge("minds/m/answers/one", "k", {"a": 2, "b": 2, "c": 2}) == {"a": 1, "b": 1, "c": 1}


async def test_of_what_is_not_kept_nothing_is_said(store: TraceStore) -> None:
    assert await store.judge("minds/m/answers/one", "k", {"a": 1}) == {}
    await store.keep(record("minds/m/answers/one", "d1"))
    await store.judge("minds/m/answers/one", "k", {"a": 1})
    await store.purge("minds/m", None)
    assert await store.judge("minds/m/answers/one", "k", {"a": 2}) == {}


async def test_purges_leave_nothing_of_queries_under_way(store: TraceStore) -> None:
    async def keep(number: int) -> None:
        kept = record(f"minds/m/answers/a{number}", f"d{number % 10}")
        await asyncio.sleep(number % 7 / 1000)
        await store.keep(kept)

    async def purge() -> None:
        await asyncio.sleep(0.004)
        await store.purge("minds/m", ["minds/m/documents/d1", "minds/m/documents/d2"])

    await asyncio.gather(*(keep(number) for number in range(100)), purge())
    left = {number for number in range(100) if await store.read(f"minds/m/answers/a{number}")}
    assert left == {number for number in range(100) if number % 10 not in (1, 2)}


async def test_any_orchestrator_shows_judges_and_purges_what_another_answered(url: str, tmp_path: Path) -> None:
    async with opened(url, tmp_path) as one, opened(url, tmp_path) as another:
        await one.keep(kept := record("minds/m/answers/one", "d1"))
        assert await another.read("minds/m/answers/one") == kept
        await another.judge("minds/m/answers/one", "k", {"a": 1})
        assert await one.judge("minds/m/answers/one", "k", {"a": 2}) == {"a": 1}
        assert await another.purge("minds/m", ["minds/m/documents/d1"]) == 1
        assert await one.read("minds/m/answers/one") is None


async def test_a_query_under_way_elsewhere_leaves_nothing_of_what_is_purged_here(url: str, tmp_path: Path) -> None:
    async with opened(url, tmp_path) as one, opened(url, tmp_path) as another:
        under_way = record("minds/m/answers/one", "d1")
        await one.purge("minds/m", ["minds/m/documents/d1"])
        await another.keep(under_way)
        assert await one.read("minds/m/answers/one") is None


async def test_a_mind_keeps_so_many_the_oldest_go_first_and_all_go_by_themselves(redis: Redis) -> None:
    store = RedisTraceStore(redis)
    for number in range(KEPT_RECORDS + 2):
        await store.keep(record(f"minds/m/answers/a{number}", age=10 - number / 1000))
    assert [await store.read(f"minds/m/answers/a{number}") is not None for number in range(4)] == [False] * 2 + [
        True
    ] * 2
    assert await redis.call("ZCARD", key("minds/m", "answers")) == KEPT_RECORDS
    await store.purge("minds/m", ["minds/m/documents/d1"])
    async for found in redis.keys("minds/m"):
        assert all([0 < await redis.call("TTL", one) <= 3600 for one in found])


@pytest.mark.parametrize("how", ["hang", "kill"])
async def test_without_redis_no_answer_is_kept_and_none_waits(tmp_path: Path, how: str) -> None:
    async with redis_servers.server(tmp_path) as one, redis_servers.opened(one.url) as redis:
        store = RedisTraceStore(redis)
        await redis_servers.lose(one, how)
        began = time.monotonic()
        for number in range(100):
            await store.keep(record(f"minds/m/answers/a{number}", "d1"))
        assert time.monotonic() - began < 3
        assert store.lost == 100
        with pytest.raises(NoAnswer):
            await store.read("minds/m/answers/a1")
        with pytest.raises(NoAnswer):
            await store.purge("minds/m", None)
        await redis_servers.find_again(one, how)
        await redis_servers.works(redis)
        await store.keep(record("minds/m/answers/one", "d1"))
        assert await store.read("minds/m/answers/one") is not None
