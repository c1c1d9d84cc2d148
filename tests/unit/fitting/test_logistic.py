"""Logistic regression: what it finds, and the signs that it keeps to."""

from __future__ import annotations

import numpy as np
import pytest

from fitting.logistic import fit
from fitting.models import balanced

GENERATOR = np.random.default_rng(1)
X = GENERATOR.normal(size=(4_000, 3))
Y = (GENERATOR.random(4_000) < 1 / (1 + np.exp(-(1.0 + 2.0 * X[:, 0] - 1.0 * X[:, 1])))).astype(float)
EVEN = np.ones(len(Y))
NAMES = ("helps", "harms", "nothing")


def test_what_made_the_data_is_found() -> None:
    found, intercept = fit(X, Y, EVEN, NAMES, {}, 1e-6, level=False)
    assert intercept == pytest.approx(1.0, abs=0.2)
    assert found == {name: pytest.approx(value, abs=0.2) for name, value in zip(NAMES, (2.0, -1.0, 0.0), strict=True)}


def test_a_feature_of_the_wrong_sign_is_left_out() -> None:
    found, _ = fit(X, Y, EVEN, NAMES, {"helps": 1, "harms": 1}, 1e-6, level=False)
    assert "harms" not in found
    assert found["helps"] > 0


def test_a_level_fit_has_no_intercept() -> None:
    assert fit(X, Y, EVEN, NAMES, {}, 1e-6, level=True)[1] == 0.0


def test_the_same_data_give_the_same_figures() -> None:
    assert fit(X, Y, EVEN, NAMES, {}, 1e-3, level=False) == fit(X, Y, EVEN, NAMES, {}, 1e-3, level=False)


def test_large_sets_weigh_the_same_and_small_ones_less() -> None:
    weights = balanced(["a"] * 400 + ["b"] * 40 + ["c"] * 10)
    assert weights[:400].sum() == pytest.approx(1.0)
    assert weights[400:440].sum() == pytest.approx(1.0)
    assert weights[440:].sum() == pytest.approx(0.25)
