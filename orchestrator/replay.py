"""Replay: an answer computed again from its trace. The same knowledge and request give the same answer."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from myriad.orchestrator.v1.answer_service_pb2 import GetTraceResponse, ReplayAnswerResponse
from orchestrator.differences import differences
from orchestrator.inquiry import Inquiry
from orchestrator.line import Line
from orchestrator.query import answer
from orchestrator.tiers import Tiers

MOST_DIFFERENCES = 100
NOT_COMPARED = frozenset(("create_time", "duration", "mind_version", "usage"))
"""Times and usage, wherever they are; versions of the mind are told by themselves."""


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
        judge=then.judge,
    )
    again = (await answer(line, inquiry)).record()
    # What was computed now is kept under no name of its own.
    again.answer.name, again.answer.answer_id, again.trace.answer = then.answer, record.answer.answer_id, then.answer
    found = list(islice(_all_differences(record, again), MOST_DIFFERENCES))
    return ReplayAnswerResponse(
        same=not found,
        differences=found,
        mind_version_then=then.mind_version,
        mind_version_now=again.trace.mind_version,
        answer=again.answer,
    )


def _all_differences(then: GetTraceResponse, now: GetTraceResponse) -> Iterator[str]:
    """Those of the answer, then those of the trace, named as if it were inside the answer."""
    yield from differences(then.answer, now.answer, NOT_COMPARED)
    yield from differences(then.trace, now.trace, NOT_COMPARED, "trace.")
