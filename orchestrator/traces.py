"""Traces: how an answer came about, for those who may see its mind."""

from __future__ import annotations

import base64
import re
import secrets

from mesh.access import Caller
from mesh.errors import InvalidField
from myriad.orchestrator.v1.orchestrator_service_pb2 import GetTraceResponse
from orchestrator.errors import AnswerNotFound
from orchestrator.ports import TraceStore

_ID = re.compile(r"ans_[a-z2-7]{20}")


def new_id() -> str:
    """A new answer's id: 100 random bits, so that nobody guesses another's."""
    return "ans_" + base64.b32encode(secrets.token_bytes(15)).decode()[:20].lower()


async def read(store: TraceStore, answer_id: str, caller: Caller) -> GetTraceResponse:
    """An answer and its trace. InvalidField, AnswerNotFound."""
    if not _ID.fullmatch(answer_id):
        raise InvalidField("answer_id", "is the answer_id of an answer, ans_ and 20 letters and digits")
    record = await store.read(answer_id)
    if record is None or not caller.may_see(record.trace.mind):
        raise AnswerNotFound(answer_id)
    return record
