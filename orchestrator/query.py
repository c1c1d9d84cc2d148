"""The plan of a query: one round for the question, an answer, and the doubts that remain asked about."""

from __future__ import annotations

from google.protobuf.timestamp_pb2 import Timestamp

from orchestrator.answer import Answered
from orchestrator.inquiry import Inquiry
from orchestrator.line import Line
from orchestrator.socratic import Thought, ask_oneself
from orchestrator.steps import Steps, Tell
from orchestrator.traces import new_id


async def answer(line: Line, inquiry: Inquiry, tell: Tell | None = None) -> Answered:
    """
    Answer a question; `tell` hears of each step as it ends.

    ComponentUnavailable or DeadlineExceeded if agents were woken and none answered; else as calls fail.
    """
    began, steps = Timestamp(), Steps(tell)
    began.GetCurrentTime()
    first = await line.ask(inquiry, steps)
    thought = Thought(await line.synthesize(inquiry, steps, [first]), [first])
    await ask_oneself(line, inquiry, steps, thought)
    return Answered(new_id(), inquiry, began, steps.taken, thought, inquiry.elapsed_ms)
