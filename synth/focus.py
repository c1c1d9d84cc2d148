"""
Focus: of a unit that holds smaller ones, the one that says all that is asked.

What the whole says besides is of others: the item of a list, the sentence about the one office of several.
"""

from __future__ import annotations

from collections.abc import Sequence

from myriad.agent.v1.question_pb2 import (
    WANT_COUNT,
    WANT_DEFINITION,
    WANT_HOW,
    WANT_LIST,
    WANT_SUMMARY,
    WANT_WHY,
    WANT_YES_NO,
    Question,
)
from myriad.agent.v1.text_pb2 import (
    SPAN_TYPE_NAME,
    UNIT_KIND_ITEM,
    UNIT_KIND_LIST,
    UNIT_KIND_PARAGRAPH,
    UNIT_KIND_QUESTION_ANSWER,
    UNIT_KIND_STEPS,
    UNIT_KIND_TURN,
)
from synth.ranking import Candidate
from synth.words import QUESTION_MARKS, count, terms_of

_COMPOSED = frozenset(
    (
        UNIT_KIND_PARAGRAPH,
        UNIT_KIND_LIST,
        UNIT_KIND_STEPS,
        UNIT_KIND_ITEM,
        UNIT_KIND_TURN,
        UNIT_KIND_QUESTION_ANSWER,
    )
)
_MORE_WANTED = frozenset((WANT_DEFINITION, WANT_HOW, WANT_LIST, WANT_SUMMARY, WANT_WHY, WANT_YES_NO))
"""What a single sentence seldom answers in full, as `No.` does not say to what."""
_ALL = 0.999


def focused(question: Question, one: Candidate, ranked: Sequence[Candidate]) -> Candidate:
    """Of a unit the smallest that stands in it and says all that is asked; itself if none does."""
    if question.want == WANT_HOW and one.is_whole:
        return _nested(one, ranked)
    if one.evidence.kind not in _COMPOSED or question.want in _MORE_WANTED:
        return one
    if one.is_whole and question.want == WANT_COUNT:
        return one
    parts = [
        other for other in ranked if other is not one and is_inside(other, one) and _says_all(question, other, than=one)
    ]
    return min(parts, key=lambda part: count(part.quote), default=one)


def _nested(one: Candidate, ranked: Sequence[Candidate]) -> Candidate:
    """
    Of lists below the items of another the one that says all that is asked, and of it what no other item says: the
    steps for one of several systems.
    """
    inside = [other for other in ranked if other is not one and is_inside(other, one)]
    for part in inside:
        if part.is_whole and part.evidence.features.path_coverage >= _ALL:
            said = frozenset(part.evidence.said)
            if not any(said.issubset(other.evidence.said) for other in inside if not is_inside(other, part)):
                return part
    return one


def is_inside(one: Candidate, other: Candidate) -> bool:
    """Whether what a unit quotes, but for what only opens it, stands in another of the same agent."""
    if one.reply is not other.reply:
        return False
    spans = other.spans
    for start, end in _own(one):
        for first, last in spans:
            if first <= start and end <= last:
                break
        else:
            return False
    return True


def holds_part_of(one: Candidate, other: Candidate) -> bool:
    """Whether a unit quotes, if only to open with it, what another of the same agent quotes."""
    if one.reply is not other.reply:
        return False
    return any(first <= start and end <= last for start, end in one.spans for first, last in other.spans)


def _says_all(question: Question, one: Candidate, *, than: Candidate) -> bool:
    """Whether it says all that is asked, as the whole does, and something besides; a question says nothing."""
    own, whole = one.evidence.features, than.evidence.features
    is_question = one.quote.rstrip().endswith(QUESTION_MARKS)
    if is_question or own.path_coverage < _ALL or own.constrained < whole.constrained:
        return False
    is_speaker = bool(one.evidence.speaker) and SPAN_TYPE_NAME in question.types
    if own.typed < whole.typed and not is_speaker:
        return False
    asked = {term.term for term in question.terms}
    new = terms_of(one.quote[one.evidence.lead_end :], question.language) - asked
    return bool(new or is_speaker) and frozenset(one.evidence.said) >= frozenset(than.evidence.said)


def _own(one: Candidate) -> Sequence[tuple[int, int]]:
    """Where a unit stands, without what opens it where that stands apart."""
    return one.spans[1:] if len(one.spans) > 1 and one.evidence.lead_end else one.spans
