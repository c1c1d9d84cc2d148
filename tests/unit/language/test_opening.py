"""Naming: what an opening sentence calls its subject."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from language.english import opening


@pytest.mark.parametrize(
    ("sentence", "names"),
    [
        ("Demon Dice, originally published as Chaos Progenitus, is a game.", ["Demon Dice"]),
        ('"Too Good to Last" is a song by Bonnie Tyler.', ["Too Good to Last"]),
        ("The Philadelphia Eagles are a team.", ["The Philadelphia Eagles", "Philadelphia Eagles"]),
        ("The Jump is a television series.", ["The Jump"]),
        ("An aircraft carrier is a warship.", ["aircraft carrier", "aircraft carriers"]),
        ("The demon algorithm (see below) is a method.", ["demon algorithm", "demon algorithms"]),
        ("Leland, North Carolina is a town.", ["Leland, North Carolina", "Leland"]),
        ("Lambert, Margrave of Tuscany (died after 938) was a duke.", ["Lambert, Margrave of Tuscany"]),
        ("The film Lloyd was made in 1998.", ["Lloyd"]),
        ("In architecture, the Grotesque is an ornament.", ["the Grotesque"]),
        (
            "Step by Step or Krok za krokem is a film.",
            ["Step by Step or Krok za krokem", "Step by Step", "Krok za krokem"],
        ),
        ("With the East Wind is a 1966 drama.", ["With the East Wind"]),
        ("Silas Daniels III (born 1981) plays.", ["Silas Daniels III", "Silas Daniels"]),
        (
            'Elwyn Brooks "E. B." White (1899–1985) wrote.',
            ['Elwyn Brooks "E. B." White', "Elwyn White", "Elwyn B. White", "E. B. White"],
        ),
    ],
)
def test_the_subject_is_what_stands_before_what_is_said_of_it(sentence: str, names: list[str]) -> None:
    assert list(opening.of(sentence).names) == names


@pytest.mark.parametrize(
    "sentence",
    [
        "",
        "It is a town.",
        "This page is a list of films.",
        "A demon is an evil spirit.",
        "There are eight airports in Toronto.",
        "The following is a list.",
        "When you install it, the server is there.",
        "Nothing said here",
        "# Heading is here",
    ],
)
def test_a_sentence_that_names_nothing_has_no_subject(sentence: str) -> None:
    assert opening.of(sentence).names == ()


def test_people_may_go_by_their_second_name_or_initials() -> None:
    assert set(opening.of("Sven Olof Joachim Palme (1927–1986) was a politician.").perhaps) == {
        "S. O. J. Palme",
        "Olof Palme",
        "Joachim Palme",
    }


@given(st.text(max_size=200))
def test_any_text_at_all_may_be_an_opening(text: str) -> None:
    assert all(name.strip() for name in opening.of(text).names)


@pytest.mark.parametrize("text", ["A" * 5000, "A (" * 2000, "The " * 2000, '"' * 5000, "born (" * 1500, "A, " * 2000])
def test_hostile_text_takes_no_longer_than_any_other(text: str) -> None:
    started = time.process_time()
    opening.of(text)
    assert time.process_time() - started < 0.5
