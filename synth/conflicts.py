"""
Conflicts: what the sources disagree about, both sides with their quotes.

Found in all that was offered, before anything is dropped: two sentences that differ in one date are near-duplicates
too.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from typing import NamedTuple

from language.folding import fold
from language.values import Form, Value, agree, normal
from myriad.agent.v1.evidence_pb2 import AgentReply, AnswerType, Claim, Evidence
from myriad.synth.v1.synthesizer_service_pb2 import RankedReply
from synth.aligned import Words, differing, is_leading, is_rough, words_of
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
_FIRST_SENTENCES = 3
"""What a question asks for, an agent says in its first sentences."""
_FAINT = 0.12
"""
Agents of less than this share of the strongest's activation were woken for other things, unless one says the best
sentence of all.
"""


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


class _Offered(NamedTuple):
    ranked: RankedReply
    evidence: Evidence
    words: Words
    rank: int
    """Number of the sentence among the best of its agent."""

    @property
    def reply(self) -> AgentReply:
        return self.ranked.reply


class _Pair(NamedTuple):
    about: str
    offered: tuple[_Offered, _Offered]
    sides: tuple[Side, Side]
    form: Form
    is_development: bool = False


def conflicts(question: str, replies: Sequence[RankedReply]) -> list[Disagreement]:
    """All disagreements among the sources: conflicts that touch the question first, developments last."""
    found: list[Disagreement] = []
    asked = content(question).keys()
    least = _FAINT * max((one.activation for one in replies), default=0.0)
    best = max((one.score for ranked in replies for one in ranked.reply.evidence), default=0.0)
    strongest = sorted(replies, key=lambda one: -one.activation)
    for pair in (*_aligned(strongest), *_claimed(strongest)):
        if not any(_repeats(one, pair.sides) for one in found):
            touches = any(
                (one.ranked.activation >= least or one.evidence.score == best) and _is_asked(asked, one, pair.form)
                for one in pair.offered
            )
            found.append(Disagreement(pair.about, pair.sides, touches, pair.is_development))
    return sorted(found, key=lambda one: (one.is_development, not one.touches))


def _aligned(replies: Sequence[RankedReply]) -> Iterator[_Pair]:
    """Pairs of sentences of different documents, about the same, that differ in one value."""
    places: dict[tuple[str, ...], list[_Offered]] = {}
    for ranked in replies:
        for rank, evidence in enumerate(ranked.reply.evidence):
            one = _Offered(ranked, evidence, words_of(evidence.quote), rank)
            for end in one.words.ends:
                places.setdefault(end, []).append(one)
    seen: set[tuple[int, int]] = set()
    for alike in places.values():
        for left, right in combinations(alike, 2):
            if left.reply.document == right.reply.document or (id(left), id(right)) in seen:
                continue
            seen.add((id(left), id(right)))
            if _are_two(left.reply, right.reply):
                continue
            found = differing(left.words, right.words)
            if found and _same_thing(left, found.one, right, found.other):
                sides = _side(left, found.one), _side(right, found.other)
                yield _Pair(_subject(left), (left, right), sides, found.form)


def _claimed(replies: Sequence[RankedReply]) -> Iterator[_Pair]:
    """Pairs of claims of different documents about one attribute of the same, of which it has one, that differ."""
    stated: dict[tuple[str, str], list[tuple[_Offered, Claim]]] = {}
    for ranked in replies:
        for claim in ranked.reply.claims:
            is_of_row = claim.subject not in (ranked.reply.subject, ranked.reply.title)
            if claim.type in _FORM_OF and (claim.attribute in _FUNCTIONAL or is_of_row):
                evidence = ranked.reply.evidence[claim.evidence]
                offered = _Offered(ranked, evidence, words_of(evidence.quote), claim.evidence)
                stated.setdefault((claim.attribute, fold(claim.subject)), []).append((offered, claim))
    for (attribute, _), claims in stated.items():
        for (left, one), (right, other) in combinations(claims, 2):
            form = _FORM_OF[one.type]
            if left.reply.document == right.reply.document or form is not _FORM_OF[other.type]:
                continue
            if not _is_one_kind(left.reply, right.reply):
                continue
            if agree(form, one.normal, other.normal) or is_rough(left.words, right.words, one.normal, other.normal):
                continue
            dates = ("", "") if form is Form.DATE else (one.date, other.date)
            sides = (
                Side(one.value, dates[0], left.reply, left.evidence),
                Side(other.value, dates[1], right.reply, right.evidence),
            )
            later = all(dates) and not agree(Form.DATE, *dates)
            yield _Pair(f"{one.subject}: {attribute}", (left, right), sides, form, later)


def _side(offered: _Offered, value: Value) -> Side:
    return Side(offered.words.text[value.start : value.end], "", offered.reply, offered.evidence)


def _same_thing(left: _Offered, value: Value, right: _Offered, other: Value) -> bool:
    """Whether two sentences are about the same, and it is not this in which they differ."""
    one, two = left.reply.subject, right.reply.subject
    titles = subject(left.reply.title), subject(right.reply.title)
    titled_alike = _titled_alike(left.reply, right.reply)
    leading = is_leading(left.words, value)
    says_enough = len(left.words.folded) >= _SAYS_ENOUGH
    if leading and titled_alike:
        # Who it is may be what they differ in, if all else is equal and the title too.
        return value.form is Form.NAME and says_enough and not same_name(value.normal, titles[0])
    if _are_told_apart(left.reply, right.reply):
        return False
    if one and not same_name(*titles) and all(set(fold(title).split()) & set(fold(one).split()) for title in titles):
        return False
    if any(same_name(said, name) for said, name in ((value.normal, one), (other.normal, two)) if name):
        return False
    known = bool(one and two) or titled_alike
    if leading:
        return value.form is Form.NAME and says_enough and known
    return known or len(left.words.folded) >= _SAYS_ALL or bool(_quotes(left) & _quotes(right))


def _are_two(one: AgentReply, other: AgentReply) -> bool:
    """Whether no two of their sentences can be about the same: subjects and titles tell them apart."""
    return _are_told_apart(one, other) and not _titled_alike(one, other)


def _are_told_apart(one: AgentReply, other: AgentReply) -> bool:
    return bool(one.subject and other.subject) and not same_name(one.subject, other.subject)


def _titled_alike(one: AgentReply, other: AgentReply) -> bool:
    return fold(subject(one.title)) == fold(subject(other.title)) != ""


def _quotes(offered: _Offered) -> set[str]:
    """What else its agent offers, as far as it is long enough to tell whose words they are."""
    return {fold(one.quote) for one in offered.reply.evidence if one.quote.count(" ") > _SAYS_ENOUGH}


@lru_cache(2_048)
def same_name(one: str, other: str) -> bool:
    """Whether two names may be the same one's: one is part of the other, or a person's short form."""
    words, others = normal(one).split(), normal(other).split()
    if not words or not others:
        return False
    if set(words) <= set(others) or set(others) <= set(words):
        return True
    first, second = words[0], others[0]
    return words[-1] == others[-1] and first != second and (first.startswith(second) or second.startswith(first))


def _is_one_kind(one: AgentReply, other: AgentReply) -> bool:
    """Whether what two replies are about may be of one kind, and their titles do not tell them apart."""
    if "(" in one.title + other.title and fold(one.title) != fold(other.title):
        return False
    kinds = content(one.kind).keys(), content(other.kind).keys()
    return not all(kinds) or not kinds[0].isdisjoint(kinds[1])


def _subject(offered: _Offered) -> str:
    return offered.reply.subject or subject(offered.reply.title)


def _is_asked(question: Set[str], offered: _Offered, form: Form) -> bool:
    """Whether the question asks for such a value, and the sentence is among the first of its agent to answer it."""
    wanted = _FORM_OF.get(offered.reply.answer_type, form)
    if wanted is not form or offered.rank >= _FIRST_SENTENCES:
        return False
    said = content("\n".join((offered.evidence.quote, _subject(offered), offered.reply.title)))
    return offered.rank == 0 or not question.isdisjoint(said)


def _repeats(known: Disagreement, sides: Sequence[Side]) -> bool:
    return {normal(side.value) for side in known.sides} >= {normal(side.value) for side in sides}
