"""The plan of a query: activate, hydrate, ask, synthesize."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Mapping

from mesh.call import outgoing
from myriad.agent.v1.evidence_pb2 import AgentReply
from myriad.connectome.v1.connectome_service_pb2 import ActivateResponse
from myriad.connectome.v1.connectome_service_pb2_grpc import ConnectomeServiceStub
from myriad.orchestrator.v1.answer_pb2 import Trace
from myriad.orchestrator.v1.orchestrator_service_pb2 import GetTraceResponse, StepFinished
from myriad.synth.v1.synthesizer_service_pb2 import RankedReply, SynthesizeRequest, SynthesizeResponse
from myriad.synth.v1.synthesizer_service_pb2_grpc import SynthesizerServiceStub
from orchestrator.activation import activate
from orchestrator.agents import Agents
from orchestrator.answer import fill, state
from orchestrator.inquiry import Inquiry
from orchestrator.ports import TraceStore


class Query:
    """Answers questions."""

    def __init__(
        self, connectome: ConnectomeServiceStub, agents: Agents, synth: SynthesizerServiceStub, store: TraceStore
    ) -> None:
        self._connectome = connectome
        self._agents = agents
        self._synth = synth
        self._store = store

    async def answer(self, inquiry: Inquiry, record: GetTraceResponse) -> AsyncIterator[StepFinished]:
        """
        Yield each step as it ends; with the last one `record` holds the answer and its trace, and is kept.

        ComponentUnavailable or DeadlineExceeded if agents were woken and none answered; else as calls fail.
        """
        record.trace.create_time.GetCurrentTime()
        steps = _Steps(record.trace)
        activation = await activate(self._connectome, inquiry)
        yield steps.finished("activate", _woken(activation))
        placed = await self._agents.place(inquiry, activation.agents)
        yield steps.finished("hydrate", f"{placed.hydrated} brought in, {placed.cache_hits} at hand")
        replies = await self._agents.ask(inquiry, placed)
        yield steps.finished("ask", f"{len(replies)} of {placed.total} agents answered")
        synthesis = await self._synthesize(inquiry, activation, replies)
        last = steps.finished("synthesize", _composed(synthesis))
        fill(record, inquiry, activation, placed, replies, synthesis)
        await self._store.keep(record)
        yield last

    async def _synthesize(
        self, inquiry: Inquiry, activation: ActivateResponse, replies: Mapping[str, AgentReply]
    ) -> SynthesizeResponse:
        ranked = [
            RankedReply(reply=replies[agent.agent], activation=agent.score, path=agent.path)
            for agent in activation.agents
            if agent.agent in replies
        ]
        request = SynthesizeRequest(question=inquiry.question, replies=ranked, detail=inquiry.tier.detail)
        return await self._synth.Synthesize(request, **outgoing(inquiry.left))


class _Steps:
    """Takes the time of each step."""

    def __init__(self, trace: Trace) -> None:
        self._trace = trace
        self._began = time.monotonic()

    def finished(self, name: str, summary: str) -> StepFinished:
        now = time.monotonic()
        elapsed_ms, self._began = (now - self._began) * 1e3, now
        self._trace.steps.add(name=name, elapsed_ms=elapsed_ms)
        return StepFinished(name=name, summary=summary, elapsed_ms=elapsed_ms)


def _woken(activation: ActivateResponse) -> str:
    if not activation.agents:
        return "no agent knows of this"
    return f"{len(activation.agents)} agents woken, best: {activation.agents[0].title[:80]}"


def _composed(synthesis: SynthesizeResponse) -> str:
    documents = len({citation.document for citation in synthesis.citations})
    return f"{state(synthesis).lower()}, {len(synthesis.citations)} quotes from {documents} documents"
