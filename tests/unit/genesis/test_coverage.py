"""From the text to the passages: everything that is neither heading nor comment, once, in order, at its place."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from genesis import passages
from genesis.readers import html, markdown, plain
from genesis.reading import Reading

PIECES = (
    *(
        "CHAPTER I\n\n",
        "1.2  Title\n\n",
        "# A\n\n",
        "Title\n=====\n",
        "5 May 2024\n\n",
        "Why?\n\n",
        "word ",
        "Word. ",
        "\n",
    ),
    *("\n\n", "- item\n", "| a | b |\n|---|---|\n", "```\nx\n```\n", "ANN: hello\n\n", "BOB: hello\n\n", "[00:12] x\n"),
    *(
        "a,b,c\n",
        "For example:\n\n   x = 1\n\n",
        "<p>",
        "<li>",
        "<td>",
        "<th>",
        "<pre>",
        "</pre>",
        "<dt>",
        "<dd>",
        "\r\n",
    ),
    *("\f", "é", "你好。", "“Why?” ", "x" * 300, "From: a\nSubject: b\n\n", "ALL CAPITALS\n\n", "1. one\n"),
)
TEXT = st.lists(st.sampled_from(PIECES), max_size=40).map("".join) | st.text(max_size=80)


@pytest.mark.parametrize("read", [plain.read, markdown.read, html.read])
@settings(deadline=None, max_examples=60)
@given(text=TEXT)
def test_passages_hold_all_text_that_is_no_heading_once_in_order(read: Callable[[str], Reading], text: str) -> None:
    reading = read(text)
    found = passages.cut(reading.text, reading.sections)
    at = 0
    said = []
    for passage in found:
        for start, end in passage.sentences:
            assert at <= start < end <= len(reading.text)
            assert not reading.text[start].isspace()
            assert not reading.text[end - 1].isspace()
            said.append(reading.text[start:end])
            at = end
    whole = "".join(reading.text[one.start : one.end] for one in reading.sections)
    silent = [one for one in reading.sections if not any(map(str.isalnum, reading.text[one.start : one.end]))]
    if not silent and "<!--" not in text:
        assert "".join("".join(said).split()) == "".join(whole.split())
