"""Tokens, and answers that are kept for a while."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from myriad.agent.v1.text_pb2 import Place, PlaceKind
from myriad.orchestrator.v1.answer_pb2 import Answer
from myriad.synth.v1.synthesis_pb2 import Citation
from orchestrator.http import kept, tokens
from orchestrator.http.given import Given
from orchestrator.http.kept import Kept


@pytest.mark.parametrize(("text", "number"), [("", 0), ('Who wrote "Dune"?', 6), ("a_1 b-2", 4), ("  \n", 0)])
def test_tokens_are_words_and_marks(text: str, number: int) -> None:
    assert tokens.count(text) == number


@given(st.text(), st.integers(1, 20))
def test_a_beginning_has_as_many_tokens_as_are_wanted(text: str, most: int) -> None:
    begun = tokens.beginning(text, most)
    assert text.startswith(begun)
    assert tokens.count(begun) == min(most, tokens.count(text))


def test_a_source_that_has_pages_is_opened_at_the_page() -> None:
    page = Citation(uri="https://example.org/a.pdf", text_end=1, place=Place(kind=PlaceKind.PLACE_KIND_PAGE, number=3))
    sheet = Citation(
        uri="https://example.org/a.xlsx", text_end=1, place=Place(kind=PlaceKind.PLACE_KIND_SHEET, number=3)
    )
    given = Given.of(Answer(text="So.", citations=[page, sheet]), "?", 1, None)
    assert [one["url"] for one in given.sources()] == ["https://example.org/a.pdf#page=3", "https://example.org/a.xlsx"]


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
