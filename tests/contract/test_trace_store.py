"""What every trace store does."""

from __future__ import annotations

import time

import pytest

from myriad.orchestrator.v1.answer_pb2 import Answer
from myriad.orchestrator.v1.answer_service_pb2 import GetTraceResponse
from myriad.orchestrator.v1.trace_pb2 import RankedAgent, Trace
from orchestrator.adapters.memory import MemoryTraceStore
from orchestrator.ports import TraceStore


@pytest.fixture(params=[MemoryTraceStore])
def store(request: pytest.FixtureRequest) -> TraceStore:
    made: TraceStore = request.param()
    return made


def record(name: str, *documents: str, mind: str = "minds/m", age: float = 0.0) -> GetTraceResponse:
    trace = Trace(answer=name, mind=mind)
    trace.create_time.FromNanoseconds(int((time.time() - age) * 1e9))
    agents = [RankedAgent(document=f"{mind}/documents/{document}") for document in documents]
    return GetTraceResponse(answer=Answer(name=name, agents=agents), trace=trace)


async def test_what_was_kept_is_read_as_it_was(store: TraceStore) -> None:
    kept = record("one", "d1")
    await store.keep(kept)
    assert await store.read("one") == kept


async def test_what_was_never_kept_is_none(store: TraceStore) -> None:
    assert await store.read("one") is None


async def test_a_record_is_not_changed_by_those_who_read_it(store: TraceStore) -> None:
    await store.keep(record("one", "d1"))
    read = await store.read("one")
    assert read is not None
    read.answer.text = "changed"
    again = await store.read("one")
    assert again is not None
    assert again.answer.text == ""


async def test_after_an_hour_a_record_is_gone(store: TraceStore) -> None:
    await store.keep(record("old", "d1", age=3601))
    await store.keep(record("new", "d1"))
    assert await store.read("old") is None
    assert await store.read("new") is not None


async def test_a_purge_drops_what_woke_agents_of_the_documents_and_nothing_else(store: TraceStore) -> None:
    await store.keep(record("one", "d1", "d2"))
    await store.keep(record("two", "d3"))
    await store.keep(record("other", "d1", mind="minds/o"))
    assert await store.purge("minds/m", ["minds/m/documents/d2", "minds/m/documents/d9"]) == 1
    assert await store.read("one") is None
    assert await store.read("two") is not None
    assert await store.read("other") is not None


async def test_a_purge_without_documents_drops_all_of_the_minds(store: TraceStore) -> None:
    await store.keep(record("one", "d1"))
    await store.keep(record("none"))
    await store.keep(record("other", "d1", mind="minds/o"))
    assert await store.purge("minds/m", None) == 2
    assert await store.read("other") is not None


async def test_a_query_that_began_before_the_purge_leaves_nothing(store: TraceStore) -> None:
    await store.purge("minds/m", ["minds/m/documents/d1"])
    await store.keep(record("before", "d1", age=1))
    await store.keep(record("elsewhere", "d2", age=1))
    await store.keep(record("after", "d1", age=-0.001))
    assert await store.read("before") is None
    assert await store.read("elsewhere") is not None
    assert await store.read("after") is not None
