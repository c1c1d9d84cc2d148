"""
Hebbian weights: edges that led to answers that helped grow stronger, and use wears off.

Weights are read as of the beginning of a quarter of an hour, so that wearing off changes answers only from one
quarter to the next. Times are in seconds since 1970.
"""

from __future__ import annotations

from myriad.connectome.v1.mind_pb2 import Weight

NEUTRAL = 0.5
SUCCESS = 0.05
FAILURE = -0.02
QUARTER = 15 * 60
DRIFT = 0.99
"""Of its distance from neutral, a weight keeps so much every quarter of an hour."""
STRONGEST = 2.0
WEAKEST = 0.75
"""
What was learned makes an edge count so much at most and at least, and so it reorders and drowns no evidence.

Of two edges to one name, one can count 2.7 times the other by it: less than what an agent that is about a name counts
more than one that mentions it (`connectome.spreading.BACK`).
"""


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
    """By how much an edge counts: 1.0 where nothing was learned from use."""
    if weight == NEUTRAL:
        return 1.0
    learned = (current(weight, touched, now) - NEUTRAL) / NEUTRAL
    counts: float = STRONGEST**learned if learned > 0 else WEAKEST**-learned
    return counts


def reinforced(weight: float, touched: float, now: float, success: bool) -> float:
    """The weight after a success or a failure, within [0, 1]."""
    return min(1.0, max(0.0, current(weight, touched, now) + (SUCCESS if success else FAILURE)))


def written_at(weight: Weight) -> float:
    """When a weight was last written, to the bit."""
    return weight.update_time.seconds + weight.update_time.nanos / 1e9


def weight_of(agent: str, concept: str, weight: float, touched: float) -> Weight:
    """A weight as it was written."""
    found = Weight(agent=agent, concept=concept, weight=weight)
    found.update_time.seconds, found.update_time.nanos = int(touched), int(touched % 1 * 1e9)
    return found
