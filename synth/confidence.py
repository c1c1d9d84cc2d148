"""Confidence: how likely the answer is right, from its features."""

from __future__ import annotations

from collections.abc import Mapping
from math import exp, fsum

ABSTAIN_BELOW = 0.09
"""An answer of less confidence is none."""

# Fitted by `scripts/calibrate.py`, the signs given, to whether an answer is right: on HotpotQA's 100 and 2Wiki's 51
# questions, others made from their passages, and all of these with all or one of their passages forgotten. Figures that
# are not here tell nothing beside these.
INTERCEPT = -6.8157
COEFFICIENTS: Mapping[str, float] = {
    "chain": 0.4013,
    "likely": 2.9438,
    "names": 2.9051,
    "phrases": 2.2528,
    "subjects": 1.7460,
    "unheard": -2.4020,
}


def confidence(features: Mapping[str, float]) -> float:
    """The logistic function of the features, each times its coefficient."""
    logit = INTERCEPT + fsum(coefficient * features[name] for name, coefficient in COEFFICIENTS.items())
    return round(1 / (1 + exp(-logit)), 4)
