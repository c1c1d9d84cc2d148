"""What every reader of prose holds to, whatever the document looks like."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genesis.readers import commonmark, html, rst, text
from genesis.structure import Structure
from tests.shapes import HTML, MARKDOWN, PLAIN, SHAPES, Shape
from tests.unit.genesis.readers.shown import all_words, check, words

READERS: dict[str, Callable[[str], Structure]] = {
    MARKDOWN: commonmark.read,
    PLAIN: text.read,
    HTML: html.read,
    "text/x-rst": rst.read,
}
_MARKS = [
    "# ",
    "- ",
    "  - ",
    "1. ",
    "> ",
    "```",
    "~~~",
    "    ",
    "\t",
    "|",
    "|---|---|",
    "---",
    "===",
    "!!! note",
    "::: tip",
    "[^1]: ",
    ": ",
    "**",
    "*",
    "_",
    "`",
    "[",
    "](",
    ")",
    "![",
    "<",
    ">",
    "&amp;",
    "{{",
    "}}",
    "\\",
    "\n",
    "\n\n",
    "\r\n",
    " ",
    "\f",
    "Ann: ",
    "10:30",
    "word",
    "Word.",
    "été",
    "漢字",
    "a-\nb",
    "Page 3 of 4",
    "<!--",
    "-->",
    "(a) ",
    "1.2 ",
    "Key: value",
    ";",
    ",",
    '=== "Tab"',
    "<div>",
    "[a]: b",
    ".. note:: ",
    ".. code::\n",
    ".. py:data:: A\n   ",
    ".. list-table::\n   ",
    "* - a",
    "::\n\n   ",
    ":field: ",
    "=== ===\n",
    "+--+--+\n",
    "|a |b |\n",
    "\n   ",
    "--flag  ",
    ":role:`a <b>`",
]
_TAGS = [
    "<p>",
    "</p>",
    "<ul><li>",
    "</li>",
    "</ul>",
    "<table>",
    "<tr>",
    "<td rowspan=2>",
    "<th colspan=3>",
    "</table>",
    "<b>",
    "</b>",
    "<h2>",
    "</h2>",
    "<pre>",
    "</pre>",
    "<dl><dt>",
    "<dd>",
    "<script>",
    "</script>",
    "<div hidden>",
    "</div>",
    "<nav>",
    "</nav>",
    "<br>",
    "&lt;",
    "&nbsp;",
    "<img alt='a word or two'>",
    "<summary>",
    "<caption>",
    "<thead>",
    "</thead>",
]
_MARKS += _TAGS
sources = st.lists(st.one_of(st.sampled_from(_MARKS), st.text(max_size=8)), max_size=60).map("".join)


@pytest.mark.parametrize("read", READERS.values(), ids=READERS)
@given(source=sources)
def test_what_is_shown_stands_in_the_source(read: Callable[[str], Structure], source: str) -> None:
    check(read(source))


_WORDS = st.lists(st.sampled_from(["Alpha", "beta", "gamma", "delta", "epsilon", "zeta"]), min_size=1, max_size=8)
_SENTENCES = _WORDS.map(lambda words: " ".join(words) + ".")
_FORMS = st.sampled_from(
    [
        "{}\n\n",
        "- {}\n",
        "# {}\n\n",
        "1. {}\n",
        "> {}\n\n",
        "    {}\n\n",
        "{}\n",
        "| {} | x |\n",
        "{}\n===\n\n",
        "**{}**\n\n",
        "  * {}\n",
        "```\n{}\n```\n",
    ]
)
documents = st.lists(st.tuples(_FORMS, _SENTENCES), max_size=20).map(
    lambda them: "".join(form.format(said) for form, said in them)
)


@pytest.mark.parametrize("read", [commonmark.read, rst.read, text.read])
@given(source=documents)
def test_no_word_of_prose_is_lost(read: Callable[[str], Structure], source: str) -> None:
    assert words(source) <= all_words(read(source))


@pytest.mark.parametrize("shape", [one for one in SHAPES if one.media_type in READERS], ids=lambda shape: shape.name)
def test_a_document_of_any_shape_is_read(shape: Shape) -> None:
    check(READERS[shape.media_type](shape.text(8_192).decode().replace("\0", "")))
