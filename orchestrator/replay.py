"""Replay: an answer computed again from its trace. The same knowledge and request give the same answer."""

from __future__ import annotations

from itertools import islice

from myriad.orchestrator.v1.answer_pb2 import Answer
from myriad.orchestrator.v1.orchestrator_service_pb2 import GetTraceResponse, ReplayAnswerResponse
from orchestrator.differences import differences
from orchestrator.inquiry import Inquiry
from orchestrator.line import Line
from orchestrator.query import answer
from orchestrator.tiers import Tiers

MOST_DIFFERENCES = 100
NOT_COMPARED = frozenset(("answer_id", "create_time", "elapsed_ms", "mind_version", "usage"))
"""Ids, times and usage, wherever they are; versions of the mind are told by themselves."""


async def replay(line: Line, tiers: Tiers, record: GetTraceResponse) -> ReplayAnswerResponse:
    """Ask again as the trace says and compare answer and trace. ModelNotFound; else as a query fails."""
    then = record.trace
    inquiry = Inquiry.within(
        then.question,
        then.mind,
        tiers.named(then.model),
        then.max_agents,
        then.format,
        then.weights_as_of if then.HasField("weights_as_of") else None,
    )
    again = await answer(line, inquiry)
    found = list(islice(differences(_whole(record), _whole(again), NOT_COMPARED), MOST_DIFFERENCES))
    again.answer.answer_id = then.answer_id  # what was computed now is kept under no id of its own
    return ReplayAnswerResponse(
        same=not found,
        differences=found,
        mind_version_then=then.mind_version,
        mind_version_now=again.trace.mind_version,
        answer=again.answer,
    )


def _whole(record: GetTraceResponse) -> Answer:
    """The answer with its trace inside, as `include_trace` gives it."""
    whole = Answer(trace=record.trace)
    whole.MergeFrom(record.answer)
    return whole
