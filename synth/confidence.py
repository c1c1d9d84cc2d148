"""Confidence: how likely the answer is right, from its features."""

from __future__ import annotations

from collections.abc import Mapping
from math import exp, fsum

ABSTAIN_BELOW = 0.3
"""An answer of less confidence is none."""

# Fitted by logistic regression, the signs given, on questions that can be answered and the same ones with all or one
# of their passages forgotten, and on questions to a manual. Figures that are not here tell nothing beside these.
INTERCEPT = -4.6
COEFFICIENTS: Mapping[str, float] = {
    "sentence": 0.34,
    "phrases": 1.73,
    "names": 1.81,
    "subjects": 1.87,
    "unheard": -1.38,
    "chain": 1.33,
    "unsaid": -0.59,
    "likely": 1.78,
    "agreement": 0.56,
}


def confidence(features: Mapping[str, float]) -> float:
    """The logistic function of the features, each times its coefficient."""
    logit = INTERCEPT + fsum(coefficient * features[name] for name, coefficient in COEFFICIENTS.items())
    return round(1 / (1 + exp(-logit)), 4)
