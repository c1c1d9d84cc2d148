"""Confidence: how likely the answer is right, from its features."""

from __future__ import annotations

from collections.abc import Mapping
from math import exp, fsum

ABSTAIN_BELOW = 0.08
"""An answer of less confidence is none."""

# Fitted by `scripts/calibrate.py`, the signs given, to whether an answer is right: on HotpotQA's 100 and 2Wiki's 51
# questions, others made from their passages, and all of these with all or one of their passages forgotten. Figures that
# are not here tell nothing beside these.
INTERCEPT = -7.3269
COEFFICIENTS: Mapping[str, float] = {
    "compared": 1.0498,
    "fit": 0.8419,
    "kinship": 1.9185,
    "likely": 2.3820,
    "linked": 0.9950,
    "names": 1.6555,
    "open": 0.3072,
    "phrases": 0.2404,
    "relations": 0.4576,
    "stated": 1.7596,
    "subjects": 0.7376,
    "tied": 1.5246,
    "unheard": -1.6274,
}


def confidence(features: Mapping[str, float]) -> float:
    """The logistic function of the features, each times its coefficient."""
    logit = INTERCEPT + fsum(coefficient * features[name] for name, coefficient in COEFFICIENTS.items())
    return round(1 / (1 + exp(-logit)), 4)
