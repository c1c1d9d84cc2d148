"""An answer and its trace, written down from what the steps of a query found."""

from __future__ import annotations

from collections.abc import Mapping

from myriad.agent.v1.evidence_pb2 import AgentReply
from myriad.connectome.v1.connectome_service_pb2 import ActivateResponse
from myriad.orchestrator.v1.answer_pb2 import RankedAgent, TraceRound, Usage
from myriad.orchestrator.v1.orchestrator_service_pb2 import GetTraceResponse
from myriad.synth.v1.synthesis_pb2 import AnswerState
from myriad.synth.v1.synthesizer_service_pb2 import SynthesizeResponse
from orchestrator.agents import Placed
from orchestrator.inquiry import Inquiry
from orchestrator.traces import new_id


def state(synthesis: SynthesizeResponse) -> str:
    """`ANSWERED`, `CONFLICTED` or `ABSTAINED`."""
    return AnswerState.Name(synthesis.state).removeprefix("ANSWER_STATE_")


def fill(
    record: GetTraceResponse,
    inquiry: Inquiry,
    activation: ActivateResponse,
    placed: Placed,
    replies: Mapping[str, AgentReply],
    synthesis: SynthesizeResponse,
) -> None:
    """Fill in the answer and the rest of its trace: agents best first, usage as it was."""
    answer, trace = record.answer, record.trace
    answer.answer_id = trace.answer_id = new_id()
    answer.model = trace.model = inquiry.tier.id
    answer.mind = trace.mind = inquiry.mind
    answer.state = state(synthesis)
    answer.text = synthesis.text
    answer.short_answer = synthesis.short_answer
    answer.confidence = synthesis.confidence
    answer.themes.extend(synthesis.themes)
    answer.citations.extend(synthesis.citations)
    answer.conflicts.extend(synthesis.conflicts)
    agents = [
        RankedAgent(agent=one.agent, document=one.document, title=one.title, score=one.score, path=one.path)
        for one in activation.agents
    ]
    answer.agents.extend(agents)
    trace.question = inquiry.question
    trace.mind_version = activation.mind_version
    trace.rounds.append(
        TraceRound(
            question=inquiry.question,
            seeds=activation.seeds,
            pushes=activation.pushes,
            rows_read=activation.rows_read,
            agents=agents,
            replies=[replies[agent.agent] for agent in agents if agent.agent in replies],
        )
    )
    trace.dropped.extend(synthesis.dropped)
    usage = Usage(
        agents_considered=activation.considered,
        agents_activated=placed.total,
        agents_hydrated=placed.hydrated,
        cache_hits=placed.cache_hits,
        agents_missing=placed.total - len(replies),
        hops=activation.hops,
        rounds=1,
        elapsed_ms=inquiry.elapsed_ms,
    )
    answer.usage.CopyFrom(usage)
    trace.usage.CopyFrom(usage)
