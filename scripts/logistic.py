"""Logistic regression by Newton's method, and how good the probabilities are that it gives."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]

RIDGE = 1.0
"""Weight of the L2 penalty on the coefficients of standardised features: few examples must not say much."""
STEPS = 50
_PRECISION = 1e-10


@dataclass(frozen=True, slots=True)
class Logistic:
    """P(y = 1 | x) = 1 / (1 + exp(-(intercept + coefficients · x)))."""

    intercept: float
    coefficients: Sequence[float]

    def probabilities(self, x: Matrix) -> Matrix:
        return _sigmoid(self.intercept + x @ np.asarray(self.coefficients))


def fit(x: Matrix, y: Matrix) -> Logistic:
    """`x` is n × features, `y` holds n zeros and ones. A feature that never varies gets no weight."""
    mean, spread = x.mean(axis=0), x.std(axis=0)
    varies = spread > 0
    scaled = np.where(varies, (x - mean) / np.where(varies, spread, 1.0), 0.0)
    design = np.hstack((np.ones((len(x), 1)), scaled))
    penalty = np.diag([0.0, *[RIDGE] * x.shape[1]])
    weights = np.zeros(design.shape[1])
    for _ in range(STEPS):
        p = _sigmoid(design @ weights)
        gradient = design.T @ (y - p) - penalty @ weights
        step = np.linalg.solve(design.T @ (design * (p * (1 - p))[:, None]) + penalty, gradient)
        weights += step
        if np.abs(step).max() < _PRECISION:
            break
    coefficients = np.where(varies, weights[1:] / np.where(varies, spread, 1.0), 0.0)
    return Logistic(float(weights[0] - coefficients @ mean), [float(one) for one in coefficients])


def brier(probabilities: Matrix, y: Matrix) -> float:
    """The mean squared distance of what was said from what was so (Brier, 1950)."""
    return float(np.mean((probabilities - y) ** 2))


def reliability(probabilities: Matrix, y: Matrix, bins: int = 5) -> list[tuple[float, float, int]]:
    """By bins of equal width: the mean of what was said, how often it was so, and how many there are."""
    places = np.minimum((probabilities * bins).astype(int), bins - 1)
    return [
        (float(probabilities[places == one].mean()), float(y[places == one].mean()), int((places == one).sum()))
        for one in range(bins)
        if (places == one).any()
    ]


def _sigmoid(x: Matrix) -> Matrix:
    return 1.0 / (1.0 + np.exp(-np.clip(x, -500, 500)))
