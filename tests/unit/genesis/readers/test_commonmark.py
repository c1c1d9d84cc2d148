"""What Markdown marks, and what its lines mean that stand below each other."""

from __future__ import annotations

import pytest

from genesis.readers import commonmark
from genesis.structure import Kind
from tests.unit.genesis.readers.shown import check, said


def test_a_definition_is_of_the_terms_right_above_it() -> None:
    source = (
        "Delta-v\n:   The change of velocity.\n\n    It is measured in m/s.\n\n"
        "LEO\nLow Earth orbit\n: An orbit below 2,000 km.\n\nStaging\n\n: Dropping parts.\n: Often twice.\n"
    )
    read = commonmark.read(source)
    check(read)
    assert said(read) == [
        "Delta-v: The change of velocity.",
        "Delta-v: It is measured in m/s.",
        "LEO, Low Earth orbit: An orbit below 2,000 km.",
        "Staging: Dropping parts.",
        "Staging: Often twice.",
    ]
    assert {block.kind for block in read.blocks} == {Kind.DEFINITION}


@pytest.mark.parametrize(
    "between", ["# Heading", "\nWords.", "- item", "```\ncode\n```", "\n| a |\n|---|\n| b |", "> quoted"]
)
def test_no_definition_is_of_a_term_above_another_block(between: str) -> None:
    read = commonmark.read(f"Term\n: What it is.\n{between}\n\n: Something else.\n")
    check(read)
    assert not any(one.startswith("Term: Something") for one in said(read))
    assert "Something else." in said(read)[-1]


def test_what_stands_in_a_definition_is_a_list_or_code_as_elsewhere() -> None:
    read = commonmark.read("Term\n: What it is:\n\n    - one\n\n    More.\n\n        code()\n\nWords.\n\n    code()\n")
    check(read)
    found = [(block.kind, block.text.text) for block in read.blocks]
    assert found == [
        (Kind.DEFINITION, "Term: What it is:"),
        (Kind.ITEM, "one"),
        (Kind.DEFINITION, "Term: More."),
        (Kind.CODE, "code()"),
        (Kind.PARAGRAPH, "Words."),
        (Kind.CODE, "code()"),
    ]


@pytest.mark.parametrize("bold", ["**2. Fees**", "**2. Fees**  ", "__2. Fees__", "***2. Fees***", "**2. Fees**\\"])
@pytest.mark.parametrize("between", ["\n", "\n\n", "\r\n"])
def test_a_line_that_is_bold_as_a_whole_heads_what_follows(bold: str, between: str) -> None:
    read = commonmark.read(f"# A\n\n**1. Start**\n\nAt once.\n\n{bold}{between}None are due.\n")
    check(read)
    assert [(block.path[-1], block.text.text) for block in read.blocks] == [
        ("1. Start", "At once."),
        ("2. Fees", "None are due."),
    ]


def test_lines_in_bold_head_the_lines_between_them() -> None:
    read = commonmark.read("**Start**\nAt once.\nToday.\n**Fees**\nNone are due.\n**Pets**\n- cats\n")
    check(read)
    assert [(block.path[-1], block.text.text) for block in read.blocks] == [
        ("Start", "At once. Today."),
        ("Fees", "None are due."),
        ("Pets", "cats"),
    ]


@pytest.mark.parametrize(
    "source",
    [
        "**Never do this**\nbecause it breaks.",
        "You must\n**Never Ever**\nDo this.",
        "**Do not do this.**\nIt breaks.",
        "**Fees** are due.\nAlways.",
    ],
)
def test_bold_words_of_a_sentence_are_no_heading(source: str) -> None:
    read = commonmark.read(source)
    check(read)
    assert [block.path for block in read.blocks] == [()]
    assert said(read) == [source.replace("*", "").replace("\n", " ")]
