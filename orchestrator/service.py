"""The orchestrator's services, as they are called."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from functools import partial
from typing import TypeVar

import structlog

from mesh import call
from mesh.admission import Admission
from mesh.boundary import foreseen
from mesh.call import Context
from mesh.errors import MyriadError
from mesh.scope import some_or_all
from myriad.orchestrator.v1 import answer_service_pb2 as answers_pb
from myriad.orchestrator.v1 import model_service_pb2 as models_pb
from myriad.orchestrator.v1 import orchestrator_service_pb2 as pb
from myriad.orchestrator.v1.answer_pb2 import Answer
from myriad.orchestrator.v1.answer_service_pb2_grpc import AnswerServiceServicer
from myriad.orchestrator.v1.model_service_pb2_grpc import ModelServiceServicer
from myriad.orchestrator.v1.orchestrator_service_pb2_grpc import OrchestratorServiceServicer
from myriad.orchestrator.v1.trace_service_pb2 import PurgeTracesRequest, PurgeTracesResponse
from myriad.orchestrator.v1.trace_service_pb2_grpc import TraceServiceServicer
from orchestrator import traces
from orchestrator.answer import Answered
from orchestrator.charging import Charging
from orchestrator.coactivation import Coactivation
from orchestrator.feedback import Feedback
from orchestrator.inquiry import Inquiry
from orchestrator.line import Line
from orchestrator.metrics import Figures
from orchestrator.ports import TraceStore
from orchestrator.query import answer
from orchestrator.recall import Recall, Recalled, passages_wanted
from orchestrator.replay import replay
from orchestrator.steps import Tell, listened
from orchestrator.telemetry import Telemetry
from orchestrator.tiers import Tier, Tiers

log = structlog.get_logger()
M = TypeVar("M", models_pb.Model, models_pb.GetModelResponse)
MISSING_HEADER = "x-myriad-agents-missing"
"""How many passages a Recall is short of, because their agents did not answer; sent only if there are any."""
MODELS_CREATED = 1_795_305_600
"""The day the tiers came to be, Unix time in seconds."""


class OrchestratorServicer(OrchestratorServiceServicer):
    """Questions."""

    def __init__(
        self,
        tiers: Tiers,
        line: Line,
        recall: Recall,
        store: TraceStore,
        coactivation: Coactivation,
        admission: Admission,
        charging: Charging,
        figures: Figures,
        telemetry: Telemetry,
    ) -> None:
        self._tiers = tiers
        self._line = line
        self._recall = recall
        self._store = store
        self._coactivation = coactivation
        self._admission = admission
        self._charging = charging
        self._figures = figures
        self._telemetry = telemetry
        self._keeping = set[asyncio.Task[None]]()

    async def Query(self, request: pb.QueryRequest, context: Context) -> pb.QueryResponse:
        response = pb.QueryResponse()
        _write(response.answer, await self.answered(request), request.include_trace)
        return response

    async def StreamQuery(
        self, request: pb.StreamQueryRequest, context: Context
    ) -> AsyncIterator[pb.StreamQueryResponse]:
        inquiry, told = self._inquiry(request), False
        try:
            async for event in listened(partial(self._answer, inquiry)):
                if isinstance(event, pb.StepFinished):
                    yield pb.StreamQueryResponse(step=event)
                    told = True
                else:
                    response = pb.StreamQueryResponse()
                    _write(response.answer, event, request.include_trace)
                    yield response
        except Exception as error:
            if told:  # a failure before the first event has a status of its own, over REST too
                yield pb.StreamQueryResponse(error=foreseen(error, "StreamQuery").status())
            raise

    async def Recall(self, request: pb.RecallRequest, context: Context) -> pb.RecallResponse:
        recalled = await self.recalled(request)
        if recalled.missing:
            await context.send_initial_metadata(((MISSING_HEADER, str(recalled.missing)),))
        return pb.RecallResponse(passages=recalled.passages, cognitive_units=recalled.units)

    async def answered(self, request: pb.QueryRequest, tell: Tell | None = None) -> Answered:
        """An answer to the caller under way, whichever way the question came."""
        return await self._answer(self._inquiry(request), tell)

    async def recalled(self, request: pb.RecallRequest) -> Recalled:
        """Passages, likewise."""
        tier = self._tiers.named(request.model)
        mind = call.caller.get().mind(request.mind)
        inquiry = Inquiry.begin(request.question, mind, tier, passages_wanted(request.k))
        recalled = await self._admission.run(lambda: self._recall.passages(inquiry.now()))
        if recalled.missing:
            log.warning("recall.short", missing=recalled.missing, passages=len(recalled.passages))
        self._charging.recall(recalled.units)
        return recalled

    def _inquiry(self, request: pb.QueryRequest | pb.StreamQueryRequest) -> Inquiry:
        tier = self._tiers.named(request.model)
        mind = call.caller.get().mind(request.mind)
        return Inquiry.within(request.question, mind, tier, request.max_agents, request.format, judge=request.judge)

    async def _answer(self, inquiry: Inquiry, tell: Tell | None = None) -> Answered:
        """Answer; how is kept and noticed once the loop is free, for nobody waits for it."""
        try:
            answered = await self._admission.run(lambda: answer(self._line, inquiry.now(), tell))
        except MyriadError as error:
            self._telemetry.failed(inquiry, error)
            raise
        self._charging.query(answered.answer.usage.cognitive_units)
        self._telemetry.answered(inquiry, answered)
        keeping = asyncio.create_task(self._keep(answered))
        self._keeping.add(keeping)
        keeping.add_done_callback(self._keeping.discard)
        return answered

    async def _keep(self, answered: Answered) -> None:
        record = answered.record()
        await self._store.keep(record)
        self._coactivation.notice(record)
        self._figures.notice(record.answer)


class AnswerServicer(AnswerServiceServicer):
    """Answers that were given."""

    def __init__(
        self,
        tiers: Tiers,
        line: Line,
        store: TraceStore,
        feedback: Feedback,
        admission: Admission,
        charging: Charging,
    ) -> None:
        self._tiers = tiers
        self._line = line
        self._store = store
        self._feedback = feedback
        self._admission = admission
        self._charging = charging

    async def GetAnswer(self, request: answers_pb.GetAnswerRequest, context: Context) -> answers_pb.GetAnswerResponse:
        return answers_pb.GetAnswerResponse(answer=(await self._record(request.name)).answer)

    async def GetTrace(self, request: answers_pb.GetTraceRequest, context: Context) -> answers_pb.GetTraceResponse:
        return await self._record(request.name)

    async def GiveFeedback(
        self, request: answers_pb.GiveFeedbackRequest, context: Context
    ) -> answers_pb.GiveFeedbackResponse:
        return answers_pb.GiveFeedbackResponse(edge_count=await self._feedback.give(request, call.caller.get()))

    async def ReplayAnswer(
        self, request: answers_pb.ReplayAnswerRequest, context: Context
    ) -> answers_pb.ReplayAnswerResponse:
        record = await self._record(request.name)
        replayed = await self._admission.run(lambda: replay(self._line, self._tiers, record))
        self._charging.query(replayed.answer.usage.cognitive_units)
        return replayed

    async def _record(self, name: str) -> answers_pb.GetTraceResponse:
        return await traces.read(self._store, name, call.caller.get())


class TraceServicer(TraceServiceServicer):
    """What forgetting wants of the orchestrator."""

    def __init__(self, store: TraceStore) -> None:
        self._store = store

    async def PurgeTraces(self, request: PurgeTracesRequest, context: Context) -> PurgeTracesResponse:
        documents = some_or_all(request.documents, request.all_documents, "documents")
        purged = await self._store.purge(request.mind, documents)
        return PurgeTracesResponse(trace_count=purged, retained=self._store.retained)


class ModelServicer(ModelServiceServicer):
    """The tiers, as models."""

    def __init__(self, tiers: Tiers) -> None:
        self._tiers = tiers

    async def ListModels(self, request: models_pb.ListModelsRequest, context: Context) -> models_pb.ListModelsResponse:
        models = [_model(models_pb.Model, tier) for tier in self._tiers.all]
        return models_pb.ListModelsResponse(object="list", data=models)

    async def GetModel(self, request: models_pb.GetModelRequest, context: Context) -> models_pb.GetModelResponse:
        return _model(models_pb.GetModelResponse, self._tiers.named(request.model))


def _write(answer: Answer, answered: Answered, include_trace: bool) -> None:
    answer.CopyFrom(answered.answer)
    if include_trace:
        answered.write_trace(answer.trace)


def _model(message: type[M], tier: Tier) -> M:
    return message(
        id=tier.id,
        object="model",
        created=MODELS_CREATED,
        owned_by="myriad",
        aliases=tier.aliases,
        description=tier.description,
    )
