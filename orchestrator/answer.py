"""An answer and its trace, written down from what the steps of a query found."""

from __future__ import annotations

from google.protobuf.timestamp_pb2 import Timestamp

from myriad.orchestrator.v1.answer_pb2 import Answer, RankedAgent, Trace, TraceRound, Usage
from myriad.orchestrator.v1.orchestrator_service_pb2 import GetTraceResponse
from orchestrator.inquiry import Inquiry
from orchestrator.line import Round, state
from orchestrator.ranking import agents_of, merged
from orchestrator.socratic import Thought
from orchestrator.steps import Steps
from orchestrator.traces import new_id


def written(inquiry: Inquiry, began: Timestamp, steps: Steps, thought: Thought) -> GetTraceResponse:
    """The answer, agents best first, and its trace."""
    answer_id, usage = new_id(), _usage(inquiry, thought.rounds)
    cited = {citation.agent for citation in thought.synthesis.citations}
    answer = _answer(thought, merged(thought.kept, thought.discarded, cited))
    answer.answer_id, answer.model, answer.mind = answer_id, inquiry.tier.id, inquiry.mind
    answer.usage.CopyFrom(usage)
    trace = Trace(
        answer_id=answer_id,
        question=inquiry.question,
        model=inquiry.tier.id,
        mind=inquiry.mind,
        mind_version=thought.kept[0].activation.mind_version,
        create_time=began,
        rounds=map(_round, thought.rounds),
        dropped=thought.synthesis.dropped,
        steps=steps.taken,
        usage=usage,
        max_agents=inquiry.allowed,
        format=inquiry.format,
        weights_as_of=thought.kept[0].weights_as_of,
        stages=thought.synthesis.stages,
        features=thought.synthesis.features,
        doubts=thought.synthesis.doubts,
    )
    return GetTraceResponse(answer=answer, trace=trace)


def _answer(thought: Thought, agents: list[RankedAgent]) -> Answer:
    synthesis = thought.synthesis
    return Answer(
        state=state(synthesis),
        text=synthesis.text,
        short_answer=synthesis.short_answer,
        confidence=synthesis.confidence,
        themes=synthesis.themes,
        citations=synthesis.citations,
        agents=agents,
        conflicts=synthesis.conflicts,
        socratic_rounds=thought.turns,
        summary=synthesis.summary,
        related_topics=synthesis.related_topics,
        calculations=synthesis.calculations,
    )


def _round(one: Round) -> TraceRound:
    activation = one.activation
    return TraceRound(
        question=one.question,
        seeds=activation.seeds,
        pushes=activation.pushes,
        rows_read=activation.rows_read,
        agents=agents_of(activation.agents),
        replies=[one.replies[agent.agent] for agent in activation.agents if agent.agent in one.replies],
        ambiguous_names=activation.ambiguous_names,
    )


def _usage(inquiry: Inquiry, rounds: list[Round]) -> Usage:
    return Usage(
        agents_considered=sum(one.activation.considered for one in rounds),
        agents_activated=sum(one.placed.total for one in rounds),
        agents_hydrated=sum(one.placed.hydrated for one in rounds),
        cache_hits=sum(one.placed.cache_hits for one in rounds),
        agents_missing=sum(one.placed.total - len(one.replies) for one in rounds),
        hops=max(one.activation.hops for one in rounds),
        rounds=len(rounds),
        elapsed_ms=inquiry.elapsed_ms,
    )
