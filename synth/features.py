"""Features: the figures that confidence is computed from, each from 0 to 1."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from math import fsum

from language.folding import fold
from language.function_words import FUNCTION_WORDS
from myriad.synth.v1.synthesizer_service_pb2 import RankedReply
from synth.abstention import unheard_of
from synth.asked import names
from synth.premise import Premise
from synth.selection import Supported

_MANY = 4
"""Documents that are many."""
_BEFORE_SUBJECT = 4
"""Letters that may stand before what a sentence is about: an article."""


def features(
    question: str,
    weights: Mapping[str, float],
    replies: Sequence[RankedReply],
    offered: Sequence[Supported],
    taken: Sequence[Supported],
    premise: Premise,
    short: str,
    likely: float,
) -> dict[str, float]:
    """In a fixed order, by name; all 0 but `unheard` if nothing is quoted."""
    activations = sorted((max(one.activation, 0.0) for one in replies), reverse=True) or [0.0]
    second = activations[1] if len(activations) > 1 else 0.0
    answer = f" {fold(short)} "
    agreeing = {one.document for one in taken if answer.strip() and answer in one.said}
    named = names(question)
    coverage = _share(weights, frozenset[str]().union(*(one.words for one in taken)))
    sentence = max((_share(weights, one.words) for one in taken), default=0.0)
    return {
        "coverage": coverage,
        "sentence": sentence,
        "phrases": _phrases(question, taken),
        "names": fsum(_heard(name, taken) for name in named) / len(named) if named else coverage,
        "subjects": fsum(_told_of(name, taken) for name in named) / len(named) if named else sentence,
        "unheard": unheard_of(question, weights, offered),
        "chain": premise.completeness,
        "unsaid": float(bool(premise.relations) and not any(premise.known.values())),
        "score": _unit(max((one.quote.evidence.score for one in taken), default=0.0)),
        "agents": _unit(max((one.quote.reply.confidence for one in taken), default=0.0)),
        "activation": activations[0] / (1 + activations[0]),
        "gap": (activations[0] - second) / activations[0] if activations[0] else 0.0,
        "short": float(bool(short)),
        "likely": _unit(likely),
        "agreement": float(len(agreeing) > 1),
        "documents": min(len({one.document for one in taken}), _MANY) / _MANY,
    }


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


def _heard(name: str, taken: Sequence[Supported]) -> float:
    """1 if a name stands somewhere whole; else half the share of its words in the sentence that has the most."""
    whole = f" {fold(name)} "
    words = frozenset(whole.split())
    most = 0
    for one in taken:
        if whole in one.said or whole in one.context or any(whole in about for about in one.about):
            return 1.0
        most = max(most, len(words.intersection(one.said.split())))
    return most / len(words) / 2 if words else 0.0


def _told_of(name: str, taken: Sequence[Supported]) -> bool:
    """Whether a sentence is from a passage about what is named, begins with the name, or has it in a heading."""
    whole = f" {fold(name)} "
    return any(
        whole in one.about or whole in one.said[: len(whole) + _BEFORE_SUBJECT] or _is_under(whole, one)
        for one in taken
    )


def _is_under(whole: str, one: Supported) -> bool:
    return bool(one.quote.reply.heading_path) and whole in one.context


def _unit(value: float) -> float:
    return min(max(value, 0.0), 1.0)
