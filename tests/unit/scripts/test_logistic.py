"""Logistic regression."""

from __future__ import annotations

import numpy as np
import pytest

from scripts.logistic import brier, fit, reliability

DRAWN = np.random.default_rng(1)


def test_the_coefficients_that_made_the_data_are_found_again() -> None:
    x = DRAWN.normal(size=(20_000, 2)) * [1.0, 10.0]
    y = (DRAWN.random(20_000) < 1 / (1 + np.exp(-(0.5 + x @ [2.0, -0.3])))).astype(float)
    model = fit(x, y)
    assert model.intercept == pytest.approx(0.5, abs=0.1)
    assert model.coefficients == pytest.approx([2.0, -0.3], rel=0.05)


def test_a_feature_that_never_varies_gets_no_weight() -> None:
    x = np.array([[1.0, 7.0], [2.0, 7.0], [3.0, 7.0], [4.0, 7.0]])
    model = fit(x, np.array([0.0, 0.0, 1.0, 1.0]))
    assert model.coefficients[1] == 0.0
    assert model.coefficients[0] > 0


def test_examples_that_can_be_told_apart_perfectly_do_not_make_the_weights_endless() -> None:
    model = fit(np.array([[0.0], [0.0], [1.0], [1.0]]), np.array([0.0, 0.0, 1.0, 1.0]))
    assert 0 < model.coefficients[0] < 20


def test_the_brier_score_is_the_mean_squared_error() -> None:
    assert brier(np.array([1.0, 0.5]), np.array([1.0, 0.0])) == pytest.approx(0.125)


def test_reliability_says_for_each_bin_what_was_said_and_what_was_so() -> None:
    table = reliability(np.array([0.0, 0.1, 0.9, 1.0]), np.array([0.0, 0.0, 1.0, 0.0]), bins=2)
    assert table == [pytest.approx((0.05, 0.0, 2)), pytest.approx((0.95, 0.5, 2))]
