"""Confidence: how likely the answer is right, from its features."""

from __future__ import annotations

from collections.abc import Mapping
from math import exp, fsum

ABSTAIN_BELOW = 0.11
"""An answer of less confidence is none."""

# Fitted by `scripts/calibrate.py`, the signs given, to whether an answer is right: on HotpotQA's 100 and 2Wiki's 51
# questions, others made from their passages, and all of these with all or one of their passages forgotten. Figures that
# are not here tell nothing beside these.
INTERCEPT = -7.0927
COEFFICIENTS: Mapping[str, float] = {
    "compared": 0.7756,
    "fit": 0.7900,
    "kinship": 1.6713,
    "likely": 2.4007,
    "linked": 0.9466,
    "names": 1.3971,
    "open": 1.1340,
    "phrases": 0.5152,
    "relations": 0.2665,
    "stated": 2.3379,
    "subjects": 1.1746,
    "tied": 1.4855,
    "unheard": -1.2632,
}


def confidence(features: Mapping[str, float]) -> float:
    """The logistic function of the features, each times its coefficient."""
    logit = INTERCEPT + fsum(coefficient * features[name] for name, coefficient in COEFFICIENTS.items())
    return round(1 / (1 + exp(-logit)), 4)
