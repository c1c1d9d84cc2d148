"""Confidence: how likely the answer is right, from its features."""

from __future__ import annotations

from collections.abc import Mapping
from math import exp, fsum

ABSTAIN_BELOW = 0.35
"""An answer of less confidence is none."""

# Fitted by logistic regression, the signs given, on questions that can be answered and the same ones with all or one
# of their passages forgotten, and on questions to a manual. Figures that are not here tell nothing beside these.
INTERCEPT = -3.79
COEFFICIENTS: Mapping[str, float] = {
    "sentence": 0.46,
    "phrases": 1.48,
    "names": 1.37,
    "subjects": 1.97,
    "unheard": -1.79,
    "chain": 1.73,
    "likely": 1.56,
    "agreement": 0.7,
}


def confidence(features: Mapping[str, float]) -> float:
    """The logistic function of the features, each times its coefficient."""
    logit = INTERCEPT + fsum(coefficient * features[name] for name, coefficient in COEFFICIENTS.items())
    return round(1 / (1 + exp(-logit)), 4)
