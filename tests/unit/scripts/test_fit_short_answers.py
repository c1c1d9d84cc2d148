"""Fitting short answers: what tells right ones gets weight, and goes where it belongs."""

from __future__ import annotations

import numpy as np

from scripts.fit_short_answers import HOST, SYNTH, Example, fit, score, written


def example(*rights: float, keys: str = "abc") -> Example:
    """Candidates whose first feature is their being right, and whose others say nothing."""
    x = np.zeros((len(rights), len(HOST) + len(SYNTH)))
    x[:, 0] = rights
    return Example(keys, x, np.array(rights))


def test_a_feature_that_tells_gets_weight_and_one_that_does_not_gets_none() -> None:
    weights = fit([example(0.0, 1.0, 0.0), example(1.0, 0.0, 0.0)])
    assert weights[0] > 1
    assert not weights[1:].any()
    assert score(example(0.0, 0.0, 1.0), weights) == 1


def test_the_occurrences_of_the_same_words_count_together() -> None:
    assert score(example(0.0, 1.0, 1.0, keys="abb"), np.zeros(len(HOST) + len(SYNTH))) == 1


def test_questions_without_a_right_candidate_teach_nothing() -> None:
    assert not fit([example(1.0, 0.0), example(0.0, 0.0)])[1:].any()


def test_weights_are_written_where_they_stand() -> None:
    source = 'WEIGHTS = {\n    "form": 1.0,\n    "near": -2.50,\n}\n"near": 1.0,\n'
    assert written(source, {"near": 0.123}) == 'WEIGHTS = {\n    "form": 1.0,\n    "near": 0.12,\n}\n"near": 1.0,\n'
