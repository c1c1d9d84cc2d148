"""The gap of a question: what sort of thing fills it, and which words stand by it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from language.english.gap import Gap, gap
from language.english.sorts import Sort
from language.question import read


@pytest.mark.parametrize(
    ("question", "sort"),
    [
        ("Who directed the film that was shot in Leland?", Sort.PERSON),
        ("The ferry is run by a company based in what city?", Sort.PLACE),
        ("Ann Lee is the mother of which actress?", Sort.PERSON),
        ("In what year was the man that left the board born?", Sort.DATE),
        ("What is the name of the band founded by Ann Lee?", Sort.GROUP),
        ("Name the sister of the baker who won the prize.", Sort.PERSON),
        ("How many medals did the rower from Bergen win?", Sort.NUMBER),
        ("She starred in which television and stage play?", Sort.WORK),
    ],
)
def test_the_word_that_asks_and_its_noun_tell_the_sort(question: str, sort: Sort) -> None:
    assert gap(read(question)).sort is sort


@pytest.mark.parametrize("question", ["Is Ann Lee a baker?", "Why did Ann Lee leave?", "opening hours"])
def test_what_asks_for_no_thing_has_no_gap_that_a_few_words_fill(question: str) -> None:
    assert not gap(read(question)).is_asked


def test_the_words_of_the_clause_are_nearer_than_what_is_said_of_the_rest() -> None:
    near = gap(read("Who directed the film that was shot in Leland?")).near
    assert near["direct"] == 1.0
    assert "shot" not in near


@given(st.text(max_size=200))
def test_any_text_has_a_gap_or_none(text: str) -> None:
    found = gap(read(text))
    assert isinstance(found, Gap)
    assert all(0 < how <= 1 for how in found.near.values())
