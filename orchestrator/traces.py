"""Traces: how an answer came about, for those who may see its mind."""

from __future__ import annotations

import base64
import secrets

from mesh import names
from mesh.access import Caller
from myriad.orchestrator.v1.answer_service_pb2 import GetTraceResponse
from orchestrator.errors import AnswerNotFound
from orchestrator.ports import TraceStore


def new_id() -> str:
    """A new answer's id: 100 random bits, so that nobody guesses another's."""
    return "ans_" + base64.b32encode(secrets.token_bytes(15)).decode()[:20].lower()


async def read(store: TraceStore, name: str, caller: Caller) -> GetTraceResponse:
    """An answer and its trace. InvalidField, MindNotFound, AnswerNotFound."""
    caller.mind(names.parse_answer(name)[0])
    record = await store.read(name)
    if record is None:
        raise AnswerNotFound(name)
    return record
