"""Selection: which of the sentences that agents offered are quoted, and why the others are not."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from math import fsum, log

from myriad.synth.v1.synthesizer_service_pb2 import DroppedEvidence, RankedReply
from synth.formatter import Quote
from synth.words import content, fold, fold_space

_WEAK_SHARE = 0.3
_WEAK = 0.1
"""A sentence with less support than this, or than this share of the best one's, is weak."""
_SAME = 0.85
_MORE_OF_THE_SAME = 0.85
_NEW_WORDS = 3.0
_DIGIT = re.compile(r"\d")


@dataclass(frozen=True, slots=True)
class Budget:
    """How many sentences an answer may quote, and how many of one document."""

    sentences: int
    per_document: int


@dataclass(frozen=True, slots=True)
class Supported:
    """
    A quote, its support (how well it answers, and how strongly the question woke its agent, from 0 to 1), the words
    that it, its title and its headings carry, and all its words as they are compared with another quote's.
    """

    quote: Quote
    support: float
    words: frozenset[str]
    folded: frozenset[str]

    def dropped(self, cause: str) -> DroppedEvidence:
        return DroppedEvidence(agent=self.quote.reply.agent, quote=self.quote.evidence.quote, cause=cause)


@dataclass(frozen=True, slots=True)
class Selection:
    """The quotes taken, best first, and the ones dropped."""

    taken: Sequence[Supported]
    dropped: Sequence[DroppedEvidence]


def supported(replies: Sequence[RankedReply]) -> list[Supported]:
    """All that was offered, best first; the order of `replies` breaks ties."""
    strongest = max((one.activation for one in replies), default=0.0)
    offered = [
        Supported(
            Quote(one.reply, evidence),
            evidence.score * _awake(one.activation, strongest),
            context.union(content(evidence.quote)),
            frozenset(fold(evidence.quote).split()),
        )
        for one in replies
        for context in (frozenset(content("\n".join((one.reply.title, *one.reply.heading_path)))),)
        for evidence in one.reply.evidence
    ]
    return sorted(offered, key=lambda one: -one.support)


def rarity(question: str, offered: Sequence[Supported]) -> Mapping[str, float]:
    """How much each of the question's words tells: the fewer of the sentences have it, the more."""
    asked = content(question)
    having = Counter(word for one in offered for word in one.words & asked.keys())
    return {word: log(1 + (len(offered) + 1) / (having[word] + 0.5)) for word in asked}


def select(
    offered: Sequence[Supported], weights: Mapping[str, float], budget: Budget, needed: Collection[Quote]
) -> Selection:
    """
    Take the best sentences, `needed` ones first.

    Each next one counts for more by the question's words (`weights`) that none taken has, and less by others of its
    document. Sums are exact (`fsum`): the order of a set differs from process to process.
    """
    best = max((one.support for one in offered), default=0.0)
    least = max(_WEAK, best * _WEAK_SHARE)
    waiting: list[Supported] = []
    dropped: list[DroppedEvidence] = []
    for one in offered:
        strong = one.support >= least or one.quote in needed
        if strong and fold_space(one.quote.evidence.quote):
            waiting.append(one)
        else:
            dropped.append(one.dropped("weak"))
    taken: list[Supported] = []
    documents: Counter[str] = Counter()
    open_words = dict(weights)
    total = fsum(weights.values()) or 1.0

    def worth(one: Supported) -> float:
        fresh = fsum(open_words[word] for word in one.words & open_words.keys()) / total
        more = documents[one.quote.reply.document]
        return (one.quote in needed) * total + one.support * (1 + _NEW_WORDS * fresh) * _MORE_OF_THE_SAME**more

    while waiting and len(taken) < budget.sentences:
        one = max(waiting, key=worth)
        waiting.remove(one)
        document = one.quote.reply.document
        if any(same(one, other) for other in taken):
            dropped.append(one.dropped("duplicate"))
        elif documents[document] >= budget.per_document:
            dropped.append(one.dropped("over_budget"))
        else:
            taken.append(one)
            documents[document] += 1
            for word in one.words & open_words.keys():
                del open_words[word]
    repeated = [any(same(one, other) for other in taken) for one in waiting]
    dropped += [
        one.dropped("duplicate" if again else "over_budget") for one, again in zip(waiting, repeated, strict=True)
    ]
    return Selection(taken, dropped)


def same(one: Supported, other: Supported) -> bool:
    """Whether two quotes say the same in nearly the same words; a different number is a different statement."""
    if not one.folded or not other.folded:
        return fold_space(one.quote.evidence.quote) == fold_space(other.quote.evidence.quote)
    differing = one.folded ^ other.folded
    alike = 1 - len(differing) / len(one.folded | other.folded)
    return alike >= _SAME and not any(map(_DIGIT.search, differing))


def _awake(activation: float, strongest: float) -> float:
    return 0.3 + 0.7 * max(activation, 0.0) / strongest if strongest > 0 else 1.0
