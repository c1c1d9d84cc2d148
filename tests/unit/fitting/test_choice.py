"""The conditional logit: what it finds, where one of several answers and nobody says which was taken."""

from __future__ import annotations

import numpy as np
import pytest

from fitting.choice import Choice, fit

NAMES = ("helps", "harms", "nothing")
TRUTH = np.array((2.0, -1.0, 0.0))


def choices(count: int = 1_500) -> list[Choice]:
    """The one that answers is drawn by the softmax of what made the data."""
    generator = np.random.default_rng(1)
    found = []
    for _ in range(count):
        features = generator.normal(size=(8, 3))
        mass = np.exp(features @ TRUTH)
        right = np.zeros(8)
        right[generator.choice(8, p=mass / mass.sum())] = 1.0
        found.append(Choice(features, right, 1.0))
    return found


def test_what_made_the_choices_is_found() -> None:
    found = fit(choices(), NAMES, {}, 1e-6)
    assert found == {name: pytest.approx(value, abs=0.2) for name, value in zip(NAMES, TRUTH, strict=True)}


def test_a_feature_of_the_wrong_sign_is_left_out() -> None:
    found = fit(choices(), NAMES, {"helps": 1, "harms": 1}, 1e-6)
    assert "harms" not in found
    assert found["helps"] > 0


def test_of_several_that_answer_one_is_enough() -> None:
    both = [Choice(np.vstack((one.features, -9 * one.features)), np.tile(one.right, 2), 1.0) for one in choices(300)]
    assert np.isfinite(list(fit(both, NAMES, {}, 1e-3).values())).all()


def test_questions_of_which_all_or_nothing_is_answered_teach_nothing() -> None:
    some = choices(200)
    plain = [Choice(np.ones((4, 3)), np.full(4, value), 1.0) for value in (0.0, 1.0)]
    assert fit([*some, *plain], NAMES, {}, 1e-3) == fit(some, NAMES, {}, 1e-3)
