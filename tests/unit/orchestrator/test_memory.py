"""The bounds of the traces kept in memory."""

from __future__ import annotations

import pytest

from myriad.orchestrator.v1.answer_pb2 import Answer
from myriad.orchestrator.v1.answer_service_pb2 import GetTraceResponse
from myriad.orchestrator.v1.trace_pb2 import Trace
from orchestrator.adapters import memory
from orchestrator.adapters.memory import MemoryTraceStore


def record(name: str, text: str = "") -> GetTraceResponse:
    made = GetTraceResponse(answer=Answer(name=name, text=text), trace=Trace(mind="minds/m"))
    made.trace.create_time.GetCurrentTime()
    return made


async def test_the_oldest_goes_when_there_are_too_many() -> None:
    store = MemoryTraceStore()
    for number in range(memory.KEPT_RECORDS + 2):
        await store.keep(record(str(number)))
    assert await store.read("1") is None
    assert await store.read("2") is not None


async def test_the_oldest_goes_when_they_take_too_many_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "KEPT_BYTES", 2500)
    store = MemoryTraceStore()
    for name in ("one", "two", "three"):
        await store.keep(record(name, "x" * 1000))
    assert await store.read("one") is None
    assert await store.read("two") is not None
    assert await store.purge("minds/m", None) == 2
    await store.keep(record("four", "x" * 1000))
    assert await store.read("four") is not None
