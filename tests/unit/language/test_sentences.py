"""Sentences: where they end, and that nothing is lost."""

from __future__ import annotations

import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from language.sentences import LARGEST_CHARACTERS, LARGEST_WORDS, sentences

PROSE = st.lists(
    st.sampled_from(
        [*"abcXYZ019.!?;:,'\"()[]`~|-*>#=\n \t\r…。é中\u2029\f", "Dr.", "\n\n", "\n- ", "```", ": ", ". ", ":\n\n   a"]
    ),
    max_size=100,
).map("".join)


def said(text: str) -> list[str]:
    return [text[start:end] for start, end in sentences(text, "en")]


@settings(deadline=None)
@given(st.one_of(PROSE, st.text(max_size=300)))
@example("```\na. B")
@example("x:\n\n   code = 1\n   more\n")
def test_every_character_but_white_space_is_in_exactly_one_sentence(text: str) -> None:
    at = 0
    for start, end in sentences(text, "en"):
        assert at <= start < end <= len(text)
        assert not text[at:start].strip()
        assert text[start:end] == text[start:end].strip()
        at = end
    assert not text[at:].strip()


@pytest.mark.parametrize(
    "text",
    [
        "Dr. Smith met Mrs. Jones.",
        "He is a citizen of the U.S. Army veterans say so.",
        "J. R. R. Tolkien wrote it.",
        "It costs 3.14 euros, i.e. a lot, e.g. More.",
        "See Fig. 3 and No. 5 for St. Maurice's Abbey.",
        "It was founded in Jan. 1999 by Acme Inc. Shareholders.",
        "His book “What is God?” first appeared later.",
        'He asked "Why?" and left.',
        "Anna (b. London, 1950) was a doctor.",
        "wrapped lines that go on\nand on, as mail does, with\nsome more words here.",
        "An ellipsis... goes on",
        "3. Install it",
        "version 1.2.3 of node.js runs",
    ],
)
def test_one_sentence_stays_one(text: str) -> None:
    assert said(text) == [text]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One. Two! Three? Four", ["One.", "Two!", "Three?", "Four"]),
        (
            "He left. “Why?” she asked. Then (quietly.) He came.",
            ["He left.", "“Why?” she asked.", "Then (quietly.)", "He came."],
        ),
        ("He lives in the U.S. The house is old.", ["He lives in the U.S.", "The house is old."]),
        ("They founded Acme Inc. It grew.", ["They founded Acme Inc.", "It grew."]),
        ("In 1999. The end.", ["In 1999.", "The end."]),
        ("A title\n\nA text.", ["A title", "A text."]),
        ("Bring:\n- a towel\n- two of them\n1) and tea", ["Bring:", "- a towel", "- two of them", "1) and tea"]),
        ("| a | b |\n|---|---|\n| 1 | 2 |", ["| a | b |", "|---|---|", "| 1 | 2 |"]),
        ("Alice\nBob\nCarol", ["Alice", "Bob", "Carol"]),
        ("你好。再见！好", ["你好。", "再见！", "好"]),
        ("one\r\n\r\ntwo", ["one", "two"]),
    ],
)
def test_sentences_end_where_they_end(text: str, expected: list[str]) -> None:
    assert said(text) == expected


def test_text_without_punctuation_is_cut_at_a_space() -> None:
    text = " ".join(f"word{number}" for number in range(1000))
    parts = said(text)
    assert " ".join(parts) == text
    assert all(len(part.split()) <= LARGEST_WORDS for part in parts)


def test_a_long_sentence_is_cut_between_its_clauses() -> None:
    clause = "and so the traveller went on through\nthe valley of the seven mills, where nobody knew him; "
    parts = said(clause * 12)
    assert len(parts) > 1
    assert all(part.endswith(";") for part in parts)


def test_a_line_without_a_space_is_cut_anyway() -> None:
    parts = said("x" * 100_000)
    assert "".join(parts) == "x" * 100_000
    assert max(map(len, parts)) <= LARGEST_CHARACTERS


@pytest.mark.parametrize(
    "text",
    [
        "." * 100_000 + "x",
        ". " * 50_000,
        "\n" * 100_000,
        "a\n" * 50_000,
        "```\n" * 25_000,
        " \n" * 50_000 + "x",
        '."' * 50_000,
        "x" * 3_000_000,
        ":\n\n   a\n" * 10_000,
        "\n  " * 30_000,
        ":\n\n" + "   a\n" * 25_000,
        "~~~~ ```` " * 10_000,
    ],
    ids=range(12),
)
def test_hostile_text_takes_no_longer_than_any_other(text: str) -> None:
    started = time.process_time()
    sentences(text, "en")
    assert time.process_time() - started < 2
