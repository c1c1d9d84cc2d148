"""Readers: title, text and sections of each media type."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from genesis.errors import DocumentError, DocumentNotText, DocumentTooLarge, LineInvalid
from genesis.readers import html, jsonl, markdown, plain
from genesis.reading import Reading, decoded

LETTER = re.compile(r"\w")
MARK_UP = re.compile(r"</?\w+>|&amp;")
PIECES = (
    *("# A\n", "## B\n", "Title\n=====\n", "text ", "\n", "\n\n", "- x\n", "```\n", "> q\n", "*", "\r\n", "    code\n"),
    *("---\n", "<b>", "</b>", "<h1>", "</h1>", "<p>", "| a |\n", "é", "&amp;", "<li>", "<td>", "<pre>", "</pre>"),
)
MARKED = st.lists(st.sampled_from(PIECES)).map("".join)


def outline(reading: Reading) -> list[tuple[tuple[str, ...], str]]:
    return [(one.heading_path, reading.text[one.start : one.end].strip()) for one in reading.sections]


@pytest.mark.parametrize("read", [plain.read, markdown.read, html.read])
@settings(deadline=None)
@given(text=MARKED)
def test_sections_are_in_order_and_only_headings_are_outside(read: Callable[[str], Reading], text: str) -> None:
    reading = read(text)
    at, outside = 0, ""
    for section in reading.sections:
        assert at <= section.start < section.end <= len(reading.text)
        outside += " " + reading.text[at : section.start]
        at = section.end
    outside += " " + reading.text[at:]
    if not text.startswith("---"):  # what may be front matter
        headings = " ".join(heading for section in reading.sections for heading in section.heading_path)
        assert set(LETTER.findall(MARK_UP.sub("", outside))) <= set(LETTER.findall(headings))


def test_plain_text_has_underlined_headings() -> None:
    text = (
        "Guide\n*****\n\nIntro.\n\nPart one\n========\n\nBody.\n\nDetail\n------\n\nMore.\n\nPart two\n========\n\nEnd."
    )
    reading = plain.read(text)
    assert reading.title == "Guide"
    assert outline(reading) == [
        (("Guide",), "Intro."),
        (("Guide", "Part one"), "Body."),
        (("Guide", "Part one", "Detail"), "More."),
        (("Guide", "Part two"), "End."),
    ]


def test_a_short_first_line_is_the_title_of_plain_text() -> None:
    reading = plain.read("Opening hours\n\nWe open at nine.")
    assert (reading.title, outline(reading)) == ("Opening hours", [(("Opening hours",), "We open at nine.")])


@pytest.mark.parametrize(
    "text", ["We open at nine.\n\nAnd close.", "just a line", "two\nlines\n\nmore", "a | b\n-----\n"]
)
def test_other_plain_text_has_no_title(text: str) -> None:
    assert plain.read(text).title == ""


def test_markdown_spans_are_of_the_source() -> None:
    text = "\n# The *Big* `Guide`\n\nIntro **here**.\n\n## Part\n\n> # no heading\n\n- a\n\nSet\n---\nEnd".replace(
        "\n", "\r\n"
    )
    reading = markdown.read(text)
    assert reading.text == text
    assert reading.title == "The Big Guide"
    assert outline(reading) == [
        (("The Big Guide",), "Intro **here**."),
        (("The Big Guide", "Part"), "> # no heading\r\n\r\n- a"),
        (("The Big Guide", "Set"), "End"),
    ]


@pytest.mark.parametrize(
    ("others", "title"), [(["Jens Quill"], ""), (["Installation", "Options"], "Mara Quill"), ([], "Mara Quill")]
)
def test_several_first_headings_are_a_title_only_if_they_are_parts_of_what_the_first_names(
    others: list[str], title: str
) -> None:
    headings = ["Mara Quill", *others]
    assert markdown.read("\n\n".join(f"# {one}\n\nSays something." for one in headings)).title == title
    assert html.read("".join(f"<h1>{one}</h1><p>Says something.</p>" for one in headings)).title == title


def test_front_matter_gives_the_title_and_what_it_says_in_single_lines() -> None:
    text = '---\ntitle: "Front"\nowner: Sami Niemi\non call: "Ada"\ntags: [a]\nin:\n  - b\nteam: Core\n---\n# B\nBody.'
    reading = markdown.read(text)
    assert reading.title == "Front"
    assert outline(reading) == [((), 'owner: Sami Niemi\non call: "Ada"'), ((), "team: Core"), (("B",), "Body.")]


@pytest.mark.parametrize("front", ["---\n---\n", "---\ntitle: T\n---\n", "---\nnot: >\n  a map\n...\n"])
def test_front_matter_that_says_nothing_in_single_lines_is_no_text(front: str) -> None:
    assert outline(markdown.read(f"{front}Body: here.")) == [((), "Body: here.")]


def test_a_heading_with_nothing_below_is_text() -> None:
    reading = markdown.read("# Bring\n## A towel\n## Tea\n### Green\n")
    assert outline(reading) == [(("Bring",), "## A towel"), (("Bring", "Tea"), "### Green")]


def test_html_keeps_what_people_read() -> None:
    page = (
        "<html><head><title>T</title><style>x{}</style></head><body><nav>Home</nav><h1>The <b>Page</b></h1>"
        "<p>One   <i>two</i>,\nthree.<br>four</p><script>alert(1)</script><!-- note --><h2>List</h2>"
        "<ul><li>a<li><p>b</ul><table><tr><th>x<th>y<tr><td>1<td>2</table><pre>a\n  b</pre><footer>f</footer>"
    )
    reading = html.read(page)
    assert reading.title == "The Page"
    assert outline(reading) == [
        (("The Page",), "One two, three.\nfour"),
        (("The Page", "List"), "- a\n- b\n\n| x | y\n|---|---|\n| 1 | 2\n\n```\na\n  b\n```"),
    ]


def test_html_has_definitions_in_one_line_and_no_navigation() -> None:
    page = (
        "<div class=topmenu><a href=/>Home</a><a href=/b>Books</a></div><div role=navigation>1. Up</div>"
        "<ul id='toc'><li>Fees</ul><div class='menu'><p>Soup: 4 EUR</div><div class=sidebar>It is late.</div>"
        "<dl><dt>Card<dd>free<dd>for all<dt>Lost book<dd><p>its price</dl><p hidden>x<pre></pre><pre>\ny\n</pre>"
    )
    assert html.read(page).text == (
        "Soup: 4 EUR\n\nIt is late.\n\n- Card: free\n\nfor all\n- Lost book: its price\n\n```\ny\n```"
    )


def test_html_without_a_heading_takes_its_title() -> None:
    assert html.read("<title> A\n page </title><p>x").title == "A page"


def test_pages_may_be_nested_but_not_without_end() -> None:
    assert html.read("<div>" * html.DEEPEST + "deep").text == "deep"
    with pytest.raises(DocumentTooLarge):
        html.read("<div>" * (html.DEEPEST + 1) + "deep")
    assert html.read("<p>a<li>b" * 5000).text.startswith("a\n\n- b\n\na")
    assert html.read("<b a='>'>x</b> <i title=\"a>b\">y</i>").text == "x y"


@pytest.mark.parametrize(
    "page",
    [
        "".join(f"<b id={number}>" for number in range(2000)) + "<p>x" * 20_000,
        "".join(f"<b id='<{number}'>" for number in range(2000)) + "<p>x" * 20_000,
        '<a "' * 20_000,
        "<a " * 20_000 + ">",
        "<" * 50_000,
        "<h1><div>" * 400 + "x" * 50_000,
        "<table>" * 900 + "x",
        "&amp;" * 20_000,
        "<div class=nav>" * 900 + "x " * 500_000,
        "<pre>" * 900 + "<tr><th>" * 9_000,
    ],
    ids=range(10),
)
def test_hostile_pages_take_no_longer_than_others(page: str) -> None:
    started = time.process_time()
    with suppress(DocumentTooLarge):
        html.read(page)
    assert time.process_time() - started < 2


@pytest.mark.parametrize(
    "text",
    [">" * 20_000, "- " * 10_000, "# " + "*" * 10_000, "# " + "[a](" * 5_000, "> a\n" * 5_000, "|a|\n|-|\n" * 2_000],
)
def test_hostile_markdown_takes_no_longer_than_other(text: str) -> None:
    started = time.process_time()
    markdown.read(text)
    assert time.process_time() - started < 2


def record(**fields: object) -> bytes:
    return json.dumps(fields).encode()


def test_each_line_is_a_record() -> None:
    content = (
        record(text="a", title="T", id=7, uri="u", metadata={"year": 1999, "open": True}) + b"\r\n\n" + record(text="b")
    )
    (first, one), (second, two) = jsonl.read(content, first_line=10)
    assert (first, second) == (10, 12)
    assert one == jsonl.Record("a", "T", "7", "u", {"year": "1999", "open": "true"})
    assert two == jsonl.Record("b", "", "", "", {})


@pytest.mark.parametrize(
    "line",
    [
        b"no json", b"[]", b"1", b'"x"', b"{}", b'{"text": 1}', b'{"text": null}', b'{"text": "a", "title": []}',
        b'{"text": "a", "metadata": [1]}', b'{"text": "a", "metadata": {"x": {}}}', b"\xff\xfe", b'{"text": "\x00"}',
        b"[" * 100_000, b'{"text": ' + b"9" * 10_000 + b"}", b'{"text": "a", "id": "\\ud800"}',
    ],
)  # fmt: skip
def test_a_bad_line_is_told_and_the_rest_is_read(line: bytes) -> None:
    found = list(jsonl.read(record(text="a") + b"\n" + line + b"\n" + record(text="c")))
    assert [number for number, _ in found] == [1, 2, 3]
    assert isinstance(found[1][1], LineInvalid)
    assert [one.text for _, one in (found[0], found[2]) if isinstance(one, jsonl.Record)] == ["a", "c"]


@pytest.mark.parametrize("text", ["\\u0000", "\\ud800"])
def test_a_record_whose_text_is_no_text_says_so(text: str) -> None:
    ((_, error),) = jsonl.read(b'{"text": "%s"}' % text.encode())
    assert isinstance(error, DocumentNotText)


@settings(deadline=None)
@given(st.binary())
def test_any_bytes_are_records_or_errors(content: bytes) -> None:
    assert all(isinstance(one, jsonl.Record | DocumentError) for _, one in jsonl.read(content))


def test_a_byte_order_mark_is_no_text() -> None:
    assert decoded(b"\xef\xbb\xbfabc") == "abc"


@pytest.mark.parametrize("content", [b"a\0b", b"\xff\xfea\0", "é".encode("latin-1"), b"\xed\xa0\x80"])
def test_what_is_not_utf_8_is_not_text(content: bytes) -> None:
    with pytest.raises(DocumentNotText):
        decoded(content)
