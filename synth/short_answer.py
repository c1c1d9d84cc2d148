"""The short answer: of all that agents offer, the words that are most likely it, and how likely."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from heapq import nlargest
from math import exp, fsum, log

from language.nouns import Sort, sort_of
from myriad.agent.v1.evidence_pb2 import AgentReply, AnswerType, ShortAnswer
from myriad.synth.v1.synthesizer_service_pb2 import RankedReply
from synth.closeness import closest
from synth.formatter import Quote
from synth.words import content, fold, fold_space, read, subject

WEIGHTS: Mapping[str, float] = {
    "fit": 1.0,
    "score": 1.18,
    "awake": 3.24,
    "rank": 1.51,
    "covered": -0.19,
    "named": -0.28,
    "bridged": 1.42,
    "passed": 1.16,
    "kind": 0.42,
    "sort": 0.31,
    "linked": 2.42,
    "way": -0.27,
}
"""
`fit`: the log-odds that its agent gives it; `score`: its sentence's; `awake`: how strongly the question woke its agent,
`rank`: and in which order; `covered`: how many of the question's words its sentence and title have;
`named`: the question names what its passage is about; `bridged`: another name led there; `passed`: it is
what another passage is about, `kind`: and how much of what that is said to be the question asks for.
Fitted by `scripts/fit_short_answers.py`.
"""
_TYPE_OF = {Sort.PERSON: AnswerType.ANSWER_TYPE_PERSON, Sort.PLACE: AnswerType.ANSWER_TYPE_PLACE}
_CLEAR = 0.95
"""A second answer with more than this share of the first one's probability leaves the answer open."""


@dataclass(frozen=True, slots=True)
class Best:
    """The short answer, the quote that it stands in, and how likely it is the right one of those offered."""

    words: str
    quote: Quote
    likely: float


@dataclass(frozen=True, slots=True)
class Offer:
    """A candidate in a quote, and what tells for it, in the order of `WEIGHTS`."""

    key: str
    candidate: ShortAnswer
    quote: Quote
    values: tuple[float, ...]


def best(question: str, replies: Sequence[RankedReply]) -> Best | None:
    """
    The likeliest answer, all its occurrences taken together; None if no sentence holds a candidate, or none is
    clearly the best.
    """
    found = list(offers(question, replies))
    if not found:
        return None
    logits = [fsum(weight * value for weight, value in zip(WEIGHTS.values(), one.values, strict=True)) for one in found]
    most = max(logits)
    powers = [exp(one - most) for one in logits]
    total = fsum(powers)
    keys: dict[str, list[int]] = {}
    for number, one in enumerate(found):
        keys.setdefault(one.key, []).append(number)
    shares = {key: fsum(powers[one] for one in numbers) / total for key, numbers in keys.items()}
    first, second = nlargest(2, shares, key=lambda key: shares[key]) if len(shares) > 1 else (*shares, "")
    if shares.get(second, 0.0) > _CLEAR * shares[first]:
        return None
    chosen = found[max(keys[first], key=lambda one: powers[one])]
    return Best(fold_space(chosen.candidate.text), chosen.quote, shares[first])


def offers(question: str, replies: Sequence[RankedReply]) -> Iterator[Offer]:
    """Every candidate in every sentence offered, with its features."""
    asked = content(question).keys()
    folded = f" {fold(question)} "
    strongest = max((one.activation for one in replies), default=0.0) or 1.0
    known = {fold(subject(one.reply.title)): one.reply for one in reversed(replies)}
    for one in replies:
        rank = sum(other.activation > one.activation for other in replies)
        reply = one.reply
        about = fold(subject(reply.title))
        title = content(reply.title).keys()
        named = bool(about) and f" {about} " in folded
        way = set(map(fold, one.path))
        bridged = any(f" {name} " not in folded for name in way)
        linked = _linked(one.path, known, asked) if bridged else 0.0
        for evidence in reply.evidence:
            told = (read(evidence.quote)[0] | title) & asked
            for candidate in evidence.short_answers:
                key = fold(candidate.text)
                other = known.get(key)
                kind = content(other.kind).keys() if other else frozenset[str]()
                values = (
                    _log_odds(candidate.score),
                    evidence.score,
                    max(one.activation, 0.0) / strongest,
                    1 / (1 + rank),
                    len(told) / max(len(asked), 1),
                    float(named),
                    float(bridged),
                    float(other is not None and key != about),
                    len(kind & asked) / max(len(kind), 1),
                    _sort_fits(candidate, other.kind) if other else 0.0,
                    linked,
                    float(key in way and key != about),
                )
                yield Offer(key, candidate, Quote(reply, evidence), values)


def _sort_fits(candidate: ShortAnswer, kind: str) -> float:
    """1 if what the candidate is said to be elsewhere is of the type wanted, -1 if it is of another."""
    sort = sort_of(kind.rsplit(" ", 1)[-1].lower())
    if sort is None:
        return 0.0
    return 1.0 if _TYPE_OF.get(sort, AnswerType.ANSWER_TYPE_THING) == candidate.type else -1.0


def _linked(path: Sequence[str], known: Mapping[str, AgentReply], asked: Set[str]) -> float:
    """From 0 to 1: how close the question's words stand to the name that led to an agent, where it was found."""
    parent = known.get(fold(subject(path[-2]))) if len(path) > 1 else None
    return max((closest(one.quote, path[-1], asked) for one in parent.evidence), default=0.0) if parent else 0.0


def _log_odds(score: float) -> float:
    return log(max(score, 0.001) / max(1 - score, 0.001))
