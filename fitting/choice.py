"""Choice by the conditional logit: how likely the best of what a question is offered is one of those that answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from fitting.logistic import Matrix, signed

_STEPS = 60
_PRECISION = 1e-6


class Choice(NamedTuple):
    """What one question is offered: the features of each, whether it answers, and what the question weighs."""

    features: Matrix
    right: Matrix
    weight: float


def fit(choices: Sequence[Choice], names: Sequence[str], signs: Mapping[str, int], ridge: float) -> dict[str, float]:
    """
    Coefficients by name with which those that answer have the most of the softmax, the mean over questions.

    `ridge` is the weight of the L2 penalty, with features at equal spread within questions. A feature whose coefficient
    would have another sign than is given has none.
    """
    told = [one for one in choices if 0 < one.right.sum() < len(one.right)]
    x = np.vstack([one.features - one.features.mean(axis=0) for one in told])
    begins = np.cumsum([0, *(len(one.right) for one in told[:-1])], dtype=np.intp)
    right = np.concatenate([one.right for one in told])
    weights = np.array([one.weight for one in told])
    spread = x.std(axis=0)
    scaled = np.where(spread > 0, x / np.where(spread > 0, spread, 1.0), 0.0)

    def solve(kept: Sequence[int]) -> Matrix:
        return _newton(scaled[:, kept], right, begins, weights / weights.sum(), ridge)

    kept, found = signed(solve, names, signs)
    return {names[at]: float(one / spread[at]) if spread[at] else 0.0 for at, one in zip(kept, found, strict=True)}


def _newton(x: Matrix, right: Matrix, begins: NDArray[np.intp], weights: Matrix, ridge: float) -> Matrix:
    """Which of those that answer is the one is not known: each is taken for it by its share of their softmax."""
    sizes = np.diff([*begins, len(x)])
    each = np.repeat(weights, sizes)
    found = np.zeros(x.shape[1])
    for _ in range(_STEPS):
        score = x @ found
        mass = np.exp(score - np.repeat(np.maximum.reduceat(score, begins), sizes))
        p = mass / np.repeat(np.add.reduceat(mass, begins), sizes)
        good = mass * right + 1e-12 * right
        target = good / np.repeat(np.add.reduceat(good, begins), sizes)
        mean = np.add.reduceat(x * p[:, None], begins)
        gradient = x.T @ (each * (target - p)) - ridge * found
        curvature = x.T @ (x * (each * p)[:, None]) - mean.T @ (mean * weights[:, None])
        step = np.linalg.solve(curvature + ridge * np.eye(x.shape[1]), gradient)
        found += step
        if np.abs(step).max() < _PRECISION:
            break
    return found
