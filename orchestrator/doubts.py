"""Doubts: what to ask oneself next, and whether the answer is the better for having asked."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence

from mesh import questions
from myriad.connectome.v1.activation_pb2 import AmbiguousName
from myriad.synth.v1.synthesis_pb2 import AnswerState, Doubt, Trigger
from myriad.synth.v1.synthesizer_service_pb2 import SynthesizeResponse
from orchestrator.line import state

SENSES = 3
"""So many senses of an ambiguous name are asked for, the likeliest."""
_VAGUE = (Trigger.TRIGGER_INSUFFICIENT_CONTEXT, Trigger.TRIGGER_LOW_CONFIDENCE)
"""Doubts that name nothing in particular come after a name that may mean several things."""
_UNSURE = (AnswerState.ANSWER_STATE_ABSTAINED, AnswerState.ANSWER_STATE_TENTATIVE)
_ALWAYS = (Trigger.TRIGGER_CONFLICT, Trigger.TRIGGER_AMBIGUOUS_CONCEPT)
"""Doubts that no confidence dispels: the answer may be about something else, or not all there is to say."""
_GAIN = 0.005
"""A smaller gain in confidence is none."""


def gravest(synthesis: SynthesizeResponse, ambiguous: Sequence[Doubt], asked: Collection[str]) -> Doubt | None:
    """The doubt to ask about next: the gravest whose question was not asked before; None if there is none."""
    doubts = synthesis.doubts
    first = next((place for place, doubt in enumerate(doubts) if doubt.trigger in _VAGUE), len(doubts))
    for doubt in (*doubts[:first], *ambiguous, *doubts[first:]):
        matters = doubt.trigger in _ALWAYS or unsure(synthesis)
        if matters and 0 < len(doubt.question) <= questions.LONGEST and doubt.question not in asked:
            return doubt
    return None


def unsure(synthesis: SynthesizeResponse) -> bool:
    """Whether it pays to look further."""
    return synthesis.state in _UNSURE


def ambiguities(question: str, names: Sequence[AmbiguousName]) -> Iterator[Doubt]:
    """For each name that nothing resolved, the question with its likeliest senses in the name's place."""
    for name in names:
        if name.resolved or len(name.senses) < 2:
            continue
        senses = " or ".join(name.senses[:SENSES])
        before, found, after = _around(name.name, question)
        asked = f"{before}{senses}{after}" if found else f"{question} {senses}"
        yield Doubt(trigger=Trigger.TRIGGER_AMBIGUOUS_CONCEPT, about=name.name, question=asked)


def _around(name: str, question: str) -> tuple[str, bool, str]:
    """What stands before and after a name in the question, and whether it stands there at all."""
    match = re.search(re.escape(name), question, re.IGNORECASE)
    return (question[: match.start()], True, question[match.end() :]) if match else (question, False, "")


def better(before: SynthesizeResponse, after: SynthesizeResponse, agents: Collection[str]) -> bool:
    """
    Whether the answer gained by hearing `agents` as well.

    An answer is better than what is only nearest, and that than nothing. Two of one kind compare by confidence, which
    has to grow by something that the round brought: one that quotes none of its agents is the same answer, however
    sure. That the sources disagree is news which is never held back.
    """
    if not any(citation.agent in agents for citation in after.citations):
        return False
    if after.state == before.state:
        return after.confidence > before.confidence + _GAIN
    if before.state in _UNSURE:
        return after.state not in _UNSURE or before.state == AnswerState.ANSWER_STATE_ABSTAINED
    return after.state == AnswerState.ANSWER_STATE_CONFLICTED


def change(before: SynthesizeResponse, after: SynthesizeResponse) -> str:
    """What another round made of the answer, for people; empty if nothing."""
    return "; ".join(_changes(before, after))


def _changes(before: SynthesizeResponse, after: SynthesizeResponse) -> Iterator[str]:
    known = {(citation.agent, citation.quote) for citation in before.citations}
    new = sum((citation.agent, citation.quote) not in known for citation in after.citations)
    if new:
        yield f"{new} new quote{'s' * (new > 1)}"
    if after.state != before.state:
        yield f"{state(before)} → {state(after)}"
    if after.short_answer != before.short_answer:
        yield f"short answer {_said(before)} → {_said(after)}"
    if round(after.confidence, 2) != round(before.confidence, 2):
        yield f"confidence {before.confidence:.2f} → {after.confidence:.2f}"


def _said(synthesis: SynthesizeResponse) -> str:
    return f"“{synthesis.short_answer}”" if synthesis.short_answer else "none"
