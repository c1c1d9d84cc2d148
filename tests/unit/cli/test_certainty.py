"""Whether answers know their limits."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cli.asking import Outcome
from cli.certainty import auroc, conflicts, limits

SCORES = st.lists(st.integers(0, 5).map(lambda n: n / 5), min_size=1, max_size=12)


def outcome(confidence: float, state: str = "ANSWER_STATE_ANSWERED", claims: tuple[str, ...] = ()) -> Outcome:
    found = [{"about": "x", "claims": [{"value": value} for value in claims]}] if claims else []
    return Outcome({"state": state, "confidence": confidence, "shortAnswer": "x", "conflicts": found})


@given(SCORES, SCORES)
def test_auroc_is_the_share_of_pairs_in_order_and_ties_count_half(higher: list[float], lower: list[float]) -> None:
    pairs = [(one > other) + (one == other) / 2 for one in higher for other in lower]
    assert auroc(higher, lower) == pytest.approx(sum(pairs) / len(pairs), abs=1e-4)


def test_auroc_of_one_kind_of_question_is_none() -> None:
    assert auroc([0.5], []) is None


def test_of_the_answers_given_those_to_unanswerable_questions_are_wrong() -> None:
    pairs: list[Any] = [
        ({"answer": "x"}, outcome(0.9)),
        ({"answer": "y"}, outcome(0.8)),
        ({"answer": "x", "answerable": False}, outcome(0.7)),
        ({"answer": "x", "answerable": False}, outcome(0.1, "ANSWER_STATE_ABSTAINED")),
    ]
    assert limits(pairs) == {
        "auroc": 1.0,
        "wrong_of_given": 0.6667,
        "abstained_when_answerable": 0.0,
        "abstained_when_unanswerable": 0.5,
    }


@pytest.mark.parametrize(
    ("values", "claims", "found"),
    [
        (["1951", "1948"], ("8 June 1951", "8 June 1948"), True),
        (["Stephen King"], ("King",), True),
        (["1951", "1948"], ("1951", "1952"), False),
        (["1951", "1948"], (), False),
        ([], (), False),
        (["Rome", "Romeville"], ("Rome",), False),
    ],
)
def test_a_conflict_is_the_right_one_if_its_claims_give_both_values(
    values: list[str], claims: tuple[str, ...], found: bool
) -> None:
    pairs: list[Any] = [({"conflict": True, "values": values}, outcome(0.5, "ANSWER_STATE_CONFLICTED", claims))]
    assert conflicts(pairs)["conflict_recall"] == float(found)


def test_a_wrong_report_lowers_precision_and_a_missing_one_recall() -> None:
    pairs: list[Any] = [
        ({"conflict": True}, outcome(0.5, "ANSWER_STATE_CONFLICTED", ("1", "2"))),
        ({"conflict": True}, outcome(0.5)),
        ({"conflict": False}, outcome(0.5, "ANSWER_STATE_CONFLICTED", ("1", "2"))),
        ({"conflict": False}, outcome(0.5)),
        ({"question": "no word about conflicts"}, outcome(0.5, "ANSWER_STATE_CONFLICTED", ("1", "2"))),
    ]
    assert conflicts(pairs) == {"conflict_precision": 0.5, "conflict_recall": 0.5, "conflict_f1": 0.5}


def test_without_a_report_there_is_no_precision() -> None:
    assert conflicts([({"conflict": True}, outcome(0.5))])["conflict_precision"] is None
