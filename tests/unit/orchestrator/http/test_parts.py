"""Tokens, and answers that are kept for a while."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.http import kept, tokens
from orchestrator.http.kept import Kept


@pytest.mark.parametrize(("text", "number"), [("", 0), ('Who wrote "Dune"?', 6), ("a_1 b-2", 4), ("  \n", 0)])
def test_tokens_are_words_and_marks(text: str, number: int) -> None:
    assert tokens.count(text) == number


@given(st.text(), st.integers(1, 20))
def test_a_beginning_has_as_many_tokens_as_are_wanted(text: str, most: int) -> None:
    begun = tokens.beginning(text, most)
    assert text.startswith(begun)
    assert tokens.count(begun) == min(most, tokens.count(text))


def test_an_answer_is_kept_for_ten_minutes() -> None:
    now = 0.0
    answers = Kept[str](lambda: now)
    answers.put("a", "x")
    answers.put("", "y")
    assert (answers.get("a"), answers.get("")) == ("x", None)
    now = kept.SECONDS
    assert answers.get("a") is None


def test_the_oldest_answer_makes_room() -> None:
    answers = Kept[int](lambda: 0.0)
    for number in range(kept.MOST + 1):
        answers.put(str(number), number)
    assert (answers.get("0"), answers.get("1")) == (None, 1)
