"""Masses of tiny lines, and of headings with next to nothing below them."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from genesis import passages
from genesis.readers.registry import READERS
from genesis.structure import Block, Kind

PROSE = "A paragraph of ordinary length, as most of them are, stands between the others.\n\n"


def blocks(text: str, media_type: str = "text/markdown") -> Sequence[Block]:
    return READERS[media_type](text).blocks


@pytest.mark.parametrize("media_type", ["text/markdown", "text/plain"])
@pytest.mark.parametrize("line", ["- a\n", "a\n\n", "| a |\n", "1. a\n", "# a\n", "a,b\n", "A: b\n"])
def test_a_mass_of_tiny_lines_is_taken_together(line: str, media_type: str) -> None:
    text = line * 5_000
    found = blocks(text, media_type)
    assert len(found) < len(text) / 400
    assert sum(block.text.text.count(line.strip("-1.# |\n")[0]) for block in found) >= 4_999  # one may be the title


def test_a_list_of_ordinary_items_is_not_dense_however_long() -> None:
    assert [block.kind for block in blocks("- Open the valve and wait.\n" * 5_000)] == [Kind.ITEM] * 5_000


def test_a_few_tiny_lines_are_not_dense() -> None:
    assert [block.kind for block in blocks("- a\n" * 200)] == [Kind.ITEM] * 200


def test_what_stands_beside_a_dense_stretch_is_read_as_ever() -> None:
    found = blocks(PROSE * 300 + "- a\n" * 10_000 + PROSE * 300)
    # The window at either border may belong to either side.
    assert 400 < sum(block.text.text == PROSE.strip() for block in found) < 610


def test_passages_of_a_mass_are_no_longer_than_others() -> None:
    text = "- a\n" * 5_000
    found = passages.cut(READERS["text/plain"](text).blocks)
    assert max(passages.words(one.text.text) for one in found) <= passages.LARGEST_WHOLE_WORDS * 2
