"""
Conflicts: what documents say otherwise of what the answer says, both sides with their quotes.

Of two sides of which it is known when they held, the later is a development. What two documents say of two things of
one name is neither.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product

from language.english.links import ALONE
from myriad.agent.v1.evidence_pb2 import AgentReply, AnswerType
from myriad.agent.v1.question_pb2 import TERM_ROLE_SOUGHT, Question
from myriad.agent.v1.text_pb2 import SpanType
from synth.aligned import Value, agree, are_alike, differing, quoted
from synth.asked import Asked
from synth.ranking import Candidate
from synth.words import fold_space, name, terms_of

_END = 12
"""Characters at either end that two sentences which differ in one place share."""
_COMPARED = 80
_SAYS_ALL = 12
"""Words from which a sentence tells by itself what it is about."""
_MOST = 3
_OF_TYPE = {
    AnswerType.ANSWER_TYPE_DATE: SpanType.SPAN_TYPE_DATE,
    AnswerType.ANSWER_TYPE_NUMBER: SpanType.SPAN_TYPE_NUMBER,
}


@dataclass(frozen=True, slots=True)
class Side:
    """What one source says, when that held, and the unit that says it."""

    value: str
    date: str
    unit: Candidate


@dataclass(frozen=True, slots=True)
class Disagreement:
    """What sources disagree about, and the sides: of a development the later first, else the better one."""

    about: str
    sides: tuple[Side, Side]

    @property
    def is_development(self) -> bool:
        """Whether one side held later than the other."""
        one, other = (side.date for side in self.sides)
        return bool(one and other) and not agree(SpanType.SPAN_TYPE_DATE, one, other)


def disagreements(question: Question, ranked: Sequence[Candidate]) -> list[Disagreement]:
    """What the best units say and others say otherwise, each once."""
    found: list[Disagreement] = []
    for one, other in _pairs(ranked[:_COMPARED]):
        if len(found) == _MOST:
            break
        for made in (*_aligned(question, one, other), *_claimed(question, one, other)):
            values = {fold_space(side.value).lower() for side in made.sides}
            if all(values != {fold_space(side.value).lower() for side in known.sides} for known in found):
                found.append(_ordered(made))
    return found


def _pairs(ranked: Sequence[Candidate]) -> Iterator[tuple[Candidate, Candidate]]:
    """Units of two documents: the best with all others, and those that begin or end alike."""
    ends: dict[tuple[bool, str], list[Candidate]] = {}
    for one in ranked:
        quote = one.quote
        for end in ((True, quote[:_END]), (False, quote[-_END:])):
            alike = ends.setdefault(end, [])
            yield from ((other, one) for other in alike if other.document != one.document)
            alike.append(one)
    yield from (pair for pair in product(ranked[:1], ranked[1:]) if pair[0].document != pair[1].document)


def _aligned(question: Question, one: Candidate, other: Candidate) -> Iterator[Disagreement]:
    """Quotes of the same that differ in one value, of a type that is asked for."""
    if not are_alike(one.words, other.words):
        return
    mine, others = quoted(one.quote, question.language), quoted(other.quote, question.language)
    found = differing(mine, others)
    if found is None or not _is_asked(question, found[0]):
        return
    if not _is_one_thing(one, found[0], other, found[1], _answer(question, one, found[0])):
        return
    about = one.reply.reply.subject or one.reply.reply.title
    values = (text.evidence.quote[value.start : value.end] for text, value in zip((one, other), found, strict=True))
    left, right = values
    yield Disagreement(about, (Side(left, one.evidence.date, one), Side(right, other.evidence.date, other)))


def _claimed(question: Question, one: Candidate, other: Candidate) -> Iterator[Disagreement]:
    """Statements of one attribute of the same that differ."""
    if not one.claims or not other.claims or _are_two(one.reply.reply, other.reply.reply):
        return
    for left, right in product(one.claims, other.claims):
        kind = _OF_TYPE.get(left.type, SpanType.SPAN_TYPE_NAME)
        same = (name(left.subject), left.attribute) == (name(right.subject), right.attribute)
        if not same or left.type != right.type or agree(kind, left.normal, right.normal):
            continue
        if terms_of(left.attribute, question.language).isdisjoint(one_.term for one_ in question.terms):
            continue
        yield Disagreement(
            f"{left.subject}: {left.attribute}",
            (
                Side(left.value, left.date or one.evidence.date, one),
                Side(right.value, right.date or other.evidence.date, other),
            ),
        )


def _is_asked(question: Question, value: Value) -> bool:
    return not question.types or value.type in question.types


def _answer(question: Question, one: Candidate, value: Value) -> bool:
    """
    Whether a quote says by itself all that a question asks, and the value of it last: what it is about comes before.

    Of names it has one: two people may work in a place, and one is its mayor.
    """
    front = one.quote[: value.start]
    if value.type == SpanType.SPAN_TYPE_NAME and ALONE.search(front) is None:
        return False
    asked = Asked(question)
    about = {term.term for term in question.terms if term.role != TERM_ROLE_SOUGHT} or set(asked.weights)
    said = asked.known(terms_of(one.quote, question.language))
    return len(said) == len(asked.weights) and not about.isdisjoint(asked.known(terms_of(front, question.language)))


def _is_one_thing(one: Candidate, value: Value, other: Candidate, another: Value, answers: bool) -> bool:
    """
    Whether two quotes that differ in a value are about the same, and it is not this in which they differ.

    What `answers` by itself is about the one thing that is asked about.
    """
    left, right = one.reply.reply, other.reply.reply
    titled_alike = name(left.title) == name(right.title) != ""
    named = [name(text) for reply in (left, right) for text in (reply.subject, reply.title) if text]
    if _are_two(left, right) or any(each.normal and each.normal in named for each in (value, another)):
        return False
    if left.subject and right.subject:
        return _is_one_name(left.subject, right.subject)
    is_long = min(len(each.evidence.quote.split()) for each in (one, other)) >= _SAYS_ALL
    return titled_alike or is_long or answers


def _are_two(one: AgentReply, other: AgentReply) -> bool:
    """Whether two replies are about two things, of one name or not."""
    if name(one.title) == name(other.title) and one.title.casefold() != other.title.casefold():
        return True
    kinds = [set(reply.kind.casefold().split()) for reply in (one, other)]
    if all(kinds) and kinds[0].isdisjoint(kinds[1]):
        return True
    apart = bool(one.subject and other.subject) and not _is_one_name(one.subject, other.subject)
    return apart and name(one.title) != name(other.title)


def _is_one_name(one: str, other: str) -> bool:
    """Whether two names may be the same one's: one is part of the other."""
    words, others = set(name(one).split()), set(name(other).split())
    return words <= others or others <= words


def _ordered(found: Disagreement) -> Disagreement:
    one, other = found.sides
    return Disagreement(found.about, (other, one)) if found.is_development and other.date > one.date else found
