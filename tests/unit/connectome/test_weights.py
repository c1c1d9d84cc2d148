"""Hebbian weights."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectome.spreading import BACK
from connectome.weights import NEUTRAL, QUARTER, STRONGEST, WEAKEST, current, quarter, reinforced, strength

WEIGHTS = st.floats(0, 1)
SECONDS = st.floats(0, 1e9)


def test_success_adds_five_hundredths_and_failure_takes_two() -> None:
    assert reinforced(NEUTRAL, 0, 0, success=True) == pytest.approx(0.55)
    assert reinforced(NEUTRAL, 0, 0, success=False) == pytest.approx(0.48)


def test_a_hundredth_of_the_distance_from_neutral_wears_off_in_fifteen_minutes() -> None:
    assert current(1.0, 0, QUARTER) == pytest.approx(0.995)
    assert current(0.0, 0, QUARTER) == pytest.approx(0.005)


@given(WEIGHTS, SECONDS, SECONDS, st.booleans())
def test_a_weight_never_leaves_zero_to_one(weight: float, touched: float, now: float, success: bool) -> None:
    assert 0 <= reinforced(weight, touched, now, success) <= 1


@given(WEIGHTS, SECONDS)
def test_time_alone_only_brings_a_weight_nearer_to_neutral(weight: float, later: float) -> None:
    assert abs(current(weight, 0, later) - NEUTRAL) <= abs(weight - NEUTRAL)


def test_an_edge_that_nobody_used_counts_once() -> None:
    assert strength(NEUTRAL, 0, 1e9) == 1.0


@given(WEIGHTS, SECONDS, SECONDS)
def test_what_was_learned_makes_an_edge_count_two_and_a_half_times_or_three_quarters_at_most(
    weight: float, touched: float, now: float
) -> None:
    assert WEAKEST <= strength(weight, touched, now) <= STRONGEST


def test_no_edge_can_count_so_much_that_a_mention_beats_what_an_agent_is_about() -> None:
    assert STRONGEST / WEAKEST * BACK < 1


@given(SECONDS)
def test_a_quarter_of_an_hour_begins_where_the_clock_says(seconds: float) -> None:
    assert 0 <= seconds - quarter(seconds) < QUARTER
    assert quarter(seconds) % QUARTER == 0


@given(WEIGHTS, WEIGHTS)
def test_the_higher_a_weight_the_more_its_edge_counts(one: float, other: float) -> None:
    lower, higher = sorted((one, other))
    assert strength(lower, 0, 0) <= strength(higher, 0, 0)
