"""Examples: questions over documents, with all that the agents which they wake offer."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from agent_host.asked import Asked
from agent_host.reply import reply
from benchmarks.answers import learned, measures
from language.question import read
from myriad.agent.v1.question_pb2 import Question
from myriad.connectome.v1.activation_pb2 import Budget
from myriad.synth.v1.synthesizer_service_pb2 import RankedReply
from orchestrator.tiers import Tiers
from scripts.in_process import Mind

LEAD_WORDS = 50
"""A lead is judged by so many words."""


@dataclass(frozen=True)
class Example:
    """A question of a set, what is offered, and which of that answers."""

    set: str
    row: dict[str, Any]
    question: Question
    replies: Sequence[RankedReply]
    right: dict[tuple[str, int], bool] = field(default_factory=dict)
    """By a candidate's place, whether its first words answer."""

    @property
    def is_answerable(self) -> bool:
        return bool(self.row["answers"])


Hit = Callable[[str, dict[str, Any]], bool]


def examples(folders: Sequence[Path]) -> Iterator[Example]:
    """Those of all sets in the folders; `measure.py` beside the first judges what answers."""
    measure = measures(folders[0].parent)
    for folder in folders:
        for one in sorted(folder.iterdir()):
            if not (one / "questions.jsonl").exists():
                continue
            documents, rows = measure.load(one)
            for name, some, asked in measure.minds(one.name, documents, rows):
                mind = learned(name, some)
                yield from (_example(one.name, mind, row, measure) for row in asked)


def asked_of(mind: Mind, text: str) -> tuple[Question, list[RankedReply]]:
    """A question as the mind reads it, and what the agents that it wakes offer to `myriad-base`."""
    budget = Tiers().named("base").budget
    reach = Budget(max_agents=budget.max_agents, max_hops=budget.max_hops, max_pushes=budget.max_pushes)
    woken = mind.wake(read(text), reach)
    asked = Asked(woken.asked)
    replies = [
        RankedReply(
            reply=reply(asked, mind.packet(one.agent), budget.max_evidence, with_text=False),
            activation=one.score,
            path=one.path,
            lexical=one.lexical,
            linked=one.activation,
        )
        for one in woken.agents
    ]
    return woken.asked, replies


def _example(name: str, mind: Mind, row: dict[str, Any], measure: Any) -> Example:
    question, replies = asked_of(mind, row["question"])
    right = {
        (one.reply.agent, unit.position): bool(row["answers"]) and measure.hit(measure.cut(unit.quote, LEAD_WORDS), row)
        for one in replies
        for unit in one.reply.evidence
    }
    return Example(name, row, question, replies, right)
