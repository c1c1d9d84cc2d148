"""Readers that are no structures yet: pages, and records."""

from __future__ import annotations

import json
import time
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from genesis.errors import DocumentError, DocumentNotText, DocumentTooLarge, LineInvalid
from genesis.readers import html, jsonl
from genesis.reading import Reading, decoded


def outline(reading: Reading) -> list[tuple[tuple[str, ...], str]]:
    return [(one.heading_path, reading.text[one.start : one.end].strip()) for one in reading.sections]


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
