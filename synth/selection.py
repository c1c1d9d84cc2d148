"""Selection: the unit that answers, and which others support it, within what an answer of the detail may take."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import fsum
from typing import NamedTuple

from language.asking import WHOLE_WANTED
from language.distinct import numbers
from myriad.agent.v1.question_pb2 import Question
from myriad.agent.v1.text_pb2 import (
    UNIT_KIND_ITEM,
    UNIT_KIND_PARAGRAPH,
    UNIT_KIND_QUESTION_ANSWER,
    UNIT_KIND_SENTENCE,
    UNIT_KIND_STEPS,
)
from myriad.synth.v1.synthesis_pb2 import (
    DROP_CAUSE_DUPLICATE,
    DROP_CAUSE_OVER_BUDGET,
    DROP_CAUSE_WEAK,
    DropCause,
    DroppedEvidence,
)
from myriad.synth.v1.synthesizer_service_pb2 import Detail
from synth.focus import focused, holds_part_of, is_inside
from synth.ranking import Candidate
from synth.words import QUESTION_MARKS, count


class Budget(NamedTuple):
    """What an answer may take."""

    words: int
    quotes: int


_BUDGETS: Mapping[Detail.ValueType, Budget] = {
    Detail.DETAIL_DIRECT: Budget(words=60, quotes=2),
    Detail.DETAIL_FULL: Budget(words=110, quotes=8),
    Detail.DETAIL_HIGHEST: Budget(words=220, quotes=12),
}
_CONSIDERED = 40
"""So many of the best may support the answer."""
_SAME = 0.8
"""Share of the words of the shorter one from which two units say the same."""
_SENTENCE_END = re.compile(r"[.!?…]\s")
_TORN = frozenset((UNIT_KIND_ITEM, UNIT_KIND_SENTENCE, UNIT_KIND_PARAGRAPH))


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
    """
    What to quote of what is offered, if anything is: by rank, and no two that say the same.

    Of steps a single one may lead. What supports it are all steps of one piece, in their order, or none of them.
    """
    wholes, steps = _wholes(question, ranked), _outermost_first(ranked)
    first, *pool = dict.fromkeys(_whole(_answered(one, ranked), wholes) for one in ranked[:_CONSIDERED])
    lead = focused(question, first, ranked)
    pool = [one for one in dict.fromkeys(_of_steps(one, steps) for one in pool) if one is not lead]
    budget, taken, causes = _BUDGETS[detail], [lead], dict[int, DropCause.ValueType]()
    left = budget.words - count(lead.quote)
    for one in _closing(question, lead, pool) if question.parts else pool:
        if not one.evidence.features.path_coverage:
            continue  # it says nothing of the question
        # The steps that a leading one is torn from may follow it: there it is said in its place.
        others = taken[1:] if one.evidence.kind == UNIT_KIND_STEPS and _is_of(lead, one) else taken
        if any(same(one, other) for other in others):
            causes[id(one)] = DROP_CAUSE_DUPLICATE
        elif count(one.quote) > left or len(taken) >= budget.quotes:
            causes[id(one)] = DROP_CAUSE_OVER_BUDGET
        else:
            taken.append(one)
            left -= count(one.quote)
    taken[1:] = _in_place(taken[1:])
    quoted = frozenset(taken)
    rest = [one for one in ranked if one not in quoted]
    dropped = [dropped_for(one, causes.get(id(one), DROP_CAUSE_WEAK)) for one in rest]
    return Selection(lead, taken[1:], dropped)


def dropped_for(one: Candidate, cause: DropCause.ValueType) -> DroppedEvidence:
    """A unit that is not quoted."""
    return DroppedEvidence(agent=one.reply.reply.agent, quote=one.evidence.quote, cause=cause)


def same(one: Candidate, other: Candidate) -> bool:
    """Whether two units say the same: they overlap in their document, open alike, or have about the same words."""
    if one.overlaps(other) or (one.reply is other.reply and _opening(one) == _opening(other) != ""):
        return True
    if one.evidence.HasField("row") and other.evidence.HasField("row"):
        return False
    return len(one.words & other.words) >= _SAME * min(len(one.words), len(other.words))


def _wholes(question: Question, ranked: Sequence[Candidate]) -> list[Candidate]:
    """Steps and lists in one piece, if the question is for all of them."""
    return [one for one in ranked if one.is_whole] if question.want in WHOLE_WANTED else []


def _answered(one: Candidate, ranked: Sequence[Candidate]) -> Candidate:
    """A question with its answer, for one that is torn from it."""
    asks = one.quote.endswith(QUESTION_MARKS) and not _SENTENCE_END.search(one.quote, one.evidence.lead_end)
    if one.evidence.kind == UNIT_KIND_QUESTION_ANSWER or not asks:
        return one
    of = (other for other in ranked if other.evidence.kind == UNIT_KIND_QUESTION_ANSWER and holds_part_of(other, one))
    return next(of, one)


def _whole(one: Candidate, wholes: Sequence[Candidate]) -> Candidate:
    """The steps, or the list, that a unit is torn from; itself if from none, or from what is cut before it answers."""
    if one.evidence.kind not in _TORN:
        return one
    said = one.evidence.features.path_coverage
    of = (
        other
        for other in wholes
        if is_inside(one, other) or (_is_of(one, other) and said <= other.evidence.features.path_coverage)
    )
    return next(of, one)


def _outermost_first(ranked: Sequence[Candidate]) -> list[Candidate]:
    """All that is offered of steps in one piece, the longest in front."""
    return sorted((one for one in ranked if one.evidence.kind == UNIT_KIND_STEPS), key=lambda one: -len(one.quote))


def _of_steps(one: Candidate, steps: Sequence[Candidate]) -> Candidate:
    """The steps that a unit is torn from, a step, its code or what stands below it; itself if from none."""
    return next((other for other in steps if one is not other and _is_of(one, other)), one)


def _is_of(one: Candidate, whole: Candidate) -> bool:
    """Whether a unit stands in a list in one piece, or is an item of it behind where that is cut."""
    if is_inside(one, whole):
        return True
    is_item = one.reply is whole.reply and one.evidence.kind == UNIT_KIND_ITEM
    return bool(is_item and whole.evidence.left_out and one.spans and whole.spans and whole.spans[-1] <= one.spans[-1])


def _in_place(units: Sequence[Candidate]) -> list[Candidate]:
    """Rows of one table, and steps that two passages share, in their order; the places they have are theirs by rank."""
    found = list(units)
    tables: dict[tuple[object, ...], list[int]] = {}
    for number, one in enumerate(units):
        if one.evidence.HasField("row"):
            tables.setdefault((one.document, one.evidence.row.table), []).append(number)
        elif one.evidence.kind == UNIT_KIND_STEPS:
            tables.setdefault((one.document, *one.reply.reply.heading_path), []).append(number)
    for numbers_ in tables.values():
        ordered = sorted((units[number] for number in numbers_), key=_stands)
        for number, one in zip(numbers_, ordered, strict=True):
            found[number] = one
    return found


def _stands(one: Candidate) -> tuple[int, int]:
    return one.evidence.row.number, one.spans[-1][0] if one.spans else 0


def _closing(question: Question, lead: Candidate, pool: Sequence[Candidate]) -> list[Candidate]:
    """Where several things are asked at once, for each what says most of what is still open of it comes first."""
    weights = {term.term: term.weight or 1.0 for term in question.terms}
    number_of = numbers(question)
    said, first = set(lead.evidence.said), list[Candidate]()
    for part in question.parts:
        asked = {one.term for one in question.terms if part.start <= one.start < part.end}
        open_ = {number_of[one]: weights[one] for one in asked if number_of[one] not in said}
        closing = [fsum(open_.get(number, 0.0) for number in one.evidence.said) for one in pool]
        if any(closing):
            best = pool[closing.index(max(closing))]
            first.append(best)
            said.update(best.evidence.said)
    return list(dict.fromkeys((*first, *pool)))


def _opening(one: Candidate) -> str:
    """What opens an item; rows and turns may all be headed alike."""
    return one.evidence.quote[: one.evidence.lead_end] if one.evidence.kind in _TORN else ""
