"""Markdown (CommonMark and tables). Spans are offsets into the source itself, marks and all."""

from __future__ import annotations

import re

from markdown_it import MarkdownIt

from genesis.readers.outline import outline
from genesis.reading import Heading, Reading, Section, sections, title

_FRONT_MATTER = re.compile(r"---[ \t]*\r?\n(.*?\r?\n)?(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)", re.DOTALL)
# A nested or folded value would say nothing without the lines around it.
_FRONT_LINE = re.compile(r"^(?!title:)[A-Za-z][\w -]*:[ \t]+[^\s\[{|>&*!#%@`][^\r\n]*\r?\n", re.MULTILINE)
_FRONT_TITLE = re.compile(r"^title:[ \t]*+(['\"]?)((?:[^ \t\n]|[ \t]++)+?)\1[ \t]*\r?$", re.MULTILINE)
_inline = MarkdownIt("commonmark")
_SAID = {"text", "code_inline", "softbreak", "hardbreak"}
_INLINE_MARK = re.compile(r"[\\`*_\[\]<>&!]")


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
    found = ((level, _said(content), first, last) for level, content, first, last in outline(text, start))
    return [Heading(level, said, first, last) for level, said, first, last in found if said]


def _said(content: str) -> str:
    """A heading without its marks."""
    if not _INLINE_MARK.search(content):
        return " ".join(content.split())
    tokens = _inline.parseInline(content)[0].children or []
    words = (
        " " if token.type in ("softbreak", "hardbreak") else token.content for token in tokens if token.type in _SAID
    )
    return " ".join("".join(words).split())
