"""Spreads: how large something was, each time, counted in buckets."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from itertools import accumulate

SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
"""Upper bounds: from a call between neighbours to a long learn."""


class Spread:
    """Counts values by the first of the upper bounds that they do not pass."""

    def __init__(self, bounds: Sequence[float] = SECONDS) -> None:
        self._bounds = bounds
        self._counts = [0] * (len(bounds) + 1)
        self.sum = 0.0

    def add(self, value: float) -> None:
        self._counts[bisect_left(self._bounds, value)] += 1
        self.sum += value

    def buckets(self) -> list[tuple[str, float]]:
        """By each bound, and `+Inf`, how many values did not pass it."""
        return list(zip([*map(str, self._bounds), "+Inf"], accumulate(self._counts), strict=True))
