"""Selection: the unit that answers, and which others support it, within what an answer of the detail may take."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from myriad.agent.v1.question_pb2 import Question, Want
from myriad.agent.v1.text_pb2 import UnitKind
from myriad.synth.v1.synthesis_pb2 import DropCause, DroppedEvidence
from myriad.synth.v1.synthesizer_service_pb2 import Detail
from synth.ranking import Candidate
from synth.words import count, terms_of


class Budget(NamedTuple):
    """What an answer may take."""

    words: int
    quotes: int


_BUDGETS: Mapping[Detail.ValueType, Budget] = {
    Detail.DETAIL_DIRECT: Budget(words=60, quotes=2),
    Detail.DETAIL_FULL: Budget(words=110, quotes=6),
    Detail.DETAIL_HIGHEST: Budget(words=220, quotes=12),
}
_CONSIDERED = 24
"""So many of the best may support the answer."""
_BEHIND = 3.0
"""A unit that is so much less likely than the one that answers (in log-odds) does not support it."""
_OPEN = 1.0
"""What it tells for a unit that it says what the others leave open of the question."""
_SAME = 0.8
"""Share of the terms of the shorter one from which two units say the same."""
_TORN = frozenset((UnitKind.UNIT_KIND_ITEM, UnitKind.UNIT_KIND_SENTENCE, UnitKind.UNIT_KIND_PARAGRAPH))
_WHOLE_WANTED = frozenset((Want.WANT_HOW, Want.WANT_LIST, Want.WANT_COUNT))


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
    """What to quote of what is offered, of which there is something: no two that say the same, no step without its steps."""
    lead = whole(question, ranked[0], ranked)
    budget = _BUDGETS[detail]
    taken, causes = [lead], dict[int, DropCause.ValueType]()
    left = budget.words - count(lead.evidence.quote)
    near = [whole(question, one, ranked) for one in ranked[1:_CONSIDERED]]
    pool = [one for one in dict.fromkeys(near) if one is not lead]
    open_ = {one.term: one.weight or 1.0 for one in question.terms}
    total = sum(open_.values()) or 1.0
    _close(open_, lead, question.language)
    while pool:
        one = max(pool, key=lambda one: one.score + _OPEN * _gain(open_, one, question.language) / total)
        pool.remove(one)
        if one.score < lead.score - _BEHIND:
            causes[id(one)] = DropCause.DROP_CAUSE_WEAK
        elif any(same(one, other, question.language) for other in taken):
            causes[id(one)] = DropCause.DROP_CAUSE_DUPLICATE
        elif count(one.evidence.quote) > left or len(taken) >= budget.quotes:
            causes[id(one)] = DropCause.DROP_CAUSE_OVER_BUDGET
        else:
            taken.append(one)
            left -= count(one.evidence.quote)
            _close(open_, one, question.language)
    rest = [one for one in ranked if one not in taken]
    dropped = [dropped_for(one, causes.get(id(one), DropCause.DROP_CAUSE_WEAK)) for one in rest]
    return Selection(lead, taken[1:], dropped)


def dropped_for(one: Candidate, cause: DropCause.ValueType) -> DroppedEvidence:
    """A unit that is not quoted."""
    return DroppedEvidence(agent=one.reply.reply.agent, quote=one.evidence.quote, cause=cause)


def whole(question: Question, one: Candidate, ranked: Sequence[Candidate]) -> Candidate:
    """The steps that a step is one of; and the list that an item is one of, if the question is for all of it."""
    if one.evidence.kind not in _TORN:
        return one
    for other in ranked:
        kind = other.evidence.kind
        steps = kind == UnitKind.UNIT_KIND_STEPS or (kind == UnitKind.UNIT_KIND_LIST and question.want in _WHOLE_WANTED)
        if steps and other.reply is one.reply and _is_inside(one, other):
            return other
    return one


def same(one: Candidate, other: Candidate, language: str) -> bool:
    """Whether two units say the same: they are of one place, or have about the same terms."""
    if one.reply.reply.document == other.reply.reply.document and _overlap(one, other):
        return True
    mine, others = terms_of(one.evidence.quote, language), terms_of(other.evidence.quote, language)
    return len(mine & others) >= _SAME * min(len(mine), len(others))


def _gain(open_: Mapping[str, float], one: Candidate, language: str) -> float:
    return sum(open_[term] for term in open_.keys() & _said(one, language)) if open_ else 0.0


def _close(open_: dict[str, float], one: Candidate, language: str) -> None:
    for term in open_.keys() & _said(one, language):
        del open_[term]


def _said(one: Candidate, language: str) -> frozenset[str]:
    return terms_of(one.evidence.quote, language)


def _own(one: Candidate) -> Iterator[tuple[int, int]]:
    """Where a unit stands, without what opens it where that stands apart."""
    spans = [(span.source_start, span.source_end) for span in one.evidence.spans]
    return iter(spans[1:] if one.evidence.lead_end and len(spans) > 1 else spans)


def _overlap(one: Candidate, other: Candidate) -> bool:
    shared = sum(
        max(0, min(end, last) - max(start, first)) for start, end in _own(one) for first, last in _own(other)
    )
    shorter = min(sum(end - start for start, end in _own(each)) for each in (one, other))
    return shared > shorter / 2


def _is_inside(one: Candidate, other: Candidate) -> bool:
    return all(
        any(first <= start and end <= last for first, last in _spans(other)) for start, end in _own(one)
    )


def _spans(one: Candidate) -> list[tuple[int, int]]:
    return [(span.source_start, span.source_end) for span in one.evidence.spans]
