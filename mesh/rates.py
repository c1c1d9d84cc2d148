"""Rates: how many calls a minute a key may be allowed. Envoy has a bucket for each, so that there are not too many."""

from __future__ import annotations

PER_MINUTE = (
    *(1, 2, 3, 5, 6),
    *(rate * scale for scale in (1, 10, 100, 1_000) for rate in (10, 12, 15, 20, 30, 50, 60)),
)
RULE = "is 1, 2, 3, 5, 6; 10, 12, 15, 20, 30, 50, 60, or 10, 100 or 1,000 times one of these"
