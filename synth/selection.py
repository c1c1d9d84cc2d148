"""Selection: the unit that answers, and which others support it, within what an answer of the detail may take."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import fsum, log
from typing import NamedTuple

from myriad.agent.v1.question_pb2 import WANT_COUNT, WANT_HOW, WANT_LIST, Question
from myriad.agent.v1.text_pb2 import (
    UNIT_KIND_ITEM,
    UNIT_KIND_LIST,
    UNIT_KIND_PARAGRAPH,
    UNIT_KIND_SENTENCE,
    UNIT_KIND_STEPS,
)
from myriad.synth.v1.synthesis_pb2 import DropCause, DroppedEvidence
from myriad.synth.v1.synthesizer_service_pb2 import Detail
from synth.another import focused
from synth.ranking import Candidate
from synth.words import count, words


class Budget(NamedTuple):
    """What an answer may take."""

    words: int
    quotes: int


_BUDGETS: Mapping[Detail.ValueType, Budget] = {
    Detail.DETAIL_DIRECT: Budget(words=60, quotes=2),
    Detail.DETAIL_FULL: Budget(words=110, quotes=8),
    Detail.DETAIL_HIGHEST: Budget(words=220, quotes=12),
}
_CONSIDERED = 24
"""So many of the best may support the answer."""
_BEHIND = 3.0
"""A unit that is so much less likely than the one that answers (in log-odds) does not support it."""
_OPEN, _OPEN_OF_SEVERAL = 1.0, 8.0
"""What it tells for a unit that it says what the others leave open of the question; of several asked at once."""
_LENGTH, _SHORT = 0.3, 8
"""What it tells against a unit that it takes more words, from so many on: others would stand in their place."""
_SAME = 0.8
"""Share of the words of the shorter one from which two units say the same."""
_TORN = frozenset((UNIT_KIND_ITEM, UNIT_KIND_SENTENCE, UNIT_KIND_PARAGRAPH))
_WHOLE_WANTED = frozenset((WANT_HOW, WANT_LIST, WANT_COUNT))


@dataclass(frozen=True, slots=True)
class Selection:
    """The unit that answers, what supports it, most relevant first, and what was left out and why."""

    lead: Candidate
    support: Sequence[Candidate]
    dropped: Sequence[DroppedEvidence]

    @property
    def units(self) -> Sequence[Candidate]:
        return [self.lead, *self.support]

    def led_by(self, units: Sequence[Candidate]) -> Selection:
        """The same with other units in front."""
        first, *others = units
        rest = [one for one in self.units if all(one is not other for other in units)]
        return Selection(first, [*others, *rest], self.dropped)


def select(question: Question, ranked: Sequence[Candidate], detail: Detail.ValueType) -> Selection:
    """What to quote of what is offered, if anything is: no two that say the same, no step without its steps."""
    wholes = _wholes(question, ranked)
    focus = [_focused(question, one, ranked) for one in ranked[:_CONSIDERED]]
    pool = list(dict.fromkeys(_whole(one, wholes) for one in focus))
    lead = pool.pop(0)
    budget, taken, causes = _BUDGETS[detail], [lead], dict[int, DropCause.ValueType]()
    left = budget.words - count(lead.evidence.quote)
    open_ = _weights(question)
    total = fsum(open_.values()) or 1.0
    open_worth = _OPEN_OF_SEVERAL if question.parts else _OPEN
    _close(open_, lead)
    worth = {id(one): one.score - _LENGTH * log(max(count(one.evidence.quote), _SHORT)) for one in pool}
    while pool:
        one = max(pool, key=lambda one: worth[id(one)] + open_worth * _gain(open_, one) / total)
        pool.remove(one)
        if one.score + open_worth * _gain(open_, one) / total < lead.score - _BEHIND:
            causes[id(one)] = DropCause.DROP_CAUSE_WEAK
        elif count(one.evidence.quote) > left or len(taken) >= budget.quotes:
            causes[id(one)] = DropCause.DROP_CAUSE_OVER_BUDGET
        elif any(same(one, other) for other in taken):
            causes[id(one)] = DropCause.DROP_CAUSE_DUPLICATE
        else:
            taken.append(one)
            left -= count(one.evidence.quote)
            _close(open_, one)
    rest = [one for one in ranked if one not in taken]
    dropped = [dropped_for(one, causes.get(id(one), DropCause.DROP_CAUSE_WEAK)) for one in rest]
    return Selection(lead, sorted(taken[1:], key=lambda one: -one.score), dropped)


def dropped_for(one: Candidate, cause: DropCause.ValueType) -> DroppedEvidence:
    """A unit that is not quoted."""
    return DroppedEvidence(agent=one.reply.reply.agent, quote=one.evidence.quote, cause=cause)


def same(one: Candidate, other: Candidate) -> bool:
    """Whether two units say the same: they are of one place, open alike, or have about the same words."""
    if one.reply is other.reply and _opening(one) == _opening(other) != "":
        return True
    if one.reply.reply.document == other.reply.reply.document and _overlap(one, other):
        return True
    mine, others = words(one.evidence.quote), words(other.evidence.quote)
    return len(mine & others) >= _SAME * min(len(mine), len(others))


def _wholes(question: Question, ranked: Sequence[Candidate]) -> list[Candidate]:
    """Steps in one piece, and lists if the question is for all of them."""
    kinds = {UNIT_KIND_STEPS, UNIT_KIND_LIST} if question.want in _WHOLE_WANTED else {UNIT_KIND_STEPS}
    return [one for one in ranked if one.evidence.kind in kinds]


def _focused(question: Question, one: Candidate, ranked: Sequence[Candidate]) -> Candidate:
    """Of a paragraph, what speaks of the thing that is asked about, where it speaks of others like it too."""
    if one.evidence.kind != UNIT_KIND_PARAGRAPH:
        return one
    parts = (other for other in ranked if other.reply is one.reply and other is not one and _is_inside(other, one))
    return focused(question, one, list(parts))


def _whole(one: Candidate, wholes: Sequence[Candidate]) -> Candidate:
    """The steps, or the list, that a unit is torn from; itself if from none."""
    if one.evidence.kind not in _TORN:
        return one
    of = (other for other in wholes if other.reply is one.reply and _is_inside(one, other))
    return next(of, one)


def _weights(question: Question) -> dict[int, float]:
    """By their numbers, what the question's distinct terms tell."""
    distinct = {term.term: term.weight or 1.0 for term in question.terms}
    return dict(enumerate(distinct.values()))


