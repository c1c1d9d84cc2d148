"""Logistic regression by Newton's method, with weights of examples and signs that are given."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]
_STEPS = 50
_PRECISION = 1e-9


def fit(
    x: Matrix, y: Matrix, weights: Matrix, names: Sequence[str], signs: Mapping[str, int], ridge: float, *, level: bool
) -> tuple[dict[str, float], float]:
    """
    Coefficients by name, and the intercept (0 if `level`), of P(y = 1 | x).

    `ridge` is the weight of the L2 penalty beside the mean of the examples', with features at equal spread. A feature
    whose coefficient would have another sign than is given has none.
    """
    intercept, spread = 0.0, x.std(axis=0)

    def solve(kept: Sequence[int]) -> Matrix:
        nonlocal intercept
        found, intercept = _newton(x[:, kept], y, weights / weights.sum(), ridge, level=level)
        return np.asarray(found * spread[kept])

    kept, scaled = signed(solve, names, signs)
    found = {names[at]: float(one / spread[at]) if spread[at] else 0.0 for at, one in zip(kept, scaled, strict=True)}
    return found, intercept


def signed(
    solve: Callable[[Sequence[int]], Matrix], names: Sequence[str], signs: Mapping[str, int]
) -> tuple[Sequence[int], Matrix]:
    """
    The numbers of the features that have the signs they shall, and their coefficients.

    `solve` finds those of some features, at equal spread; the one that is most against its sign is left out, again and
    again.
    """
    kept = list(range(len(names)))
    while True:
        found = solve(kept)
        against = [one * signs.get(names[at], 0) for at, one in zip(kept, found, strict=True)]
        if not against or min(against) >= 0:
            return kept, found
        kept.pop(against.index(min(against)))


def _newton(x: Matrix, y: Matrix, weights: Matrix, ridge: float, *, level: bool) -> tuple[Matrix, float]:
    mean = np.zeros(x.shape[1]) if level else x.mean(axis=0)
    spread = np.sqrt(((x - mean) ** 2).mean(axis=0))
    varies = spread > 0
    scaled = np.where(varies, (x - mean) / np.where(varies, spread, 1.0), 0.0)
    design = scaled if level else np.hstack((np.ones((len(x), 1)), scaled))
    penalty = np.diag([*([] if level else [0.0]), *[ridge] * x.shape[1]])
    found = np.zeros(design.shape[1])
    for _ in range(_STEPS):
        p = 1.0 / (1.0 + np.exp(-np.clip(design @ found, -500, 500)))
        gradient = design.T @ (weights * (y - p)) - penalty @ found
        step = np.linalg.solve(design.T @ (design * (weights * p * (1 - p))[:, None]) + penalty, gradient)
        found += step
        if np.abs(step).max() < _PRECISION:
            break
    coefficients = np.where(varies, found[0 if level else 1 :] / np.where(varies, spread, 1.0), 0.0)
    return coefficients, 0.0 if level else float(found[0] - coefficients @ mean)
