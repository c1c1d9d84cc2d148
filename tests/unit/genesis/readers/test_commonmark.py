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
