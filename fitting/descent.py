"""Descent: coefficients by Adam (Kingma and Ba, 2015), where there is no closed step; and the pull of a choice."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from fitting.logistic import Matrix


def descended(slope: Callable[[Matrix], Matrix], start: Matrix, signs: Any, steps: int, rate: float) -> Matrix:
    """What so many steps down a slope lead to from a start; a coefficient against its sign, 1 or -1, is 0."""
    found, mean, square = start, np.zeros(len(start)), np.zeros(len(start))
    for step in range(1, steps + 1):
        down = slope(found)
        mean, square = 0.9 * mean + 0.1 * down, 0.99 * square + 0.01 * down**2
        found = found - rate * (mean / (1 - 0.9**step)) / (np.sqrt(square / (1 - 0.99**step)) + 1e-8)
        found = np.where(found * signs < 0, 0.0, found)
    return found


def pull(score: Matrix, right: Matrix, begins: Any, of: Any) -> Matrix:
    """
    By candidate, how a conditional logit's loss grows with its score: what is taken less what should be.

    The candidates of a choice stand together; `begins` says where each choice does, `of` which choice each is of.
    """
    likely = np.exp(score - np.maximum.reduceat(score, begins)[of])
    every, good = np.add.reduceat(likely, begins), np.add.reduceat(likely * right, begins)
    return np.asarray(likely / every[of] - likely * right / np.maximum(good, 1e-12)[of])
