"""Calibration of confidence."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.datasets import Dataset
from cli.asking import Outcome
from scripts.calibrate import (
    Calibration,
    Example,
    calibrate,
    cross_validated,
    example,
    floor,
    signed,
    written,
    written_about,
)

MODULE = '''"""Confidence."""

ABSTAIN_BELOW = 0.45
"""An answer of less confidence is none."""
INTERCEPT = -4.0
COEFFICIENTS: Mapping[str, float] = {
    "old": 2.0,
}


def confidence(): ...
'''


def examples(count: int = 200) -> list[Example]:
    """Right is likely where `coverage` is high."""
    numbers = np.random.default_rng(2)
    made = []
    for number in range(count):
        coverage = float(numbers.random())
        right = bool(numbers.random() < coverage)
        made.append(Example(f"question {number}", {"coverage": coverage, "noise": 0.5}, coverage > 0.5, right))
    return made


def test_what_tells_right_answers_apart_gets_the_weight() -> None:
    calibration, lines = calibrate(examples())
    assert calibration.coefficients["coverage"] > 1
    assert calibration.coefficients.keys() == {"coverage"}
    assert any(line.startswith("AUROC of right answers 0.") for line in lines)


def test_a_feature_that_would_count_against_what_it_stands_for_is_left_out() -> None:
    x = np.array([[0.0, 1.0], [0.2, 0.7], [0.8, 0.4], [1.0, 0.0]] * 5)
    y = np.array([0.0, 0.0, 1.0, 1.0] * 5)
    assert signed(x, y, [1, 1]).coefficients[1] == 0.0
    assert signed(x, y, [1, -1]).coefficients[1] < 0
    assert signed(x, y, [-1, 1]).coefficients == [0.0, 0.0]


def test_the_same_answers_give_the_same_coefficients() -> None:
    assert calibrate(examples()) == calibrate(examples())


def test_a_model_never_judges_an_example_that_it_has_seen() -> None:
    """What only the example itself shows, its own fold's model cannot know."""
    x = np.array([[0.0], [0.0], [0.0], [1.0]])
    y = np.array([0.0, 1.0, 0.0, 1.0])
    assert cross_validated(x, y, [1], [0, 0, 1, 2])[3] == pytest.approx(1 / 3, abs=1e-6)


def test_abstaining_gives_up_few_right_answers() -> None:
    scores = np.linspace(0.0, 1.0, 101)
    assert floor(scores, np.ones(101)) == 0.03
    assert floor(scores, (scores >= 0.5).astype(float)) == 0.51


def test_an_answer_without_features_is_no_example() -> None:
    case = {"question": "?", "answer": "x", "answerable": True}
    assert example(case, Outcome(error="down")) is None
    answer = {"shortAnswer": "x", "trace": {"features": [{"name": "coverage", "value": 0.5}, {"name": "gap"}]}}
    assert example(case, Outcome(answer)) == Example("?", {"coverage": 0.5, "gap": 0.0}, True, True)


def test_a_yes_that_is_left_to_the_reader_is_right_if_the_gold_passages_are_quoted() -> None:
    case = {"question": "?", "answer": "yes", "answerable": True, "gold": ["Tuple"]}
    answer = {"citations": [{"title": "Tuple"}], "trace": {"features": [{"name": "coverage", "value": 0.5}]}}
    quoted, wrong = example(case, Outcome(answer)), example(case, Outcome(answer | {"shortAnswer": "no"}))
    assert quoted
    assert quoted.right
    assert wrong
    assert not wrong.right


def test_written_questions_are_asked_where_their_passages_are() -> None:
    passages = [{"title": title, "text": "."} for title in ("Chuck Brown", "Karl Anton")]
    assert not written_about(Dataset("none", [], []))
    assert {title for case in written_about(Dataset("two", passages, [])) for title in case["gold"]} == {
        "Chuck Brown",
        "Karl Anton",
    }


def test_the_figures_take_their_place_in_the_module_and_the_rest_stays() -> None:
    source = written(MODULE, Calibration({"coverage": 1.23456, "gap": -2.0}, 0.5, 0.12))
    assert "ABSTAIN_BELOW = 0.12\n" in source
    assert "INTERCEPT = 0.5000\n" in source
    assert '= {\n    "coverage": 1.2346,\n    "gap": -2.0000,\n}\n' in source
    assert source.startswith('"""Confidence."""')
    assert source.endswith("def confidence(): ...\n")


def test_a_module_of_another_form_is_an_error() -> None:
    with pytest.raises(ValueError, match="no place"):
        written("INTERCEPT = 1", Calibration({}, 0.0, 0.0))
