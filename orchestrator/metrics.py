"""What the orchestrator counts, for whoever collects metrics."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from mesh.admission import Admission
from mesh.metrics import Collect, Metric, counter
from myriad.orchestrator.v1.answer_pb2 import Answer
from orchestrator.line import state
from orchestrator.ports import TraceStore


class Figures:
    """Counts answers."""

    def __init__(self, admission: Admission, traces: TraceStore) -> None:
        self._admission = admission
        self._traces = traces
        self._answers = Counter[tuple[str, str]]()
        self._missing = 0
        self.http: Collect = tuple
        """What the HTTP listener counts, if there is one."""

    def notice(self, answer: Answer) -> None:
        self._answers[answer.model, state(answer)] += 1
        self._missing += answer.usage.agents_missing

    def metrics(self) -> Iterator[Metric]:
        yield counter("myriad_answers", "Answers, by model and state.", self._answers, "model", "state")
        yield counter("myriad_agents_missing", "Agents that were woken for an answer and did not speak.", self._missing)
        yield counter("myriad_traces_lost", "Answers that were given and could not be kept.", self._traces.lost)
        yield from self._admission.metrics()
        yield from self.http()
