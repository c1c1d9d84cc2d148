"""Confidence: how likely the answer is right, from what supports it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import fsum

from synth.selection import Supported
from synth.words import fold

_COVERAGE, _SCORE, _AGENTS = 0.55, 0.25, 0.2
_AGREEMENT = 0.05


def confidence(weights: Mapping[str, float], taken: Sequence[Supported], short: str) -> float:
    """
    From 0 to 1: how many of the question's words (by `weights`) the quotes and their titles have, how good the best of
    them is and how sure its agent is; a little more when a second document gives the same short answer.
    """
    if not taken or not weights:
        return 0.0
    said = frozenset[str]().union(*(one.words for one in taken))
    coverage = fsum(weights[word] for word in said & weights.keys()) / fsum(weights.values())
    score = max(one.quote.evidence.score for one in taken)
    agents = max(one.quote.reply.confidence for one in taken)
    answer = f" {fold(short)} "
    agreeing = {one.quote.reply.document for one in taken if answer in f" {fold(one.quote.evidence.quote)} "}
    total = _COVERAGE * coverage + _SCORE * score + _AGENTS * agents + _AGREEMENT * (bool(short) and len(agreeing) > 1)
    return round(min(max(total, 0.0), 1.0), 4)
