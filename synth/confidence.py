"""Confidence: how likely the best unit answers, by a fitted model; nothing else multiplies or changes it."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from math import exp, fsum

import models
from synth.ranking import Candidate

_COMPARED = 40
"""So many of the best are looked at."""


_CLEAR = 3.0
"""A margin that cannot be surer."""


class Zone(Enum):
    """What is said, by how likely it is right."""

    ANSWER = "answer"
    PERHAPS = "perhaps"
    NOTHING = "nothing"


def confidence(ranked: Sequence[Candidate]) -> float:
    """From 0 to 1; 0 if nothing is offered."""
    return models.load(_model(ranked)).probability(features(ranked)) if ranked else 0.0


def zone(ranked: Sequence[Candidate], sure: float) -> Zone:
    """What so much confidence in the best unit is enough for."""
    if not ranked:
        return Zone.NOTHING
    thresholds = models.load(_model(ranked)).thresholds
    if sure >= thresholds["answer"]:
        return Zone.ANSWER
    return Zone.PERHAPS if sure >= thresholds["perhaps"] else Zone.NOTHING


def _model(ranked: Sequence[Candidate]) -> str:
    """What was judged by another model is as sure as that one and the words tell together."""
    return "confidence" if ranked[0].judged is None else "judged_confidence"


def features(ranked: Sequence[Candidate]) -> dict[str, float]:
    """How good the best unit is, how far ahead of other places, and whether they say the same."""
    lead = ranked[0]
    others = [one for one in ranked[1:_COMPARED] if one.place[0] != lead.place[0]]
    own = lead.evidence.features
    judged = [one.judged for one in others if one.judged is not None]
    return {
        "score": lead.score,
        "margin": min(lead.score - others[0].score, _CLEAR) if others else _CLEAR,
        "relevance": own.relevance,
        "share": 1.0 / fsum(exp(max(one.score - lead.score, -50.0)) for one in ranked[:_COMPARED]),
        "coverage": lead.features["coverage"],
        "path_coverage": lead.features["path_coverage"],
        "context_coverage": lead.features["context_coverage"],
        "phrases": lead.features["phrases"],
        "typed": lead.features["typed"],
        "constrained": lead.features["constrained"],
        "lexical": lead.reply.lexical,
        "judged": lead.judged or 0.0,
        "judged_margin": (lead.judged or 0.0) - max(judged) if judged else 0.0,
    }
