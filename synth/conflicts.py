"""
Conflicts: what the sources disagree about, both sides with their quotes.

Found in all that was offered, before anything is dropped: two sentences that differ in one date are near-duplicates
too.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from itertools import combinations

from language.values import Form, Value, fold, normal
from myriad.agent.v1.evidence_pb2 import AgentReply, AnswerType, Evidence
from myriad.synth.v1.synthesizer_service_pb2 import RankedReply
from synth.aligned import Words, differing, is_leading
from synth.words import content, subject

_FORM_OF = {
    AnswerType.ANSWER_TYPE_DATE: Form.DATE,
    AnswerType.ANSWER_TYPE_NUMBER: Form.NUMBER,
    AnswerType.ANSWER_TYPE_PERSON: Form.NAME,
    AnswerType.ANSWER_TYPE_PLACE: Form.NAME,
    AnswerType.ANSWER_TYPE_THING: Form.NAME,
}
_FUNCTIONAL = frozenset(
    ("born", "died", "birthplace", "deathplace", "founded", "released", "father", "mother", "capital", "height",
     "length", "population", "headquarters")
)  # fmt: skip
"""Attributes of which a thing has one."""
_SAYS_ENOUGH = 6
_SAYS_ALL = 12
"""Words from which a sentence tells by itself what it is about."""
_FIRST_AGENTS = 8
_FIRST_SENTENCES = 3
"""What a question asks for, the first of the agents woken say in their first sentences."""


@dataclass(frozen=True, slots=True)
class Side:
    """What one source claims, and the sentence that claims it."""

    value: str
    date: str
    reply: AgentReply
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Disagreement:
    """
    What sources disagree about, and the sides in the order of the replies. It touches the question if what they
    disagree about was asked for. Values of different dates are no conflict but a development.
    """

    about: str
    sides: tuple[Side, ...]
    touches: bool
    is_development: bool = False


@dataclass(frozen=True, slots=True)
class _Offered:
    reply: AgentReply
    evidence: Evidence
    words: Words
    rank: int
    number: int


def conflicts(question: str, replies: Sequence[RankedReply]) -> list[Disagreement]:
    """All disagreements among the sources, those that touch the question first."""
    found: list[Disagreement] = []
    asked = content(question).keys()
    for left, right, sides, form in _aligned(sorted(replies, key=lambda one: -one.activation)):
        touches = any(_is_asked(asked, one, form) for one in (left, right))
        if not any(_repeats(one, sides) for one in found):
            found.append(Disagreement(_subject(left), sides, touches))
    return sorted(found, key=lambda one: not one.touches)


def _aligned(replies: Sequence[RankedReply]) -> Iterator[tuple[_Offered, _Offered, tuple[Side, Side], Form]]:
    """Pairs of sentences of different documents, about the same, that differ in one value."""
    places: dict[tuple[str, ...], list[_Offered]] = {}
    for number, ranked in enumerate(replies):
        for rank, evidence in enumerate(ranked.reply.evidence):
            one = _Offered(ranked.reply, evidence, Words(evidence.quote), rank, number)
            for end in one.words.ends:
                places.setdefault(end, []).append(one)
    seen: set[tuple[int, int]] = set()
    for alike in places.values():
        for left, right in combinations(alike, 2):
            if left.reply.document == right.reply.document or (id(left), id(right)) in seen:
                continue
            seen.add((id(left), id(right)))
            found = differing(left.words, right.words)
            if found and _same_thing(left, found.one, right, found.other):
                sides = _side(left, found.one), _side(right, found.other)
                yield left, right, sides, found.form


def _side(offered: _Offered, value: Value) -> Side:
    return Side(offered.words.text[value.start : value.end], "", offered.reply, offered.evidence)


def _same_thing(left: _Offered, value: Value, right: _Offered, other: Value) -> bool:
    """Whether two sentences are about the same, and it is not this in which they differ."""
    one, two = left.reply.subject, right.reply.subject
    titles = subject(left.reply.title), subject(right.reply.title)
    titled_alike = fold(titles[0]) == fold(titles[1]) != ""
    leading = is_leading(left.words, value)
    says_enough = len(left.words.folded) >= _SAYS_ENOUGH
    if leading and titled_alike:
        # Who it is may be what they differ in, if all else is equal and the title too.
        return value.form is Form.NAME and says_enough and not same_name(value.normal, titles[0])
    if one and two and not same_name(one, two):
        return False
    if one and not same_name(*titles) and all(set(fold(title).split()) & set(fold(one).split()) for title in titles):
        return False
    if any(same_name(said, name) for said, name in ((value.normal, one), (other.normal, two)) if name):
        return False
    known = bool(one and two) or titled_alike
    if leading:
        return value.form is Form.NAME and says_enough and known
    return known or len(left.words.folded) >= _SAYS_ALL or bool(_quotes(left) & _quotes(right))


def _quotes(offered: _Offered) -> set[str]:
    """What else its agent offers, as far as it is long enough to tell whose words they are."""
    return {fold(one.quote) for one in offered.reply.evidence if one.quote.count(" ") > _SAYS_ENOUGH}


def same_name(one: str, other: str) -> bool:
    """Whether two names may be the same one's: one is part of the other, or a person's short form."""
    words, others = normal(one).split(), normal(other).split()
    if not words or not others:
        return False
    if set(words) <= set(others) or set(others) <= set(words):
        return True
    first, second = words[0], others[0]
    return words[-1] == others[-1] and (first.startswith(second) or second.startswith(first))


def _subject(offered: _Offered) -> str:
    return offered.reply.subject or subject(offered.reply.title)


def _is_asked(question: Set[str], offered: _Offered, form: Form) -> bool:
    """Whether the question asks for such a value, and this agent and sentence are among the first to answer it."""
    wanted = _FORM_OF.get(offered.reply.answer_type, form)
    if wanted is not form or offered.number >= _FIRST_AGENTS or offered.rank >= _FIRST_SENTENCES:
        return False
    said = content("\n".join((offered.evidence.quote, _subject(offered), offered.reply.title)))
    return offered.rank == 0 or not question.isdisjoint(said)


def _repeats(known: Disagreement, sides: Sequence[Side]) -> bool:
    return {normal(side.value) for side in known.sides} >= {normal(side.value) for side in sides}
