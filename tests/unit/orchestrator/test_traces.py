"""Who may read a trace."""

from __future__ import annotations

import pytest

from mesh.access import Caller
from mesh.errors import InvalidField
from myriad.orchestrator.v1.answer_pb2 import Answer, Trace
from myriad.orchestrator.v1.orchestrator_service_pb2 import GetTraceResponse
from myriad.type.v1.access_pb2 import Role
from orchestrator.adapters.memory import MemoryTraceStore
from orchestrator.errors import AnswerNotFound
from orchestrator.traces import new_id, read


def test_no_two_answers_share_an_id() -> None:
    assert len({new_id() for _ in range(1000)}) == 1000


async def test_a_trace_of_a_mind_that_is_not_the_callers_is_not_found() -> None:
    store, answer_id = MemoryTraceStore(), new_id()
    record = GetTraceResponse(answer=Answer(answer_id=answer_id), trace=Trace(mind="minds/a"))
    record.trace.create_time.GetCurrentTime()
    await store.keep(record)
    owner, stranger = (Caller("k", Role.ROLE_READER, frozenset({mind})) for mind in ("minds/a", "minds/b"))
    assert await read(store, answer_id, owner) == record
    with pytest.raises(AnswerNotFound) as hidden:
        await read(store, answer_id, stranger)
    with pytest.raises(AnswerNotFound) as unknown:
        await read(store, new_id(), stranger)
    assert hidden.value.message == unknown.value.message


@pytest.mark.parametrize("answer_id", ["", "ans_", "ans_" + "a" * 21, "../../etc", "ans_" + "a" * 19 + "\n"])
async def test_what_cannot_be_an_answers_id_is_told_the_rule(answer_id: str) -> None:
    with pytest.raises(InvalidField, match="answer_id"):
        await read(MemoryTraceStore(), answer_id, Caller.inside())
