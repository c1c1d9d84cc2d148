"""Fitted models: linear ones, by the names of their features. Each is a JSON file that says how it was fitted."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from math import exp, fsum


@dataclass(frozen=True, slots=True)
class Linear:
    """A sum of features, each times its coefficient; a feature that is not given is 0."""

    coefficients: Mapping[str, float]
    intercept: float
    thresholds: Mapping[str, float]
    """Probabilities from which something is done, by its name."""

    def score(self, features: Mapping[str, float]) -> float:
        """Higher is better."""
        return self.intercept + fsum([one * features.get(name, 0.0) for name, one in self.coefficients.items()])

    def probability(self, features: Mapping[str, float]) -> float:
        """The logistic function of the score."""
        return logistic(self.score(features))


def logistic(score: float) -> float:
    """From 0 to 1, for any number."""
    if score < 0:
        return 1.0 - logistic(-score)
    return 1.0 / (1.0 + exp(-score))


@cache
def load(name: str) -> Linear:
    """The model of that name, as it was fitted last."""
    fitted = json.loads(files(__name__).joinpath(f"{name}.json").read_text(encoding="utf-8"))
    return Linear(fitted["coefficients"], fitted.get("intercept", 0.0), fitted.get("thresholds", {}))
