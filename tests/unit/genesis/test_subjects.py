"""Subjects: whom or what a passage's opening pronoun stands for, or nothing."""

from __future__ import annotations

import time
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from genesis.passages import Passage, Piece
from genesis.stretches import sentences
from genesis.structure import Block, Kind, verbatim
from genesis.subjects import LONGEST, subjects

WORDS = st.sampled_from(
    [
        "He",
        "She",
        "it",
        "They",
        "Ann Lind",
        "Bo",
        "the",
        "The tool",
        "is",
        "was",
        "born",
        ".",
        "\n",
        "“",
        "her",
        ",",
        "In 1893",
    ]
)


def told(*parts: str, title: str = "", paths: Sequence[tuple[str, ...]] = ()) -> list[str]:
    """What the opening pronouns of these passages stand for."""
    found = []
    for number, part in enumerate(parts):
        path = paths[number] if paths else ()
        at, end = 0, len(part)
        piece = Piece(Block(kind=Kind.PARAGRAPH, text=verbatim(part)), at, at, end, (), sentences(part, "en"))
        found.append(Passage(path, verbatim(part), [piece]))
    return list(subjects(title, found))


@pytest.mark.parametrize(
    ("before", "opening", "expected"),
    [
        ("Edda Holmgren was born on a farm.", "She went to Lund.", "Edda Holmgren"),
        ("Edda Holmgren was born on a farm. Her father Nils was poor.", "In 1893 she came to Lund.", "Edda Holmgren"),
        ("Ann Lind left. She wrote to Bo Ek. He wept.", "She came back.", "Ann Lind"),
        ("Ann Lind left. Lind wrote a book.", "Her book was read.", "Ann Lind"),
        ("Then the astronomer Axel Brandt fell ill.", "He died.", "Axel Brandt"),
        ("The United Nations met. They spoke.", "They parted.", "The United Nations"),
        ("The header has twelve octets.", "It begins with a number.", "the header"),
        ("Lake Vattern froze.", "It thawed in May.", "Lake Vattern"),
        ("They came to see that Maria was tall. Maria sang.", "She sang well.", "Maria"),
    ],
)
def test_a_pronoun_stands_for_the_last_subject_that_it_fits(before: str, opening: str, expected: str) -> None:
    assert told(before, opening)[1].removeprefix("The ") == expected.removeprefix("The ")


@pytest.mark.parametrize(
    ("before", "opening"),
    [
        ("Edda Holmgren was born.", "Axel Brandt kept her."),  # names its own
        ("Lake Vattern froze.", "It is said that nobody came."),
        ("Lake Vattern froze.", "It was raining."),
        ("Lake Vattern froze.", "He that will not hear must feel."),
        ("Nobody came. Letters were written.", "She wept."),
        ("In the end they went to Lake Vattern.", "It rained."),
        ("The header has twelve octets. One. Two. Three. Four.", "It begins with a number."),
        ("Ann Lind left.", "“She is gone,” said somebody, and wept."[1:].replace("She", "Nobody")),
        ("", "The house is old."),
    ],
)
def test_where_nothing_tells_there_is_no_subject(before: str, opening: str) -> None:
    assert told(before or "A word.", opening)[1] == ""


def test_where_a_section_begins_its_heading_or_the_title_tells() -> None:
    assert told("It never exceeds 512 octets.", title="Lamps", paths=[("2.2.  Payload",)]) == ["Payload"]
    assert told("It never exceeds 512 octets.", title="Lamps (protocol)", paths=[("Overview",)]) == ["Lamps"]
    assert told("He was born in Ohio.", title="Ed Wood (director)") == ["Ed Wood"]
    assert told("He was born in Ohio.", title="Ed Wood", paths=[("Early life",)]) == ["Ed Wood"]
    assert told("He was born in Ohio.", title="12 things to know about lamps") == [""]
    assert told("It draws 9 W.", title="AX-40 router", paths=[("Specifications",)]) == ["AX-40 router"]
    assert told("It depends.", title="Bikes: questions", paths=[("What does it cost?",)]) == [""], "it is what is asked"
    assert told("It is signed.", title="Ferry", paths=[("Webhooks",)]) == [""], "it is one, and these are several"


def test_things_are_forgotten_where_a_section_begins_and_persons_are_not() -> None:
    paths = [("A",), ("Notes",)]
    assert told("Ann Lind left. She wept.", "She came back.", paths=paths)[1] == "Ann Lind"
    assert told("Lake Vattern froze.", "It thawed.", paths=paths)[1] == ""


@settings(deadline=None)
@given(st.lists(st.lists(WORDS, min_size=1).map(" ".join), min_size=1), st.sampled_from(["", "Ann Lind", "x" * 300]))
def test_a_subject_is_short_and_there_is_one_for_each_passage(parts: list[str], title: str) -> None:
    said = [part for part in parts if part.strip()]
    if said:
        found = told(*said, title=title)
        assert len(found) == len(said)
        assert all(len(one) <= LONGEST for one in found)


@pytest.mark.parametrize(
    "part", ["She " * 5_000, "Ann Lind. " * 5_000, "Ann. " * 5_000, " Ann" * 20_000, "It is " * 5_000]
)
def test_hostile_text_takes_no_longer_than_any_other(part: str) -> None:
    started = time.process_time()
    told(*[part] * 5)
    assert time.process_time() - started < 3
