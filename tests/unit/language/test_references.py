"""References: what the words at the head of a sentence stand for, only where that is sure."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from language.english.subject import subject
from language.text import read
from myriad.agent.v1.text_pb2 import Text
from tests.unit.language.english import cut

WOOD = "Edward Davis Wood (October 10, 1924 – December 10, 1978) was an American film director. "
RIVER = "The Wye is a river in Wales. "


def made(text: str, title: str = "", subject: str = "") -> Text:
    return read(text, language="en", path=[title], subject=subject, pieces=cut(text))


def edited(text: str, title: str = "", subject: str = "") -> list[str]:
    """Each sentence after the first as it reads with its names."""
    by_start = {one.start: one for one in made(text, title, subject).references}
    read_as = []
    for start, end in cut(text)[1:]:
        found = next((one for at, one in by_start.items() if start <= at < end), None)
        read_as.append(text[start : found.start] + found.name + text[found.end : end] if found else text[start:end])
    return read_as


@pytest.mark.parametrize(
    ("said", "read_as"),
    [
        ("He was born in Poughkeepsie.", "Ed Wood was born in Poughkeepsie."),
        ("His films are cult.", "Ed Wood's films are cult."),
        ("In 1956, he made a film.", "In 1956, Ed Wood made a film."),
        ("In the 1950s he made films.", "In the 1950s Ed Wood made films."),
        ("When he was five, his parents moved.", "When Ed Wood was five, his parents moved."),
        ("The director was broke.", "Ed Wood was broke."),
    ],
)
def test_a_pronoun_or_description_at_the_head_stands_for_the_subject(said: str, read_as: str) -> None:
    assert edited(WOOD + said, "Ed Wood", "Ed Wood") == [read_as]


@pytest.mark.parametrize(
    "said",
    [
        "Wood was born in Poughkeepsie, where he lived.",
        "It was in 1956 that he made a film.",
        "It is said that he drank.",
        '"He was broke," said a friend.',
        "When Bela Lugosi died, he was sad.",
        "The director Tim Burton made a film.",
        "The director fund was empty.",
        "He's dead.",
    ],
)
def test_what_names_the_subject_or_is_not_sure_stays(said: str) -> None:
    assert edited(WOOD + said, "Ed Wood", "Ed Wood") == [said]


def test_a_pronoun_of_another_gender_is_somebody_else() -> None:
    assert edited(WOOD + "He was poor. She was rich.", "Ed Wood", "Ed Wood")[1] == "She was rich."


def test_a_rival_makes_pronouns_unsure_until_the_subject_is_named_again() -> None:
    text = WOOD + "His father was a postman. He died. Wood was poor. He drank."
    assert edited(text, "Ed Wood", "Ed Wood")[1:] == ["He died.", "Wood was poor.", "Ed Wood drank."]
    assert edited(RIVER + "Its source is a bog. It is wet.")[1] == "It is wet."


def test_another_of_its_kind_makes_a_description_unsure() -> None:
    text = RIVER + "The river is long. It meets another river. The river is cold."
    assert edited(text) == ["The Wye is long.", "The Wye meets another river.", "The river is cold."]


@pytest.mark.parametrize(
    ("stated", "title", "opening", "name", "kind"),
    [
        ("Wood", "Films", "He was an American film director.", "Wood", "American film director"),
        ("Wood", "Films", "Bela Lugosi was an actor.", "Wood", ""),
        (
            "",
            "Ed Wood (film)",
            "Ed Wood is a 1994 American film directed by Tim Burton.",
            "Ed Wood",
            "1994 American film",
        ),
        ("", "p1", "Ada Lovelace (born 1815) was an English mathematician.", "Ada Lovelace", "English mathematician"),
        ("", "Handbook", "Keep the receipt.", "", ""),
        ("", "Wye, Wales", "The River Wye is a river.", "Wye", "river"),
    ],
)
def test_the_subject_is_stated_or_titled_or_defined(
    stated: str, title: str, opening: str, name: str, kind: str
) -> None:
    found = subject(stated, title, opening, opening)
    assert (found.name, found.kind) == (name, kind)


def test_a_text_says_whom_it_is_about_and_what_that_is() -> None:
    text = made(WOOD + "He was born in Poughkeepsie.", "Ed Wood", "Ed Wood")
    assert (text.subject, text.kind) == ("Ed Wood", "American film director")


PIECES = ("He", "She", "It", "His", "its", '"', "“", "”", "(", ")", ".", ",", "In", "1956", "The film", "is a", "Wood")


@given(st.lists(st.sampled_from(PIECES), max_size=40).map(" ".join))
def test_references_lie_in_a_sentence_and_outside_quotation_marks(text: str) -> None:
    for one in made(text, "Ed Wood").references:
        (start,) = (first for first, last in cut(text) if first <= one.start < one.end <= last)
        assert text[start : one.start].count('"') % 2 == 0
        assert one.name
