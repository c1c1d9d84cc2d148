"""
What is told of a question besides its answer: attributes of its span, and a line in the log if it was slow.

The line says where the time went, and which trace has the rest. Neither has a word of the question or the answer, but
the span has the question where that is asked for.
"""

from __future__ import annotations

import structlog

from mesh import tracing
from mesh.errors import MyriadError
from mesh.lately import Lately
from mesh.tracing import Value
from myriad.orchestrator.v1.trace_pb2 import Step
from orchestrator.answer import Answered
from orchestrator.inquiry import Inquiry
from orchestrator.line import state

log = structlog.get_logger()


class Telemetry:
    """Of questions; those that take longer than `slow_seconds` are slow, and with 0 none is."""

    def __init__(self, slow_seconds: float, *, texts: bool) -> None:
        self._slow_ms = slow_seconds * 1e3
        self._texts = texts
        self.slow = 0
        """How many were slow, since the start."""
        self.lately = Lately()

    def answered(self, came: Inquiry, answered: Answered) -> None:
        """A question that came as `came`, and waited for its turn before its clock started anew, has its answer."""
        self.lately.answered(came.elapsed_ms / 1e3)
        usage = answered.answer.usage
        self._note(
            came,
            answer_id=answered.answer_id,
            state=state(answered.answer),
            agents=usage.agents_activated,
            agents_hydrated=usage.agents_hydrated,
            agents_missing=usage.agents_missing,
            rounds=usage.rounds,
        )
        if self._is_slow(came):
            steps = dict[str, float]()
            for one in answered.steps:
                name = Step.Name(one.step).removeprefix("STEP_").lower()
                steps[name] = round(steps.get(name, 0.0) + one.duration.ToNanoseconds() / 1e6, 1)
            self._log(
                came,
                answer=answered.name,
                state=state(answered.answer),
                waited_ms=round(came.elapsed_ms - answered.elapsed_ms, 1),
                steps_ms=steps,
                agents=usage.agents_activated,
                agents_hydrated=usage.agents_hydrated,
                agents_missing=usage.agents_missing,
                rounds=usage.rounds,
            )

    def failed(self, came: Inquiry, error: MyriadError) -> None:
        """A question has failed."""
        self.lately.failed()
        self._note(came)
        if self._is_slow(came):
            self._log(came, reason=error.reason_name)

    def _note(self, came: Inquiry, **what: Value) -> None:
        tracing.note(model=came.tier.id, **what)
        if self._texts:
            tracing.note(question=came.question)

    def _is_slow(self, came: Inquiry) -> bool:
        return 0 < self._slow_ms <= came.elapsed_ms

    def _log(self, came: Inquiry, **what: object) -> None:
        self.slow += 1
        log.warning(
            "query.slow",
            model=came.tier.id,
            elapsed_ms=round(came.elapsed_ms, 1),
            **what,
            trace_id=tracing.trace_id() or None,
        )
