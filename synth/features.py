"""Features: the figures that confidence is computed from, each from 0 to 1."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import fsum

from language.folding import fold
from language.function_words import FUNCTION_WORDS
from myriad.agent.v1.evidence_pb2 import AnswerType
from myriad.synth.v1.synthesizer_service_pb2 import RankedReply
from synth.abstention import unheard_of
from synth.asked import names
from synth.premise import Premise, kinship, says
from synth.selection import Supported

_CORE = 5
"""The best sentences, that the question's names and phrases are looked for in. The more are quoted, the likelier one of
them has a name by chance: so all tiers look in as many."""
_LEADING = 6
"""And the agents, the most awake first, that may mention what it is about: as many as an answer is made of at first."""
_BEFORE_SUBJECT = 4
"""Letters that may stand before what a sentence is about: an article."""
_OPEN = frozenset((AnswerType.ANSWER_TYPE_UNSPECIFIED, AnswerType.ANSWER_TYPE_YES_NO, AnswerType.ANSWER_TYPE_THING))
"""Kinds of answers that need not stand in a quote as words of their own."""


@dataclass(frozen=True, slots=True)
class Basis:
    """What an answer rests on."""

    short: str
    """The short answer, empty if there is none,"""
    likely: float
    """how likely it is of all that agents offer,"""
    fit: float
    """and how well the agent that offers it says that it fits."""
    is_compared: bool
    """Whether it was computed from several quotes."""
    resting: Sequence[Supported]
    """The sentences that it stands in, or was computed from."""
    chain: Sequence[Supported]
    """The sentences that lead to it."""


def features(
    question: str,
    weights: Mapping[str, float],
    replies: Sequence[RankedReply],
    offered: Sequence[Supported],
    taken: Sequence[Supported],
    premise: Premise,
    basis: Basis,
) -> dict[str, float]:
    """In a fixed order, by name; what speaks for an answer is 0 if nothing is quoted."""
    named = [f" {fold(name)} " for name in names(question)]
    core = taken[:_CORE]
    best = max((_share(weights, one.words) for one in core), default=0.0)
    coverage = _share(weights, frozenset[str]().union(*(one.words for one in core)))
    stated = 0.0 if basis.short else best
    is_open = not replies or replies[0].reply.answer_type in _OPEN
    documents = {one.document for one in basis.chain}
    around = [one for one in taken if one.document in documents]
    return {
        "likely": min(max(basis.likely, 0.0), 1.0),
        "fit": min(max(basis.fit, 0.0), 1.0),
        "compared": float(basis.is_compared),
        "stated": stated,
        "open": stated * is_open,
        "names": fsum(_heard(name, core) for name in named) / len(named) if named else coverage,
        "subjects": fsum(_told_of(name, core) for name in named) / len(named) if named else best,
        "phrases": _phrases(question, core),
        "unheard": unheard_of(question, weights, [one for one in offered if one.rank < _LEADING]),
        "relations": _related(premise, weights, basis.chain),
        "kinship": kinship(premise.relations, around),
        "linked": float(_is_linked(basis.chain)),
        "tied": float(_is_tied(named, basis)),
        "itself": float(_is_itself(basis)),
    }


def _related(premise: Premise, weights: Mapping[str, float], chain: Sequence[Supported]) -> float:
    """The share, by `weights`, of the relations that the question asks for that the chain says."""
    total = fsum(weights[key] for key in premise.relations)
    said = fsum(weights[key] for key in premise.relations if any(says(key, one) for one in chain))
    return said / total if total else float(bool(chain))


def _is_linked(chain: Sequence[Supported]) -> bool:
    """Whether the chain goes over several documents, each of which names another or is named by it."""
    return len({one.document for one in chain}) > 1 and all(
        any(one.document != other.document and (one.names(other) or other.names(one)) for other in chain)
        for one in chain
    )


def _is_tied(named: Sequence[str], basis: Basis) -> bool:
    """Whether a sentence of the answer is of something that the question names, or that another of the chain does."""
    return any(
        any(_has(name, one) for name in named) or any(other.names(one) for other in basis.chain)
        for one in basis.resting or basis.chain[-1:]
    )


def _is_itself(basis: Basis) -> bool:
    """Whether the answer, offered and not computed, is but the name of what its passage is about."""
    answer = f" {fold(basis.short)} "
    return not basis.is_compared and any(
        answer in about or about in answer for one in basis.resting[:1] for about in one.about
    )


def _share(weights: Mapping[str, float], words: frozenset[str]) -> float:
    total = fsum(weights.values())
    return fsum(weights[word] for word in words & weights.keys()) / total if total else 0.0


def _phrases(question: str, taken: Sequence[Supported]) -> float:
    """How many of the question's neighbouring words stand side by side in a sentence, its title or its headings."""
    pairs = {
        f" {one} {other} "
        for one, other in pairwise(fold(question).split())
        if one not in FUNCTION_WORDS or other not in FUNCTION_WORDS
    }
    heard = {pair for pair in pairs for one in taken if pair in one.said or pair in one.context}
    return len(heard) / len(pairs) if pairs else float(bool(taken))


def _heard(whole: str, taken: Sequence[Supported]) -> float:
    """1 if a name stands somewhere whole; else half the share of its words in the sentence that has the most."""
    words = frozenset(whole.split())
    most = 0
    for one in taken:
        if _has(whole, one):
            return 1.0
        most = max(most, len(words.intersection(one.said.split())))
    return most / len(words) / 2 if words else 0.0


def _has(whole: str, one: Supported) -> bool:
    return whole in one.said or whole in one.context or any(whole in about for about in one.about)


def _told_of(whole: str, taken: Sequence[Supported]) -> bool:
    """Whether a sentence is from a passage about what is named, begins with the name, or has it in a heading."""
    return any(
        whole in one.about or whole in one.said[: len(whole) + _BEFORE_SUBJECT] or _is_under(whole, one)
        for one in taken
    )


def _is_under(whole: str, one: Supported) -> bool:
    return bool(one.quote.reply.heading_path) and whole in one.context
