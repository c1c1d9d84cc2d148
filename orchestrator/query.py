"""The plan of a query: one round for the question, an answer, and the doubts that remain asked about."""

from __future__ import annotations

from google.protobuf.timestamp_pb2 import Timestamp

from myriad.orchestrator.v1.orchestrator_service_pb2 import GetTraceResponse
from orchestrator.answer import written
from orchestrator.inquiry import Inquiry
from orchestrator.line import Line
from orchestrator.socratic import ask_oneself
from orchestrator.steps import Steps, Tell


async def answer(line: Line, inquiry: Inquiry, tell: Tell | None = None) -> GetTraceResponse:
    """
    The answer and its trace; `tell` hears of each step as it ends.

    ComponentUnavailable or DeadlineExceeded if agents were woken and none answered; else as calls fail.
    """
    began, steps = Timestamp(), Steps(tell)
    began.GetCurrentTime()
    first = await line.ask(inquiry, steps)
    synthesis = await line.synthesize(inquiry, steps, [first])
    thought = await ask_oneself(line, inquiry, steps, first, synthesis)
    return written(inquiry, began, steps, thought)
