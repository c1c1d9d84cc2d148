"""Plain text, read by its form."""

from __future__ import annotations

from genesis.readers import commonmark, text
from tests.unit.genesis.readers.shown import check


def test_a_divided_word_and_a_page_number_do_not_part_a_sentence() -> None:
    read = text.read("The switch is be-\nhind the panel and the\n\n          Page 4 of 12\n\nfuse is at its left.")
    check(read)
    assert [one.text.text for one in read.blocks] == ["The switch is behind the panel and the fuse is at its left."]


def test_a_question_heads_its_answer() -> None:
    read = text.read("Q: Can I pay?\nA: Yes.\n\nQ: Can I leave?\nA: No.\n")
    assert [(one.path, one.text.text) for one in read.blocks] == [(("Can I pay?",), "Yes."), (("Can I leave?",), "No.")]


def test_attributes_of_a_heading_are_not_shown() -> None:
    assert commonmark.read("# Async { #async }\n\ntext").title == "Async"
