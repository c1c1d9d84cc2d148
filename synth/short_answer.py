"""The short answer: of all that agents offer, the words that are most likely it, and how likely."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from math import exp, fsum, log

from myriad.agent.v1.evidence_pb2 import AgentReply, ShortAnswer
from myriad.synth.v1.synthesizer_service_pb2 import RankedReply
from synth.formatter import Quote
from synth.words import content, fold, fold_space, subject

WEIGHTS: Mapping[str, float] = {
    "fit": 1.0,
    "score": 2.0,
    "awake": 1.0,
    "rank": 1.0,
    "covered": 2.0,
    "named": 0.0,
    "bridged": 0.5,
    "passed": -0.5,
    "kind": 1.0,
}
"""
`fit`: the log-odds that its agent gives it; `score`: its sentence's; `awake`: how strongly the question woke its agent,
`rank`: and in which order; `covered`: how many of the question's words its sentence and title have;
`named`: the question names what its passage is about; `bridged`: another name led there; `passed`: it is
what another passage is about, `kind`: and how much of what that is said to be the question asks for.
Fitted by `scripts/fit_short_answers.py`.
"""
_LEAST = 0.5
"""Of the probability of all: below this, no answer is clearly the best."""


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
    """The likeliest answer, all its occurrences taken together; None if no sentence holds a candidate."""
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
    first = max(keys, key=lambda key: shares[key])
    chosen = found[max(keys[first], key=lambda one: powers[one])]
    return Best(fold_space(chosen.candidate.text), chosen.quote, shares[first])


def offers(question: str, replies: Sequence[RankedReply]) -> Iterator[Offer]:
    """Every candidate in every sentence offered, with its features."""
    asked = content(question).keys()
    folded = f" {fold(question)} "
    strongest = max((one.activation for one in replies), default=0.0) or 1.0
    kinds = {fold(subject(one.reply.title)): content(_kind(one.reply)).keys() for one in replies}
    for rank, one in enumerate(replies):
        reply = one.reply
        about = fold(subject(reply.title))
        title = content(reply.title).keys()
        named = bool(about) and f" {about} " in folded
        bridged = any(f" {fold(name)} " not in folded for name in one.path)
        for evidence in reply.evidence:
            told = (content(evidence.quote).keys() | title) & asked
            for candidate in evidence.short_answers:
                key = fold(candidate.text)
                kind: Set[str] = kinds.get(key, frozenset())
                values = (
                    _log_odds(candidate.score),
                    evidence.score,
                    max(one.activation, 0.0) / strongest,
                    1 / (1 + rank),
                    len(told) / max(len(asked), 1),
                    float(named),
                    float(bridged),
                    float(key in kinds and key != about),
                    len(kind & asked) / max(len(kind), 1),
                )
                yield Offer(key, candidate, Quote(reply, evidence), values)


def _kind(reply: AgentReply) -> str:
    return reply.kind or next((claim.value for claim in reply.claims if claim.attribute == "kind"), "")


def _log_odds(score: float) -> float:
    return log(max(score, 0.001) / max(1 - score, 0.001))
