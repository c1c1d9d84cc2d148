"""
Hebbian weights: edges that led to answers that helped grow stronger, and use wears off.

Weights are read as of the beginning of a quarter of an hour, so that wearing off changes answers only from one
quarter to the next. Times are in seconds since 1970.
"""

from __future__ import annotations

NEUTRAL = 0.5
SUCCESS = 0.05
FAILURE = -0.02
QUARTER = 15 * 60
DRIFT = 0.99
"""Of its distance from neutral, a weight keeps so much every quarter of an hour."""
INFLUENCE = 0.5
"""What was learned makes an edge count by so much more or less at most: it reorders, and drowns no evidence."""


def quarter(seconds: float) -> int:
    """When the quarter of an hour began that `seconds` is in."""
    return int(seconds // QUARTER) * QUARTER


def current(weight: float, touched: float, now: float) -> float:
    """A weight as it is `now`, when it was last written at `touched`."""
    if weight == NEUTRAL:
        return NEUTRAL
    kept: float = DRIFT ** (max(0.0, now - touched) / QUARTER)
    return NEUTRAL + (weight - NEUTRAL) * kept


def strength(weight: float, touched: float, now: float) -> float:
    """By how much an edge counts: 1.0 where nothing was learned from use, within `INFLUENCE` of it elsewhere."""
    if weight == NEUTRAL:
        return 1.0
    return 1 + INFLUENCE * (current(weight, touched, now) - NEUTRAL) / NEUTRAL


def reinforced(weight: float, touched: float, now: float, success: bool) -> float:
    """The weight after a success or a failure, within [0, 1]."""
    return min(1.0, max(0.0, current(weight, touched, now) + (SUCCESS if success else FAILURE)))
