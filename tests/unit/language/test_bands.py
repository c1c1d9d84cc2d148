"""Bands: what of a scale a cell stands for, and what lies in it."""

from __future__ import annotations

import time
from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from language.bands import Band, amounts, band
from language.spans import spans


@pytest.mark.parametrize(
    ("cell", "unit", "low", "high"),
    [
        ("2 to 5 years", "days", 730, 1825),
        ("6 months to 2 years", "days", 180, 730),
        ("Under 6 months", "days", -inf, 180),
        ("less than 72 hours but more than 24 hours", "days", 1, 3),
        ("2–5 kg", "g", 2_000, 5_000),
        ("up to 2 kg", "g", -inf, 2_000),
        ("£1,000 to £5,000", "GBP", 1_000, 5_000),
        ("$50 and over", "USD", 50, inf),
        ("1,000 or more", "", 1_000, inf),
        ("10+", "", 10, inf),
        ("< 100 users", "", -inf, 100),
        ("> 90%", "%", 90, inf),
    ],
)
def test_a_cell_is_the_stretch_of_its_scale_that_a_person_reads_in_it(
    cell: str, unit: str, low: float, high: float
) -> None:
    assert band(cell, "en") == Band(unit, low, high)


@pytest.mark.parametrize("cell", ["", "12 kg", "2024", "2019-2021", "until 5 pm", "3 kg, 4 kg", "Oslo", "2–5 kg" * 20])
def test_one_amount_several_and_none_are_no_band(cell: str) -> None:
    assert band(cell, "en") is None


@pytest.mark.parametrize(
    ("said", "cell", "holds"),
    [
        ("for three years", "2 to 5 years", True),
        ("18 months of service", "Under 2 years", True),
        ("two days before", "less than 72 hours but more than 24 hours", True),
        ("a parcel of 2.5 kg", "2–5 kg", True),
        ("a parcel of 900 g", "2–5 kg", False),
        ("an order of 45 euros", "£20 to £50", False),
        ("a team of 12", "10+", True),
    ],
)
def test_an_amount_lies_in_a_band_of_its_scale_in_whatever_unit(said: str, cell: str, holds: bool) -> None:
    ((_, amount),) = amounts(said, spans(said, "en"))
    found = band(cell, "en")

    assert found is not None
    assert found.holds(amount) is holds


@given(st.text(max_size=80))
def test_any_cell_is_a_band_from_low_to_high_or_none(cell: str) -> None:
    found = band(cell, "en")
    assert found is None or found.low < found.high


def test_a_long_question_takes_time_in_proportion_to_it() -> None:
    said = "between 3 kg and 4 kg or more than 5 years " * 100
    started = time.process_time()
    assert list(amounts(said, spans(said, "en")))
    assert time.process_time() - started < 5
