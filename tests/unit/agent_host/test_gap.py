"""The gap in a question: what it asks for, and by which words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent_host.gap import gap
from language.nouns import Sort


@pytest.mark.parametrize(
    ("question", "want", "head"),
    [
        ("Who directed Ed Wood?", "PERSON", ""),
        ("Who is the mother of Ada?", "PERSON", "=parent"),
        ("Name the mother of Ada, who lived in London.", "PERSON", "=parent"),
        ("What is the name of the pop band founded by Palash Sen?", "GROUP", "band"),
        ("The game was developed by what company?", "GROUP", "compani"),
        ("What nationality is the director of Ed Wood?", "NATION", "=nationality"),
        ("What was the profession of Amy Johnson?", "QUALITY", "profess"),
        ("Lilu is what?", "QUALITY", ""),
        ("He previously served as chief of staff to which senator, who won?", "PERSON", "senator"),
        ("It is a remake of Always, released in which year, a film by Song?", "DATE", "year"),
        ("How to Eat, released in which year, is a book?", "DATE", "year"),
        ("How many times was he premier?", "NUMBER", ""),
        ("In what film did he play a painter?", "WORK", "film"),
        ("The club has two teams. What city is it based in?", "PLACE", "citi"),
        ("She was awarded what medal?", "THING", "=award"),
    ],
)
def test_the_word_that_asks_and_its_noun_say_what_is_wanted(question: str, want: str, head: str) -> None:
    found = gap(question)
    assert (found.want, found.head) == (Sort[want], head)


@pytest.mark.parametrize(
    ("question", "near"),
    [
        ("The team that Ann runs was formed in what year?", "=found"),
        ("He was an earl of which location, that was lost?", "earl"),
        ("In what year was the man that resigned as president born?", "=birth"),
        ("Who directed the film that was shot in Leland?", "=direct"),
    ],
)
def test_the_nearest_word_of_its_clause_counts_most(question: str, near: str) -> None:
    weights = gap(question).near
    assert weights[near] == max(weights.values())


@pytest.mark.parametrize(
    ("question", "before"),
    [
        ("It was founded by who?", "by"),
        ("Who founded it?", "by"),
        ("An earl of which place?", "of"),
        ("Who is he?", ""),
    ],
)
def test_the_word_before_the_gap_is_known(question: str, before: str) -> None:
    assert gap(question).before == before


@pytest.mark.parametrize(
    ("question", "attributes"),
    [
        ("Who is the mother of Al?", {"mother"}),
        ("Where was the director of Big Fish born?", {"birthplace"}),
        ("Al is the father of which actress?", {"child"}),
        ("What is the name of the dog?", set()),
    ],
)
def test_the_noun_asked_for_and_the_nearest_word_say_which_attribute(question: str, attributes: set[str]) -> None:
    assert gap(question).attributes == attributes


@given(st.text(max_size=200))
def test_any_text_has_a_gap_or_none(text: str) -> None:
    found = gap(text)
    assert all(0 < weight <= 1 for weight in found.near.values())
