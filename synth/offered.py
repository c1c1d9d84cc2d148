"""The short answer: of all that agents offer, the words that are most likely it, and how likely."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from heapq import nlargest
from math import exp, fsum, log, sqrt

from language.folding import fold
from myriad.agent.v1.evidence_pb2 import ShortAnswer
from myriad.synth.v1.synthesizer_service_pb2 import RankedReply
from synth.formatter import Quote
from synth.leading import led_by, linked
from synth.synonyms import synonyms
from synth.words import content, fold_space, subject

WEIGHTS: Mapping[str, float] = {
    "fit": 1.0,
    "score": 0.71,
    "awake": 2.65,
    "bridged": 1.49,
    "passed": -0.61,
    "linked": 1.00,
    "covered": 1.87,
    "rest": 1.45,
}
"""
`fit`: the log-odds that its agent gives it; `score`: its sentence's; `awake`: how strongly the question woke its agent;
`bridged`: its agent's name, which the question does not say, led there, and it is another, `linked`: and how close the
question's words stand to that name, where it was found; `passed`: another passage is about it; `covered`: how much of
the question its sentence says, together with what leads to it; `rest`: how much its sentence says of what is still
open there. Fitted by `scripts/fit_short_answers.py`.
"""
_CLEAR = 0.99
"""A second answer with more than this share of the first one's probability leaves the answer open."""


@dataclass(frozen=True, slots=True)
class Best:
    """
    The short answer, the quote that it stands in, how likely it is the right one of those offered, and how well its
    agent says that it fits.
    """

    words: str
    quote: Quote
    likely: float
    fit: float


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
    return Best(fold_space(chosen.candidate.text), chosen.quote, shares[first], chosen.candidate.score)


def offers(question: str, replies: Sequence[RankedReply]) -> Iterator[Offer]:
    """Every candidate in every sentence offered, with its features."""
    asked = content(question).keys()
    others = synonyms(question)
    folded = f" {fold(question)} "
    strongest = max((one.activation for one in replies), default=0.0) or 1.0
    known = {fold(subject(one.reply.title)): one.reply for one in reversed(replies)}
    for one in replies:
        reply = one.reply
        about = fold(subject(reply.title))
        awake = sqrt(max(one.activation, 0.0) / strongest)
        last = fold(subject(one.path[-1])) if one.path else ""
        bridged = last in (about, fold(reply.subject)) and f" {last} " not in folded
        own = [frozenset(name.split()) for name in (about, fold(reply.subject)) if name]
        close = linked(one.path, known, asked) if bridged else 0.0
        left = asked - led_by(one, known, others)
        for evidence in reply.evidence:
            if not evidence.short_answers:
                continue
            more = len(left & others.heard(evidence.quote))
            covered = (len(asked) - len(left) + more) / max(len(asked), 1)
            rest = more / max(len(left), 1)
            for candidate in evidence.short_answers:
                key = fold(candidate.text)
                words = frozenset(key.split())
                followed = bridged and not any(words <= name or name <= words for name in own)
                values = (
                    _log_odds(candidate.score),
                    evidence.score,
                    awake,
                    float(followed),
                    float(key in known and key != about),
                    close * followed,
                    covered,
                    rest,
                )
                yield Offer(key, candidate, Quote(reply, evidence), values)


def _log_odds(score: float) -> float:
    return log(max(score, 0.001) / max(1 - score, 0.001))
