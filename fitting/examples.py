"""Examples: questions over documents, with all that the agents which they wake offer."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from agent_host.asked import Asked
from agent_host.reply import reply
from benchmarks.answers import learned, measures
from language.question import read
from myriad.agent.v1.question_pb2 import Question
from myriad.connectome.v1.activation_pb2 import Budget
from myriad.connectome.v1.activation_service_pb2 import ActivateResponse
from myriad.synth.v1.synthesizer_service_pb2 import RankedReply
from orchestrator.tiers import Tiers
from scripts.in_process import Mind

LEAD_WORDS = 50
"""A lead is judged by so many words."""
_LOOKS = 12
"""So often it is looked whether another passage answers when those that do are left out."""
_BUDGET = Tiers().named("base").budget


@dataclass(frozen=True)
class Example:
    """A question of a set, what is offered, and which of that answers."""

    set: str
    row: dict[str, Any]
    question: Question
    replies: Sequence[RankedReply]
    right: dict[tuple[str, int], bool] = field(default_factory=dict)
    """By a candidate's place, whether its first words answer."""
    is_emptied: bool = False
    """Whether it is asked of a mind without the passages that answer it."""

    @property
    def is_answerable(self) -> bool:
        return bool(self.row["answers"]) and not self.is_emptied


Hit = Callable[[str, dict[str, Any]], bool]


def examples(folders: Sequence[Path], *, emptied: bool = False) -> Iterator[Example]:
    """
    Those of all sets in the folders; `measure.py` beside the first judges what answers.

    With `emptied`, each question that has an answer is asked again without it: few sets have questions that have none.
    """
    measure = measures(folders[0].parent)
    for folder in folders:
        for one in sorted(folder.iterdir()):
            if not (one / "questions.jsonl").exists():
                continue
            documents, rows = measure.load(one)
            for name, some, asked in measure.minds(one.name, documents, rows):
                mind = learned(name, some)
                for row in asked:
                    yield _example(one.name, row, *asked_of(mind, row["question"]), measure)
                    if emptied and row["answers"] and (without := _answering(mind, row, measure)):
                        question, replies = asked_of(mind, row["question"], without)
                        yield _example(one.name, row, question, replies, measure, is_emptied=True)


def asked_of(mind: Mind, text: str, without: Collection[str] = ()) -> tuple[Question, list[RankedReply]]:
    """A question as the mind reads it, and what the agents that it wakes, but for some, offer to `myriad-base`."""
    woken = _woken(mind, text, without)
    asked = Asked(woken.asked)
    # The best lexical score is 1; of those that are left, too.
    best = max((one.lexical for one in woken.agents), default=1.0) if without else 1.0
    replies = [
        RankedReply(
            reply=reply(asked, mind.packet(one.agent), _BUDGET.max_evidence, with_text=False),
            activation=one.score,
            path=one.path,
            lexical=one.lexical / (best or 1.0),
            linked=one.activation,
        )
        for one in woken.agents
    ]
    return woken.asked, replies


def _woken(mind: Mind, text: str, without: Collection[str]) -> ActivateResponse:
    reach = Budget(max_agents=_BUDGET.max_agents, max_hops=_BUDGET.max_hops, max_pushes=_BUDGET.max_pushes)
    return mind.wake(read(text), reach, without)


def _answering(mind: Mind, row: dict[str, Any], measure: Any) -> Collection[str]:
    """The agents that answer a question; none if that is not known, or too many do."""
    agents: set[str] = set()
    for _ in range(_LOOKS):
        woken = _woken(mind, row["question"], agents).agents
        found = {one.agent for one in woken if measure.hit(mind.packet(one.agent).text, row)}
        if not found:
            return agents
        agents |= found
    return ()


def _example(
    name: str,
    row: dict[str, Any],
    question: Question,
    replies: Sequence[RankedReply],
    measure: Any,
    *,
    is_emptied: bool = False,
) -> Example:
    is_answerable = bool(row["answers"]) and not is_emptied
    right = {
        (one.reply.agent, unit.position): is_answerable and measure.hit(measure.cut(unit.quote, LEAD_WORDS), row)
        for one in replies
        for unit in one.reply.evidence
    }
    return Example(name, row, question, replies, right, is_emptied)