def _gain(open_: Mapping[int, float], one: Candidate) -> float:
    return fsum(open_[number] for number in one.evidence.said if number in open_) if open_ else 0.0


def _close(open_: dict[int, float], one: Candidate) -> None:
    for number in one.evidence.said:
        open_.pop(number, None)


def _opening(one: Candidate) -> str:
    """What opens an item; rows and turns may all be headed alike."""
    return one.evidence.quote[: one.evidence.lead_end] if one.evidence.kind in _TORN else ""


def _own(one: Candidate) -> list[tuple[int, int]]:
    """Where a unit stands, without what opens it where that stands apart."""
    spans = _spans(one)
    return spans[1:] if one.evidence.lead_end and len(spans) > 1 else spans


def _overlap(one: Candidate, other: Candidate) -> bool:
    mine, others = _own(one), _own(other)
    shared = sum(max(0, min(end, last) - max(start, first)) for start, end in mine for first, last in others)
    return shared > min(sum(end - start for start, end in each) for each in (mine, others)) / 2


def _is_inside(one: Candidate, other: Candidate) -> bool:
    places = _spans(other)
    return all(any(first <= start and end <= last for first, last in places) for start, end in _own(one))


def _spans(one: Candidate) -> list[tuple[int, int]]:
    return [(span.source_start, span.source_end) for span in one.evidence.spans]
