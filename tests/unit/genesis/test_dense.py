"""Masses of tiny lines, and of headings with next to nothing below them."""

from __future__ import annotations

import re

import pytest

from genesis import passages
from genesis.blocks import Kind, blocks
from genesis.readers import html, markdown
from genesis.readers.registry import READERS
from genesis.reading import Heading, sections

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


def test_headings_in_a_mass_with_nothing_below_them_are_text() -> None:
    text = "".join(f"# A{number}\n\nb\n\n" for number in range(1_000))
    assert {one.heading_path for one in markdown.read(text).sections} == {()}


def test_headings_with_a_sentence_below_them_stay_headings_however_many() -> None:
    text = "".join(f"# A{number}\n\n{PROSE}" for number in range(1_000))
    assert len(markdown.read(text).sections) == 1_000


def test_a_heading_of_more_than_300_characters_is_text() -> None:
    text = "a" * 301
    read = html.read(f"<h1>{text}</h1><p>b</p><h2>c</h2><p>d</p>")
    assert [one.heading_path for one in read.sections] == [(), ("c",)]
    assert read.text[read.sections[0].start :].startswith(text)


def test_nothing_below_a_heading_that_is_text_is_below_the_heading_before_it() -> None:
    long = "long " * 80
    read = markdown.read(f"# A\n\na\n\n## B\n\nb\n\n# {long}\n\nc\n\n## D\n\nd\n")
    assert [one.heading_path for one in read.sections] == [("A",), ("A", "B"), (), ("D",)]
    assert read.text[slice(read.sections[2].start, read.sections[2].end)].split()[1] == "long"


def test_many_headings_that_are_text_are_one_stretch() -> None:
    read = html.read("<h1>A</h1>" + f"<h2>{'long ' * 80}</h2>" * 10)
    assert [one.heading_path for one in read.sections] == [("A",)]


def test_a_few_headings_in_a_row_stay_headings() -> None:
    headings = [Heading(1, "A", 4 * number, 4 * number + 4) for number in range(100)]
    assert len(sections(headings, "# A\n" * 100)) == 1
    text = "".join(f"# A{number % 10}\nb\n" for number in range(100))
    assert len(markdown.read(text).sections) == 100
