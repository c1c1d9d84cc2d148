"""Pages: sizes within bounds, tokens that lead on, and nothing else."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mesh import pages
from mesh.errors import InvalidField


@given(st.integers(min_value=0, max_value=2**31 - 1))
def test_a_page_has_at_least_one_and_at_most_a_thousand(requested: int) -> None:
    assert pages.size(requested) == (min(requested, 1000) if requested else 50)


@given(st.integers(max_value=-1))
def test_a_negative_size_is_refused(requested: int) -> None:
    with pytest.raises(InvalidField, match="page_size"):
        pages.size(requested)


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_a_token_leads_to_where_the_page_ended(last: str) -> None:
    assert pages.after(pages.token(last)) == last


@given(st.text())
def test_any_token_is_read_or_refused(token: str) -> None:
    with suppress(InvalidField):
        pages.after(token)


def test_the_first_page_needs_no_token() -> None:
    assert pages.after("") == ""


@pytest.mark.parametrize("token", ["a", "/w==", "_w==", "\ud800", "é", "???", "YQ==YQ==", " YQ=="])
def test_what_never_was_a_token_is_refused(token: str) -> None:
    with pytest.raises(InvalidField, match="page_token"):
        pages.after(token)


@given(st.integers(min_value=0, max_value=10**18 - 1))
def test_a_token_leads_to_the_number_that_the_page_ended_with(last: int) -> None:
    assert pages.number_after(pages.token(str(last))) == last


@pytest.mark.parametrize("forged", ["-1", "x", "1 ", "\u0661", "1.0", "9" * 30])
def test_a_token_of_another_list_leads_to_no_number(forged: str) -> None:
    with pytest.raises(InvalidField, match="page_token"):
        pages.number_after(pages.token(forged))
