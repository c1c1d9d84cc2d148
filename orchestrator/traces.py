"""Traces: how an answer came about, for those who may see its mind."""

from __future__ import annotations

import asyncio
import base64
import secrets

from mesh import names
from mesh.access import Caller
from myriad.orchestrator.v1.answer_service_pb2 import GetTraceResponse
from orchestrator.errors import AnswerNotFound
from orchestrator.ports import TraceStore

AGAIN_SECONDS = (0.02, 0.05, 0.13)
"""An answer is kept behind the one who got it: what is asked for right after it is looked for again."""


def new_id() -> str:
    """A new answer's id: 100 random bits, so that nobody guesses another's."""
    return "ans_" + base64.b32encode(secrets.token_bytes(15)).decode()[:20].lower()


async def read(store: TraceStore, name: str, caller: Caller) -> GetTraceResponse:
    """An answer and its trace. InvalidField, MindNotFound, AnswerNotFound."""
    caller.mind(names.parse_answer(name)[0])
    for seconds in (*AGAIN_SECONDS, None):
        if record := await store.read(name):
            return record
        if seconds is not None:
            await asyncio.sleep(seconds)
    raise AnswerNotFound(name)
