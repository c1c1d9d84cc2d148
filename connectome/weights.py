"""Hebbian weights: edges that led to answers that helped grow stronger, and use wears off."""

from __future__ import annotations

NEUTRAL = 0.5
SUCCESS = 0.05
FAILURE = -0.02
DRIFT_SECONDS = 15 * 60
DRIFT = 0.99
"""Of its distance from neutral, a weight keeps so much every `DRIFT_SECONDS`."""


def current(weight: float, touched: float, now: float) -> float:
    """A weight as it is `now`, when it was last written at `touched`; times in seconds."""
    if weight == NEUTRAL:
        return NEUTRAL
    kept: float = DRIFT ** (max(0.0, now - touched) / DRIFT_SECONDS)
    return NEUTRAL + (weight - NEUTRAL) * kept


def strength(weight: float, touched: float, now: float) -> float:
    """By how much an edge counts: 1.0 where nothing was learned from use, from 0 to 2."""
    return 1.0 if weight == NEUTRAL else 2 * current(weight, touched, now)


def reinforced(weight: float, touched: float, now: float, success: bool) -> float:
    """The weight after a success or a failure, within [0, 1]."""
    return min(1.0, max(0.0, current(weight, touched, now) + (SUCCESS if success else FAILURE)))
