"""Markdown (CommonMark and tables). Spans are offsets into the source itself, marks and all."""

from __future__ import annotations

import re
from itertools import pairwise

from markdown_it import MarkdownIt
from markdown_it.token import Token

from genesis.reading import Heading, Reading, Section, sections, title

_LINE_END = re.compile(r"\r\n|\n|\r")
_FRONT_MATTER = re.compile(r"---[ \t]*\r?\n(.*?\r?\n)?(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)", re.DOTALL)
# A nested or folded value would say nothing without the lines around it.
_FRONT_LINE = re.compile(r"^(?!title:)[A-Za-z][\w -]*:[ \t]+[^\s\[{|>&*!#%@`][^\r\n]*\r?\n", re.MULTILINE)
_FRONT_TITLE = re.compile(r"^title:[ \t]*(['\"]?)(.+?)\1[ \t]*\r?$", re.MULTILINE)
# Blocks alone: what stands in a paragraph does not matter here, and would take most of the time.
_blocks = MarkdownIt("commonmark").enable("table").disable(["inline", "text_join"])
_inline = MarkdownIt("commonmark")
_SAID = {"text", "code_inline", "softbreak", "hardbreak"}


def read(text: str) -> Reading:
    """
    The title is the front matter's, or else the heading of the first level.

    What else the front matter says in lines of `key: value` comes first, as it stands there.
    """
    front = _FRONT_MATTER.match(text)
    start = front.end() if front else 0
    headings = _headings(text, start)
    stated = _FRONT_TITLE.search(front[0]) if front else None
    stated_first = _front_sections(text, front) if front else []
    return Reading(stated[2] if stated else title(headings), text, [*stated_first, *sections(headings, text, start)])


def _front_sections(text: str, front: re.Match[str]) -> list[Section]:
    """Each run of simple lines between the marks of the front matter."""
    found: list[Section] = []
    for line in _FRONT_LINE.finditer(text, 0, max(front.end(1), 0)):
        if found and found[-1].end == line.start():
            found[-1] = Section((), found[-1].start, line.end())
        else:
            found.append(Section((), line.start(), line.end()))
    return found


def _headings(text: str, start: int) -> list[Heading]:
    """Headings of the document itself; those in quotes and lists are text."""
    lines = [start, *(match.end() for match in _LINE_END.finditer(text, start)), len(text)]
    tokens = _blocks.parse(text[start:])
    found = []
    for opening, content in pairwise(tokens):
        if opening.type != "heading_open" or opening.level or opening.map is None:
            continue
        first, last = opening.map
        if said := _said(content):
            found.append(Heading(int(opening.tag[1]), said, lines[first], lines[min(last, len(lines) - 1)]))
    return found


def _said(content: Token) -> str:
    """A heading without its marks."""
    tokens = _inline.parseInline(content.content)[0].children or []
    words = (
        " " if token.type in ("softbreak", "hardbreak") else token.content for token in tokens if token.type in _SAID
    )
    return " ".join("".join(words).split())
