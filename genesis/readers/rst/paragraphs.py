"""Paragraphs, the code that they announce, and what stands below a title."""

from __future__ import annotations

import re
from collections.abc import Callable

from genesis.readers.rst.lines import EXPLICIT, Lines
from genesis.readers.rst.written import Written
from genesis.stretches import Span
from genesis.structure import Kind, Shown, joined

Body = Callable[[int, int], None]
"""Reads the lines from one to another, which stand in one thing."""
ITEM = re.compile(
    r"(?:[-*+•](?=\s|\Z)|\(?(?P<mark>\d{1,3}|[a-zA-Z]|[ivxIVX]{2,5}|#)[.)](?=\s|\Z))(?:[ \t]++|\Z)", re.ASCII
)
"""What begins an item of a list."""
_LITERALLY = "::"


class Paragraphs:
    """Reads those of a document."""

    def __init__(self, lines: Lines, written: Written, body: Body) -> None:
        self._lines = lines
        self._written = written
        self._body = body

    def is_literal(self, start: int, end: int) -> bool:
        """Whether a text announces that what stands below it is code."""
        return self._lines.text.endswith(_LITERALLY, start, end)

    def literal(self, at: int, last: int, margin: int) -> int:
        """The code that a text announces; where it ends."""
        end = self._lines.inside(at, last, margin)
        self._written.code(at, end)
        return end

    def plain(self, at: int, last: int) -> None:
        """Paragraphs, whatever they begin with."""
        while at < last:
            end = self._lines.until_blank(at, last)
            if end > at:
                said = self._written.shown(self._lines[at].start, self._lines[end - 1].end)
                self._written.add(Kind.PARAGRAPH, said)
            at = end + 1

    def is_plain(self, at: int) -> bool:
        """Whether a line begins a paragraph rather than a directive or a list."""
        said = self._lines.said(at)
        return not EXPLICIT.match(said) and not ITEM.match(said)

    def stretch(self, span: Span, first: int, last: int, opening: Shown | None = None) -> None:
        """A paragraph that begins within a line, behind what opens it, and the lines below it."""
        literal = self.is_literal(*span)
        said = self._written.shown(span[0], span[1] - literal)
        self._written.add(Kind.PARAGRAPH, joined(filter(None, (opening, said)), ": "))
        if literal:
            while first < last and self._lines[first].is_blank:
                first += 1
            first = self.literal(first, last, self._lines[first].indent - 1) if first < last else first
        self._body(first, last)

    def titled(self, title: Shown, first: int, last: int, opens: Span | None = None) -> None:
        """Lines below a title that is no section's."""
        with self._written.titled(title):
            if opens and opens[1] > opens[0]:
                self.stretch(opens, first, last)
            else:
                self._body(first, last)
