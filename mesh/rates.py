"""Rates: how many calls a minute a key may be allowed. Envoy has a bucket for each, so that there are not too many."""

from __future__ import annotations

PER_MINUTE = (
    *(1, 2, 3, 5, 6),
    *(rate * scale for scale in (1, 10, 100, 1_000) for rate in (10, 12, 15, 20, 30, 50, 60)),
)
_RULE = "is 1, 2, 3, 5, 6; 10, 12, 15, 20, 30, 50, 60, or 10, 100 or 1,000 times one of these"


def rule(rate: int) -> str:
    """Which rates there are, and which are nearest to this one."""
    below = [one for one in PER_MINUTE if one < rate][-1:]
    above = [one for one in PER_MINUTE if one > rate][:1]
    near = " and ".join(f"{one:,}" for one in (*below, *above))
    return f"{_RULE}; nearest to {rate:,}: {near}"
