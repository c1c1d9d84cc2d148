"""Masses of tiny lines, and of headings with next to nothing below them."""

from __future__ import annotations

import re

import pytest

from genesis import passages
from genesis.blocks import Kind, blocks
from genesis.readers.registry import READERS

PROSE = "A paragraph of ordinary length, as most of them are, stands between the others.\n\n"


@pytest.mark.parametrize("line", ["- a\n", "a\n\n", "| a |\n", "1. a\n", "# a\n", "a,b\n", "A: b\n"])
def test_a_mass_of_tiny_lines_is_taken_together(line: str) -> None:
    text = line * 5_000
    found = list(blocks(text, 0, len(text)))
    assert {block.kind for block in found} == {Kind.MASS}
    assert len(found) < len(text) / 400
    assert re.sub(r"\s", "", "".join(text[block.start : block.end] for block in found)) == re.sub(r"\s", "", text)


def test_a_list_of_ordinary_items_is_not_dense_however_long() -> None:
    text = "- Open the valve and wait.\n" * 5_000
    assert [block.kind for block in blocks(text, 0, len(text))] == [Kind.ITEM] * 5_000


def test_a_few_tiny_lines_are_not_dense() -> None:
    text = "- a\n" * 200
    assert [block.kind for block in blocks(text, 0, len(text))] == [Kind.ITEM] * 200


def test_what_stands_beside_a_dense_stretch_is_read_as_ever() -> None:
    text = PROSE * 300 + "- a\n" * 10_000 + PROSE * 300
    found = list(blocks(text, 0, len(text)))
    ordinary = [block for block in found if block.kind is Kind.PROSE]
    # The window at either border may belong to either side.
    assert 400 < len(ordinary) < 610
    assert {text[block.start : block.end] for block in ordinary[:100]} == {PROSE.strip()}


def test_passages_of_a_mass_are_no_longer_than_others() -> None:
    text = "- a\n" * 5_000
    found = passages.cut(READERS["text/plain"](text).blocks)
    assert max(passages.words(one.text.text) for one in found) <= passages.LARGEST_WHOLE_WORDS * 2
