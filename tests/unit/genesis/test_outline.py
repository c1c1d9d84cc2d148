"""The headings of Markdown are those that a whole parser finds."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from genesis.readers.outline import Found, outline

PARSER = MarkdownIt("commonmark").enable("table").disable(["inline", "text_join"])
LINE_END = re.compile(r"\r\n|\n|\r")
ROOT = Path(__file__).parents[3]
LINES = [
    *("# a", "## b ##", "### c #d", "  # e", "#", "#f", "    # g", "####### h", "Title", "more", "===", "---", "----"),
    *("- item", "  more", "* item", "```", "```sh", "~~~", "<!-- a", "-->", "<div>", "</div>", "<script>", "</script>"),
    *("> quote", "[a]: b", "***", "- # i", "", "", "", ""),
]


def parsed(text: str) -> list[Found]:
    lines = [0, *(match.end() for match in LINE_END.finditer(text)), len(text)]
    return [
        (int(opening.tag[1]), content.content, lines[opening.map[0]], lines[min(opening.map[1], len(lines) - 1)])
        for opening, content in pairwise(PARSER.parse(text))
        if opening.type == "heading_open" and not opening.level and opening.map and content.content
    ]


def found(text: str) -> list[Found]:
    return [(level, said, first, last) for level, said, first, last in outline(text) if said]


def same(ours: Sequence[Found], theirs: Sequence[Found]) -> bool:
    return [(level, said.split(), *span) for level, said, *span in ours] == [
        (level, said.split(), *span) for level, said, *span in theirs
    ]


@pytest.mark.parametrize(
    "text",
    [
        "# a\n## b\ntext\n### c ###\n",
        "a\n=\n\nb\nc\n---\n\nd",
        "text\n\n---\n\n# a",
        "```\n# no\n```\n# a",
        "````\n```\n# no\n````\n# a",
        "~~~sh\n# no\n~~~~\n# a",
        "``` a`b\n# a",
        "```\n# no, for it is never closed",
        "- item\n\n  # no\n\n# a",
        "- item\n\n  ```\n  # no\n  ```\n\n# a\n",
        "1. item\n\n   ## no\n\n  # a",
        "- item\n# a",
        "- item\n===\n",
        "> # no\n\n# a",
        "> quote\n===\n",
        "<!-- a\n\n# no\n\n-->\n# a",
        "<div>\n# no\n\n# a\n</div>",
        "<script>\n\n# no\n</script>\n# a",
        "text <b>\n# a",
        "<b>\n# no\n\n# a",
        "| a | b |\n|---|---|\n| c | d |\n\n# a",
        "[a]: b\n===\n",
        "***\na\n---\n",
        "    # code\n\n\t# code\n\n# a",
        "#\ttab\n#\n##  \n#no",
        "# a\r\n\r\ntext\r\n===\r\n",
        "# a\r\rb\r---\r",
        "   # a\n   b\n   ===\n",
        "# `a` *b* \\# ##\n# c\\#",
    ],
)
def test_headings_are_those_of_a_whole_parser(text: str) -> None:
    assert same(found(text), parsed(text))


@pytest.mark.parametrize(
    "file", sorted(ROOT.glob("*.md")) + sorted(ROOT.glob("docs/**/*.md")), ids=lambda one: one.name
)
def test_headings_of_real_documents_are_those_of_a_whole_parser(file: Path) -> None:
    text = file.read_text()
    assert same(found(text), parsed(text))


@given(st.lists(st.sampled_from(LINES), max_size=12).map("\n".join))
@settings(max_examples=200)
def test_headings_are_whole_lines_in_order_whatever_stands_between(text: str) -> None:
    at = 0
    for level, _, first, last in outline(text):
        assert 1 <= level <= 6
        assert at <= first < last <= len(text)
        assert not first or text[first - 1] == "\n"
        at = last


def test_a_line_of_more_than_a_thousand_characters_is_no_heading() -> None:
    assert found("# " + "a" * 1_001 + "\n\n# b") == [(1, "b", 1_005, 1_008)]
