"""Who may read a trace."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from mesh import names
from mesh.access import Caller, MindNotFound
from mesh.errors import InvalidField
from myriad.orchestrator.v1.answer_pb2 import Answer
from myriad.orchestrator.v1.answer_service_pb2 import GetTraceResponse
from myriad.orchestrator.v1.trace_pb2 import Trace
from myriad.type.v1.access_pb2 import Role
from orchestrator.adapters.sqlite import SqliteTraceStore
from orchestrator.errors import AnswerNotFound
from orchestrator.traces import new_id, read


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteTraceStore]:
    one = SqliteTraceStore(tmp_path / "traces.db")
    yield one
    one.close()


def test_no_two_answers_share_an_id() -> None:
    assert len({new_id() for _ in range(1000)}) == 1000


async def test_a_trace_is_found_under_its_own_mind_by_those_who_may_see_that(
    store: SqliteTraceStore,
) -> None:
    answer_id = new_id()
    name, elsewhere = (names.answer(mind, answer_id) for mind in ("minds/a", "minds/b"))
    record = GetTraceResponse(answer=Answer(name=name), trace=Trace(mind="minds/a"))
    record.trace.create_time.GetCurrentTime()
    await store.keep(record)
    owner, stranger = (Caller("k", Role.ROLE_READER, frozenset({mind})) for mind in ("minds/a", "minds/b"))
    assert await read(store, name, owner) == record
    with pytest.raises(MindNotFound):
        await read(store, name, stranger)
    for hidden in (elsewhere, names.answer("minds/b", new_id())):
        with pytest.raises(AnswerNotFound):
            await read(store, hidden, stranger)


@pytest.mark.parametrize("answer_id", ["", "ans_", "ans_" + "a" * 21, "../../etc", "ans_" + "a" * 19 + "\n"])
async def test_what_cannot_be_an_answers_name_is_told_the_rule(store: SqliteTraceStore, answer_id: str) -> None:
    for name in (answer_id, f"minds/a/answers/{answer_id}"):
        with pytest.raises(InvalidField, match=r"minds/\{mind\}/answers/\{answer\}"):
            await read(store, name, Caller.inside())


async def test_an_answer_that_is_still_being_kept_is_waited_for(store: SqliteTraceStore) -> None:
    name = names.answer("minds/a", new_id())
    record = GetTraceResponse(answer=Answer(name=name), trace=Trace(mind="minds/a"))
    record.trace.create_time.GetCurrentTime()
    reading = asyncio.create_task(read(store, name, Caller.inside()))
    await asyncio.sleep(0.01)
    await store.keep(record)
    assert await reading == record
