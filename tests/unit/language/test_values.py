"""Values: one form in which equal values are equal."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from language.values import Form, agree, normal, values
from tests.unit.patterns.growth import grows
from tests.unit.patterns.pumps import Pump


@pytest.mark.parametrize(
    ("texts", "one"),
    [
        (("2 May 1921", "May 2, 1921", "1921-05-02", "2nd of May, 1921"), "1921-05-02"),
        (("May 1921", "May, 1921", "1921-05"), "1921-05"),
        (("May 2", "2 May", "--05-02"), "--05-02"),
        (("3,000", "3000", "three thousand", "3 thousand"), "3000"),
        (("1.5 million", "1,500,000"), "1500000"),
        (("nine", "9", "09"), "9"),
        (("twenty-one", "21"), "21"),
        (("50%", "50 percent", "fifty per cent"), "50%"),
        (("$3.50", "$ 3.5"), "$3.5"),
        (("3,000 metres", "3000 m"), "3000 m"),
        (("Zürich", "zurich"), "zurich"),
        (("The Beatles", "Beatles"), "beatles"),
    ],
)
def test_equal_values_have_one_form(texts: tuple[str, ...], one: str) -> None:
    assert {normal(text) for text in texts} == {one}


PIECES = (
    *("2", "May", ",", "1921", "-", "05", "--", "3,000", "nine", "twenty-one", "million", "%", "$", ".", "Zürich"),
    *("the", "The", "of", "st", "0", "00", "1921-05-02", "--05-02", "é", "ß", "²", "½", "٣"),
)


@given(st.text(max_size=12) | st.lists(st.sampled_from(PIECES), max_size=7).map(" ".join))
def test_the_form_of_a_form_is_itself(text: str) -> None:
    assert normal(normal(text)) == normal(text)


@given(st.text(max_size=60) | st.lists(st.sampled_from(PIECES), max_size=12).map(" ".join))
def test_values_lie_in_their_text_and_apart(text: str) -> None:
    found = sorted(values(text), key=lambda one: one.start)
    assert all(0 <= one.start < one.end <= len(text) for one in found)
    assert all(one.end <= other.start for one, other in pairwise(found))


@pytest.mark.parametrize(
    ("form", "one", "other", "agreeing"),
    [
        (Form.DATE, "1921", "1921-05-02", True),
        (Form.DATE, "1921", "1922-05-02", False),
        (Form.DATE, "--05-02", "1921-05-02", True),
        (Form.NUMBER, "3000", "2987", True),
        (Form.NUMBER, "3000", "2000", False),
        (Form.NUMBER, "2987", "2986", False),
        (Form.NUMBER, "$3000", "3000", False),
        (Form.NUMBER, "3000 m", "9842 ft", True),
        (Form.NUMBER, "30 m", "40 m", False),
        (Form.NAME, "tim burton", "burton", True),
        (Form.NAME, "mohammed ali", "muhammad ali", True),
        (Form.NAME, "united states", "us", True),
        (Form.NAME, "tim burton", "john ford", False),
    ],
)
def test_less_exact_rounded_and_differently_spelt_values_agree(
    form: Form, one: str, other: str, *, agreeing: bool
) -> None:
    assert agree(form, one, other) is agree(form, other, one) is agreeing


def test_the_number_of_a_name_belongs_to_it() -> None:
    text = "Studio 33 sold 3,000 copies in May 2001."
    assert [text[one.start : one.end] for one in values(text)] == ["May 2001", "Studio 33", "3,000"]


def test_to_find_values_takes_time_in_proportion_to_the_text() -> None:
    for unit in ("1 ", "Aa, ", "1990 ", "Aa 1990. "):
        assert not grows(lambda text: list(values(text)), Pump("", unit, "").text)


def test_long_names_of_like_letters_are_two_at_once() -> None:
    one, other = "ab " * 4_000 + "q", "ab c" * 3_000
    started = time.thread_time()
    assert not agree(Form.NAME, one, other)
    assert time.thread_time() - started < 1
