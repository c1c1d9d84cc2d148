"""Fitted models as files."""

from __future__ import annotations

import json
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

import models
from fitting import chains
from fitting.models import SIGNS as OF_UNITS

SIGNS = {**OF_UNITS, **chains.SIGNS}


@given(st.floats(-1e6, 1e6))
def test_a_probability_is_one(score: float) -> None:
    assert 0.0 <= models.logistic(score) <= 1.0
    assert models.logistic(score) + models.logistic(-score) == pytest.approx(1.0)


@pytest.mark.parametrize("name", ["ranking", "confidence", "short_answer", "chains", "chained"])
def test_a_model_says_how_it_was_fitted_and_keeps_to_the_signs_that_were_thought(name: str) -> None:
    fitted = json.loads(files("models").joinpath(f"{name}.json").read_text(encoding="utf-8"))
    assert {"date", "data", "left_out", "coefficients"} <= fitted.keys()
    assert fitted["coefficients"].keys() <= SIGNS[name].keys()
    assert all(value * SIGNS[name][key] >= 0 for key, value in fitted["coefficients"].items())


def test_a_feature_that_is_not_given_counts_nothing() -> None:
    model = models.Linear({"a": 2.0, "b": 1.0}, 0.5, {})
    assert model.score({"a": 1.0, "other": 9.0}) == 2.5
