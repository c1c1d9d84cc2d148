"""Shapes of documents that nobody writes in good faith: a hundred, each in any size, the same every time."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import count

MARKDOWN, HTML, PLAIN, JSONL = "text/markdown", "text/html", "text/plain", "application/x-ndjson"
PROSE = (
    "The harbour of Varn was opened in 1871 by Edda Holmgren, who had built the old bridge before. It has two basins "
    "and a lock, which ships of up to 3,000 tonnes can pass. In winter the ice is broken every morning; after that "
    "the ferry to Lund leaves at eight. Fishermen, pilots and traders live in the streets behind the quay.\n\n"
)


@dataclass(frozen=True)
class Shape:
    """A way for a document to look."""

    name: str
    media_type: str
    made: Callable[[int], str | bytes]

    def content(self, size: int) -> bytes:
        """A document of this shape of `size` bytes at most."""
        made = self.made(size)
        return (made.encode("utf-8", "ignore") if isinstance(made, str) else made)[:size]

    def text(self, size: int) -> bytes:
        """The same, cut where a character ends."""
        return self.content(size).decode("utf-8", "ignore").encode()


def _repeated(unit: str | bytes, before: str = "") -> Callable[[int], str | bytes]:
    if isinstance(unit, bytes):
        return lambda size: unit * (size // len(unit) + 1)
    return lambda size: before + unit * (size // len(unit.encode()) + 1)


def _numbered(line: Callable[[int], str], before: str = "") -> Callable[[int], str]:
    """Lines that differ, so that no two passages are the same."""

    def made(size: int) -> str:
        lines, length = [before], len(before)
        for number in count(1):
            if length > size:
                return "".join(lines)
            lines.append(line(number))
            length += len(lines[-1])
        raise AssertionError("there are always more numbers")

    return made


def _wrapped(before: str, unit: str, after: str) -> Callable[[int], str]:
    """Half of it opens, half of it closes."""

    def made(size: int) -> str:
        times = max(1, (size - len(before)) // (len(unit) + len(after)))
        return before + unit * times + "word" + after * times

    return made


def _random(characters: str) -> Callable[[int], str]:
    return lambda size: "".join(random.Random(size).choices(characters, k=size))


_TEXTS: Mapping[str, str] = {
    "dashes": "- a\n",
    "stars": "* a\n",
    "items of a word": "- Open valve\n",
    "items of a word apart": "- Open valve\n\n",
    "paragraphs of a word": "Open valve.\n\n",
    "headings of a word": "## Open valve\n\nDo it.\n\n",
    "items apart": "- a\n\n",
    "items of a sentence": "- Open the valve and wait until the light is green.\n",
    "nested items": "- a\n  - b\n    - c\n",
    "numbers": "1. a\n",
    "numbers in parentheses": "(a) b\n",
    "roman numbers": "(iv) b\n",
    "checkboxes": "- [ ] a\n",
    "bullets without words": "-\n",
    "headings": "# a\n",
    "headings apart": "# a\n\n",
    "headings with a word": "# a\n\nb\n\n",
    "deeper headings": "# a\n\n## b\n\n### c\n\nd\n\n",
    "hashes alone": "#\n",
    "hashes in a row": "#",
    "underlined": "a\n=\n",
    "underlined properly": "Title\n=====\n\n",
    "overlined": "=====\nTitle\n=====\n\n",
    "rules": "---\n",
    "rules of equals": "=" * 100 + "\n",
    "chapters": "CHAPTER IV\n\n",
    "chapters named": "Chapter 1. Title\n\nWord.\n\n",
    "capitals": "TITLE IN CAPITALS\n\n",
    "questions": "What is it?\n\n",
    "questions answered": "Q: What is it?\nA: A thing.\n",
    "numbered headings": "1.2.3 Title\n\nword\n\n",
    "versions": "## [1.2.3] - 2024-01-01\n\n- word\n\n",
    "bare lines": "Some words here\n\n" + "and so it goes on for a while until the line is long enough to be one\n\n",
    "tiny paragraphs": "a\n\n",
    "one word a line": "a\n",
    "one long line": "word ",
    "one long word": "a",
    "one long sentence": "word, ",
    "sentences": "A b. ",
    "full stops": "a. ",
    "abbreviations": "Mr. ",
    "ellipses": "...",
    "exclamation marks": "!",
    "question and exclamation": "a?! ",
    "quotes": '"',
    "quoted words": '"a" ',
    "open quotes": "“",
    "backticks": "`",
    "parentheses open": "(",
    "brackets": "[",
    "brackets closed": "[]",
    "links": "[a](b) ",
    "links open": "[a](",
    "images": "![",
    "emphasis": "*a ",
    "emphasis open": "**",
    "underscores": "_",
    "bold": "**a** ",
    "quoted lines": "> a\n",
    "nested quotes": ">",
    "nested quotes a line": "> > > > > > > > a\n",
    "fences open": "```\na\n",
    "fences in pairs": "```\na\n```\n\n",
    "tildes": "~~~\n",
    "code indented": "a:\n\n    b = c;\n\n",
    "code unindented": "a(b);\n",
    "rows": "| a | b |\n",
    "rows in tables": "| a | b |\n|---|---|\n| c | d |\n\n",
    "bars": "|",
    "bars apart": "| ",
    "one row": "|a",
    "commas": "a,b,c\n",
    "commas alone": ",",
    "tabs": "a\tb\tc\n",
    "semicolons": "a;b;c\n",
    "drawn tables": "+---+---+\n| a | b |\n+---+---+\n",
    "speakers": "ANNA: Yes.\nBEN: No.\n",
    "speakers of one word": "A: b\nB: c\n",
    "colons": "a:\n",
    "colons apart": "a:\n\n",
    "stamps": "[10:00:01] a\n",
    "log lines": "2024-01-01 10:00:01 INFO word=1 other\n",
    "dates": "1 January 2024\n\n",
    "mails": "From: a\nTo: b\nSubject: c\nDate: d\n\nword\n\n",
    "mail heads": "From: a\n",
    "front matter": "---\ntitle: a\n---\n",
    "keys and values": "key: value\n",
    "white space": " ",
    "blank lines": "\n",
    "blank lines with space": " \t\n",
    "line ends of Windows": "word\r\n\r\n",
    "line ends of old": "word\r\r",
    "form feeds": "word\f",
    "separators": "word\u2028word\u2029",
    "controls": "a\x01\x02\x1b[0m\x7f",
    "bytes of order": "\ufeffa ",
    "right to left": "\u202eשלום \u200fعالم\u202c. ",
    "combining marks": "e" + "\u0301" * 30 + " ",
    "joined emoji": "👩‍👩‍👧‍👦",
    "flags": "🇩🇪🇫🇷 ",
    "no spaces": "漢字仮名交じり文。",
    "joiners": "\u200d\u200b",
    "capital names": "Anna Berg and Carl Dahl of ",
    "initials": "A. B. C. ",
    "capitals in a row": "A ",
    "dotted names": "a.b.c.d.",
    "slashes": "a/b/",
    "pronouns": "He was. She is. It has. ",
    "it is said that": "It is said, ",
    "after that": "after that then ",
    "apostrophes": "'",
    "dashes in a row": "-",
    "words of digits": "1,000.5 ",
    "entities": "&amp;",
    "comments open": "<!-- a\n",
    "comments": "<!-- a --> b\n\n",
    "references": "[a]: b\n",
    "backslashes": "\\",
}
_PAGES: Mapping[str, str] = {
    "open paragraphs": "<p>a",
    "open spans": "<span>a",
    "open bold": "<b>",
    "items of a page": "<li>a</li>",
    "lists of a page": "<ul><li>a</li></ul>",
    "cells of one row": "<td>a</td>",
    "rows of a page": "<tr><td>a</td><td>b</td></tr>",
    "headings of a page": "<h1>a</h1>",
    "headings with text": "<h2>a</h2><p>b</p>",
    "breaks": "a<br>",
    "preformatted": "<pre>a</pre>",
    "preformatted open": "<pre>\n",
    "less than": "<",
    "tags unended": "<a ",
    "attributes": '<p class="nav menu" id="toc">a</p>',
    "entities of a page": "&lt;&#65;&nbsp;",
    "scripts open": "<script>",
    "definitions": "<dt>a<dd>b",
    "comments of a page": "<!-- a",
    "white space of a page": "<p> \n ",
}
_WORD = "word"
SHAPES = [
    Shape("prose", PLAIN, _numbered(lambda n: PROSE.replace("1871", str(n)))),
    *(Shape(name, PLAIN, _repeated(unit)) for name, unit in _TEXTS.items()),
    *(
        Shape(f"{name} as Markdown", MARKDOWN, _repeated(_TEXTS[name]))
        for name in (
            *("dashes", "nested items", "headings", "items of a word", "headings of a word", "headings with a word"),
            *("underlined", "rows in tables", "rules", "paragraphs of a word"),
            *("nested quotes", "quoted lines", "fences open", "references", "brackets", "tiny paragraphs", "backticks"),
            *("blank lines", "front matter", "numbers", "emphasis", "one long line", "code indented", "entities"),
        )
    ),
    *(Shape(name, HTML, _repeated(unit)) for name, unit in _PAGES.items()),
    Shape("prose as Markdown", MARKDOWN, _repeated(PROSE)),
    Shape("prose as a page", HTML, _repeated(f"<p>{PROSE}</p>")),
    Shape("a word and marks", PLAIN, _repeated("!", _WORD)),
    Shape("a word and full stops", PLAIN, _repeated(". ", _WORD)),
    Shape("a word and dashes", PLAIN, _repeated("-\n", _WORD)),
    Shape("a word and white space", PLAIN, _repeated(" ", _WORD)),
    Shape("different items", PLAIN, _numbered(lambda n: f"- a{n}\n")),
    Shape("different headings", MARKDOWN, _numbered(lambda n: f"# a{n}\n\n")),
    Shape("different headings with text", MARKDOWN, _numbered(lambda n: f"## Part {n}\n\nWord {n}.\n\n")),
    Shape("different items of a word", PLAIN, _numbered(lambda n: f"- Open valve {n}\n")),
    Shape(
        "sections below long headings",
        MARKDOWN,
        _numbered(
            lambda n: f"##### Part {n}\n\n{'Word ' * 10}{n}.\n\n",
            "".join(f"{'#' * level} {'Long words ' * 25}\n\n" for level in range(1, 5)),
        ),
    ),
    Shape(
        "a page of one heading", HTML, lambda size: f"<h1>{'word ' * (size // 10)}</h1>" + "<p>a b c d e f g</p>" * size
    ),
    Shape("different headings with a line", MARKDOWN, _numbered(lambda n: f"## Part {n}\n\n{'Word ' * 10}{n}.\n\n")),
    Shape("different headings of plain text", PLAIN, _numbered(lambda n: f"{n}.1 Title\n\nWord {n}.\n\n")),
    Shape("different rows", PLAIN, _numbered(lambda n: f"a{n},b{n},c{n}\n", "one,two,three\n")),
    Shape("different paragraphs", PLAIN, _numbered(lambda n: f"a{n}\n\n")),
    Shape("different speakers", PLAIN, _numbered(lambda n: f"Speaker {n}: Word {n}.\n")),
    Shape("different records", JSONL, _numbered(lambda n: json.dumps({"text": f"word {n}", "title": f"T {n}"}) + "\n")),
    Shape("broken records", JSONL, _repeated('{"text": "word"}\n{"text": \nnull\n[]\n{"text": 1}\n')),
    Shape("half surrogates", JSONL, _repeated('{"text": "word \\ud800"}\n{"text": "\\udc00"}\n')),
    Shape("records of marks", JSONL, lambda size: json.dumps({"text": "a" + "!" * max(size - 20, 1)})),
    Shape("nested records", JSONL, _repeated("[")),
    Shape("NUL", PLAIN, _repeated("a\0")),
    Shape("not UTF-8", PLAIN, _repeated(b"a\xff\xfe")),
    Shape("half a character", PLAIN, lambda size: b"a" * (size - 1) + b"\xc3"),
    Shape("lists within lists", MARKDOWN, _numbered(lambda n: " " * min(2 * n, 200) + "- a\n")),
    Shape("quotes within quotes", MARKDOWN, _numbered(lambda n: "> " * min(n, 100) + "a\n")),
    Shape("divisions within divisions", HTML, _wrapped("", "<div>", "</div>")),
    Shape("tables within tables", HTML, _wrapped("", "<table><tr><td>", "</td></tr></table>")),
    Shape("lists within lists of a page", HTML, _wrapped("", "<ul><li>", "</li></ul>")),
    Shape("links within links", MARKDOWN, _wrapped("", "[", "](a)")),
    Shape("a table with wide rows", PLAIN, _repeated("a | " * 500 + "\n", "| a | b\n")),
    Shape("marks at random", PLAIN, _random("-*#|>`~=:.,;!?()[]{}<>\"' \n\ta1A")),
    Shape("marks at random as Markdown", MARKDOWN, _random("-*#|>`~=:.,;!?()[]{}<>\"' \n\ta1A")),
    Shape("marks at random as a page", HTML, _random("<>/=\"' \npahdivultr1")),
]
