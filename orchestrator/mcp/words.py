"""How answers, passages and documents look to a model: plain text, the least that can be cited."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeVar

from mesh.errors import reason_name
from myriad.connectome.v1.mind_service_pb2 import ListMindsResponse
from myriad.genesis.v1.document_pb2 import DocumentResult, ForgetReceipt
from myriad.genesis.v1.document_service_pb2 import ListDocumentsResponse
from myriad.orchestrator.v1.answer_pb2 import Answer
from myriad.orchestrator.v1.answer_service_pb2 import GetTraceResponse
from myriad.orchestrator.v1.orchestrator_service_pb2 import Passage
from myriad.orchestrator.v1.trace_pb2 import RankedAgent, Step
from myriad.synth.v1.synthesis_pb2 import AnswerState, Citation, DropCause, Trigger

SHOWN_AGENTS = 20
SHOWN_DROPPED = 10
T = TypeVar("T")


def answer(given: Answer) -> str:
    """The text with its numbers, the sources, and how sure it is."""
    sources = {one.number: one for one in reversed(given.citations)}
    state = AnswerState.Name(given.state).removeprefix("ANSWER_STATE_").lower()
    parts = [given.text]
    if sources:
        parts.append("\n".join(("Sources:", *(f"[{number}] {_source(sources[number])}" for number in sorted(sources)))))
    parts.append(f"{state}, confidence {given.confidence:.2f}; {given.name}")
    return "\n\n".join(parts)


def passages(found: Iterable[Passage]) -> str:
    told = [f"{number}. {_source(one)}\n{one.text}" for number, one in enumerate(found, 1)]
    return "\n\n".join(told) or "Nothing that was learned has to do with it."


def learned(results: Iterable[DocumentResult]) -> str:
    return "\n".join(map(_result, results))


def forgotten(receipt: ForgetReceipt) -> str:
    return (
        f"forgot {receipt.document}: {_counted(len(receipt.agents), 'agent')}, "
        f"{_counted(len(receipt.concepts), 'concept')}, {_counted(receipt.link_count, 'link')}, "
        f"{_counted(receipt.trace_count, 'trace')}"
    )


def documents(page: ListDocumentsResponse) -> str:
    told = [" · ".join(filter(None, (one.name, one.title, one.uri))) for one in page.documents]
    return _page(told, page.next_page_token, "There are no documents.")


def minds(page: ListMindsResponse) -> str:
    told = [
        f"{one.name} · {_counted(one.document_count, 'document')}, {_counted(one.agent_count, 'agent')}"
        for one in page.minds
    ]
    return _page(told, page.next_page_token, "There are no minds yet: learn makes one.")


def trace(record: GetTraceResponse) -> str:
    """The way from the question to the answer, in the order in which it was gone."""
    told, numbers = record.trace, {one.agent: one.number for one in record.answer.citations}
    lines = [f"{told.question} ({told.model} on {told.mind}, version {told.mind_version})"]
    for number, one in enumerate(told.rounds):
        lines.append(
            f"round {number}: {one.question}; begins at {', '.join(seed.concept or seed.agent for seed in one.seeds)}"
        )
        lines += _some([f"  {_agent(agent, numbers)}" for agent in one.agents], SHOWN_AGENTS)
    lines += [f"stage: {stage.summary}" for stage in told.stages]
    lines += _some([f"not used, {_cause(one.cause)}: {one.quote}" for one in told.dropped], SHOWN_DROPPED)
    lines += [f"in doubt, {_trigger(doubt.trigger)}: {doubt.about}" for doubt in told.doubts]
    steps = (f"{_step(one.step)} {one.duration.ToMicroseconds() / 1e3:.1f} ms" for one in told.steps)
    return "\n".join((*lines, f"time: {', '.join(steps)}", "", answer(record.answer)))


def _source(of: Citation | Passage) -> str:
    return " · ".join(filter(None, (of.title, of.uri, of.document)))


def _result(one: DocumentResult) -> str:
    state = DocumentResult.State.Name(one.state).removeprefix("STATE_").lower()
    if one.state == DocumentResult.STATE_FAILED:
        where = f"line {one.line}: " if one.line else ""
        return f"{where}failed, {one.message} ({reason_name(one.reason)})"
    agents = _counted(one.agent_count, "agent")
    return f"{state} {one.document}: {agents}, {one.added_agent_count} new, {one.removed_agent_count} gone"


def _counted(count: int, what: str) -> str:
    return f"{count} {what}{'s' * (count != 1)}"


def _page(told: list[str], token: str, none: str) -> str:
    return "\n".join((*told, f"next_page_token: {token}") if token else told) or none


def _agent(agent: RankedAgent, numbers: dict[str, int]) -> str:
    used = f" → [{numbers[agent.agent]}]" if agent.agent in numbers else ""
    return f"{agent.score:.2f} {agent.title} by {' → '.join(agent.path)}{used}"


def _some(lines: list[str], most: int) -> Iterator[str]:
    yield from lines[:most]
    if len(lines) > most:
        yield f"  … and {len(lines) - most} more"


def _cause(cause: DropCause.ValueType) -> str:
    return DropCause.Name(cause).removeprefix("DROP_CAUSE_").replace("_", " ").lower()


def _trigger(trigger: Trigger.ValueType) -> str:
    return Trigger.Name(trigger).removeprefix("TRIGGER_").replace("_", " ").lower()


def _step(step: Step.ValueType) -> str:
    return Step.Name(step).removeprefix("STEP_").lower()
