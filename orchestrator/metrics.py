"""What the orchestrator counts, for whoever collects metrics."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator

from mesh.admission import Admission
from mesh.metrics import Collect, Metric, counter, histogram
from mesh.spread import Spread
from myriad.orchestrator.v1.answer_pb2 import Answer
from myriad.type.v1.standing_pb2 import Standing
from orchestrator.charging import Charging
from orchestrator.line import state
from orchestrator.ports import TraceStore
from orchestrator.telemetry import Telemetry

_TENTHS = tuple(number / 10 for number in range(1, 11))


class Figures:
    """Counts answers."""

    def __init__(self, admission: Admission, traces: TraceStore, charging: Charging, telemetry: Telemetry) -> None:
        self._admission = admission
        self._charging = charging
        self._telemetry = telemetry
        self._traces = traces
        self._answers = Counter[tuple[str, str]]()
        self._missing = 0
        self.http: Collect = tuple
        """What the HTTP listener counts, if there is one."""
        self._conflicts = 0
        self._seconds = defaultdict[str, Spread](Spread)
        self._confidence = defaultdict[str, Spread](lambda: Spread(_TENTHS))

    def notice(self, answer: Answer) -> None:
        self._answers[answer.model, state(answer)] += 1
        self._seconds[answer.model].add(answer.usage.elapsed_ms / 1e3)
        self._confidence[answer.model].add(answer.confidence)
        self._conflicts += len(answer.conflicts)
        self._missing += answer.usage.agents_missing

    def tell(self, standing: Standing) -> None:
        """Say how it goes."""
        standing.questions.CopyFrom(self._telemetry.lately.figures(self._admission.waiting))

    def metrics(self) -> Iterator[Metric]:
        yield counter("myriad_answers", "Answers, by model and state.", self._answers, "model", "state")
        yield histogram("myriad_answer_seconds", "How long answers took, without waiting.", self._seconds, "model")
        yield histogram("myriad_answer_confidence", "How sure answers were.", self._confidence, "model")
        yield counter("myriad_conflicts", "Conflicts of sources that answers stated.", self._conflicts)
        yield counter("myriad_queries_slow", "Questions that took long, see the log.", self._telemetry.slow)
        yield counter("myriad_agents_missing", "Agents that were woken for an answer and did not speak.", self._missing)
        yield counter("myriad_traces_lost", "Answers that were given and could not be kept.", self._traces.lost)
        yield from self._admission.metrics()
        yield from self._charging.metrics()
        yield from self.http()
