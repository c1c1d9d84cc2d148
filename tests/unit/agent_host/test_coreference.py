"""Coreference: what the words at the head of a sentence stand for, only where that is sure."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agent_host.passage import Passage
from agent_host.question import analyse
from agent_host.reply import reply
from agent_host.subject import subject

Read = Callable[..., Passage]
WOOD = "Edward Davis Wood (October 10, 1924 – December 10, 1978) was an American film director. "
RIVER = "The Wye is a river in Wales. "


def edited(passage: Passage) -> list[str]:
    """Each sentence after the first as it reads with its edits."""
    read = []
    for sentence in passage.sentences[1:]:
        text, found = sentence.text, sentence.resolved.reference
        read.append(text[: found.start] + found.name + text[found.end :] if found else text)
    return read


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
def test_a_pronoun_or_description_at_the_head_stands_for_the_subject(read: Read, said: str, read_as: str) -> None:
    passage = read(WOOD + said, "Ed Wood", subject="Ed Wood")
    assert edited(passage) == [read_as]


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
def test_what_names_the_subject_or_is_not_sure_stays(read: Read, said: str) -> None:
    assert edited(read(WOOD + said, "Ed Wood", subject="Ed Wood")) == [said]


def test_a_pronoun_of_another_gender_is_somebody_else(read: Read) -> None:
    assert edited(read(WOOD + "He was poor. She was rich.", "Ed Wood", subject="Ed Wood"))[1] == "She was rich."


def test_a_rival_makes_pronouns_unsure_until_the_subject_is_named_again(read: Read) -> None:
    text = WOOD + "His father was a postman. He died. Wood was poor. He drank."
    assert edited(read(text, "Ed Wood", subject="Ed Wood"))[1:] == ["He died.", "Wood was poor.", "Ed Wood drank."]
    assert edited(read(RIVER + "Its source is a bog. It is wet."))[1] == "It is wet."


def test_another_of_its_kind_makes_a_description_unsure(read: Read) -> None:
    text = RIVER + "The river is long. It meets another river. The river is cold."
    assert edited(read(text)) == ["The Wye is long.", "The Wye meets another river.", "The river is cold."]


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


def test_a_reply_says_whom_it_is_about_and_what_to_read_for_a_pronoun(read: Read) -> None:
    passage = read(WOOD + "He was born in Poughkeepsie.", "Ed Wood", subject="Ed Wood")
    answer = reply(analyse("Where was Ed Wood born?"), passage, (), 0, with_text=False)
    assert (answer.subject, answer.kind) == ("Ed Wood", "American film director")
    best = answer.evidence[0]
    assert [(best.quote[one.start : one.end], one.text) for one in best.edits] == [("He", "Ed Wood")]


PIECES = ("He", "She", "It", "His", "its", '"', "“", "”", "(", ")", ".", ",", "In", "1956", "The film", "is a", "Wood")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(PIECES), max_size=40))
def test_edits_lie_within_their_quote_and_outside_quotation_marks(read: Read, pieces: list[str]) -> None:
    for sentence in read(" ".join(pieces), "Ed Wood").sentences:
        if found := sentence.resolved.reference:
            assert 0 <= found.start < found.end <= len(sentence.text)
            assert sentence.text[: found.start].count('"') % 2 == 0
            assert found.name
