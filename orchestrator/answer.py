"""An answer and its trace, written down from what the steps of a query found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from google.protobuf.timestamp_pb2 import Timestamp

from mesh import names
from myriad.orchestrator.v1.answer_pb2 import Answer
from myriad.orchestrator.v1.answer_service_pb2 import GetTraceResponse
from myriad.orchestrator.v1.trace_pb2 import Trace, TraceStep, Usage
from orchestrator.inquiry import Inquiry
from orchestrator.line import Round
from orchestrator.ranking import add_agents, add_merged
from orchestrator.socratic import Thought
from orchestrator.units import spent


@dataclass(frozen=True)
class Answered:
    """A question that has been answered: all there is to write down, messages being copied only when it is."""

    answer_id: str
    inquiry: Inquiry
    began: Timestamp
    steps: Sequence[TraceStep]
    thought: Thought
    elapsed_ms: float

    @property
    def name(self) -> str:
        return names.answer(self.inquiry.mind, self.answer_id)

    def record(self) -> GetTraceResponse:
        """The answer and its trace, to be kept."""
        record = GetTraceResponse(answer=self.answer)
        self.write_trace(record.trace)
        return record

    @cached_property
    def answer(self) -> Answer:
        """The answer, without its trace."""
        answer, synthesis = Answer(), self.thought.synthesis
        answer.name, answer.answer_id = self.name, self.answer_id
        answer.model, answer.mind, answer.state = self.inquiry.tier.id, self.inquiry.mind, synthesis.state
        answer.text = synthesis.text
        answer.short_answer = synthesis.short_answer
        answer.confidence = synthesis.confidence
        answer.themes.extend(synthesis.themes)
        answer.citations.extend(synthesis.citations)
        answer.conflicts.extend(synthesis.conflicts)
        answer.socratic_rounds.extend(self.thought.turns)
        answer.summary = synthesis.summary
        answer.related_topics.extend(synthesis.related_topics)
        answer.calculations.extend(synthesis.calculations)
        cited = {citation.agent for citation in synthesis.citations}
        add_merged(answer.agents, self.thought.kept, self.thought.discarded, cited)
        self._write_usage(answer.usage)
        return answer

    def write_trace(self, trace: Trace) -> None:
        synthesis, first = self.thought.synthesis, self.thought.kept[0]
        trace.answer, trace.model, trace.mind = self.name, self.inquiry.tier.id, self.inquiry.mind
        trace.question = self.inquiry.question
        trace.mind_version = first.activation.mind_version
        trace.create_time.CopyFrom(self.began)
        for one in self.thought.rounds:
            _write_round(trace, one)
        trace.dropped.extend(synthesis.dropped)
        trace.steps.extend(self.steps)
        self._write_usage(trace.usage)
        trace.max_agents, trace.format = self.inquiry.allowed, self.inquiry.format
        trace.judge = self.inquiry.judge
        if first.weights_as_of:
            trace.weights_as_of.CopyFrom(first.weights_as_of)
        trace.stages.extend(synthesis.stages)
        trace.features.extend(synthesis.features)
        trace.doubts.extend(synthesis.doubts)

    def _write_usage(self, usage: Usage) -> None:
        for one in self.thought.rounds:
            usage.agents_considered += one.activation.considered_count
            usage.agents_activated += one.placed.total
            usage.agents_hydrated += one.placed.hydrated
            usage.cache_hits += one.placed.cache_hits
            usage.agents_missing += one.placed.total - len(one.replies)
            usage.hops = max(usage.hops, one.activation.hops)
            usage.rounds += 1
        usage.units_judged = self.thought.synthesis.units_judged
        usage.elapsed_ms = self.elapsed_ms
        usage.cognitive_units = spent(usage)


def _write_round(trace: Trace, one: Round) -> None:
    activation = one.activation
    written = trace.rounds.add(
        question=one.asked.text, asked=one.asked, push_count=activation.push_count, row_count=activation.row_count
    )
    written.seeds.extend(activation.seeds)
    written.ambiguous_names.extend(activation.ambiguous_names)
    add_agents(written.agents, activation.agents)
    written.replies.extend(one.replies[agent.agent] for agent in activation.agents if agent.agent in one.replies)
