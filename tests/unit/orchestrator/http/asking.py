"""The application over an orchestrator that answers what it is told, for tests of what HTTP makes of it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any, cast

import httpx

from mesh.access import KEY_HEADER, MINDS_HEADER, ROLE_HEADER
from mesh.errors import ComponentUnavailable
from myriad.orchestrator.v1 import orchestrator_service_pb2 as pb
from myriad.orchestrator.v1.answer_pb2 import Answer
from myriad.orchestrator.v1.trace_pb2 import Step
from myriad.synth.v1.synthesis_pb2 import Citation
from orchestrator.http import chat, responses
from orchestrator.http.app import application
from orchestrator.http.asking import Asking
from orchestrator.service import AnswerServicer, OrchestratorServicer
from orchestrator.tiers import Tiers

READER = {KEY_HEADER: "k", ROLE_HEADER: "ROLE_READER", MINDS_HEADER: "minds/m"}
TEXT = "It was so. [1]\nOr so it is said. [2]"


class Answering:
    """In the place of the orchestrator."""

    def __init__(self) -> None:
        self.asked: list[Any] = []
        self.breaks = False
        """Whether it fails after the first step."""
        self.hangs = False
        self.begun, self.cancelled = asyncio.Event(), asyncio.Event()

    async def Query(self, request: pb.QueryRequest, context: object) -> pb.QueryResponse:
        await self._begin(request)
        return pb.QueryResponse(answer=self._answer())

    async def StreamQuery(
        self, request: pb.StreamQueryRequest, context: object
    ) -> AsyncIterator[pb.StreamQueryResponse]:
        yield pb.StreamQueryResponse(step=pb.StepFinished(step=Step.STEP_ACTIVATE, summary="woken"))
        await self._begin(request)
        if self.breaks:
            error = ComponentUnavailable("the synthesizer does not answer")
            yield pb.StreamQueryResponse(error=error.status())
            raise error
        yield pb.StreamQueryResponse(answer=self._answer())

    async def _begin(self, request: Any) -> None:
        self.asked.append(request)
        self.begun.set()
        if self.hangs:
            try:
                await asyncio.sleep(60)
            finally:
                self.cancelled.set()

    def _answer(self) -> Answer:
        number = len(self.asked)
        sources = [
            Citation(uri="https://example.org/1", title="One", text_start=0, text_end=10),
            Citation(document="minds/m/documents/two", title="Two", text_start=15, text_end=32),
        ]
        return Answer(
            name=f"minds/m/answers/ans_{number}",
            answer_id=f"ans_{number}",
            model="myriad-base",
            text=TEXT,
            citations=sources,
        )


def app(answering: Answering) -> Any:
    asks = Asking(cast("OrchestratorServicer", answering), Tiers())
    return application([*chat.routes(asks), *responses.routes(asks, cast("AnswerServicer", answering))])


def client(answering: Answering) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app(answering))
    return httpx.AsyncClient(transport=transport, base_url="http://orchestrator", headers=READER)
