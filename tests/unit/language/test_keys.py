"""Words and names."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from language.keys import LONGEST_NAME, alone, key, spoken, words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Lothair II's mother", ["lothair", "ii", "mother"]),
        ("Stanisław Żółkiewski", ["stanisław", "zołkiewski"]),
        ("rock-'n'-roll", ["rock", "n", "roll"]),
        ("I Can'T See", ["i", "cant", "see"]),
        ("Simon &amp; Simon", ["simon", "simon"]),
        ("", []),
    ],
)
def test_case_accents_punctuation_and_possessives_are_folded_away(text: str, expected: list[str]) -> None:
    assert words(text) == expected


@given(st.text(max_size=80))
def test_words_as_spoken_are_the_words_but_for_case(text: str) -> None:
    if len(spoken(text)) == len(words(text)):
        assert [words(word)[:1] for word in spoken(text)] == [words(word)[:1] for word in words(text)]


def test_part_of_a_longer_name_or_a_common_word_is_no_name_alone() -> None:
    text = "In Lisbon the United States and Metallica's Enter Sandman play a heart. Young is a town."
    assert {"lisbon", "metallica", "young"} <= set(alone(text))
    assert not {"united", "states", "heart", "enter", "sandman"} & set(alone(text))


@pytest.mark.parametrize("name", ["", "the", "…", "of the", " ".join(["word"] * 21)])
def test_function_words_alone_and_whole_paragraphs_are_no_names(name: str) -> None:
    assert key(name) == ""


@given(st.text(max_size=80))
def test_a_key_is_its_own_key(name: str) -> None:
    assert key(key(name)) == key(name)


def test_what_is_longer_than_any_name_is_none() -> None:
    assert key("w" * LONGEST_NAME)
    assert not key("w" * (LONGEST_NAME + 1))
