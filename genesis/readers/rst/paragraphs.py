"""Paragraphs, the code that they announce, and what stands below a title."""

from __future__ import annotations

from collections.abc import Callable

from genesis.readers.rst.lines import Lines
from genesis.readers.rst.written import Written
from genesis.structure import Kind, Shown

Body = Callable[[int, int], None]
"""Reads the lines from one to another, which stand in one thing."""
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

    def stretch(self, begins: int, ends: int, first: int, last: int) -> None:
        """A paragraph that begins within a line, and the lines below it."""
        literal = self.is_literal(begins, ends)
        self._written.add(Kind.PARAGRAPH, self._written.shown(begins, ends - literal))
        if literal:
            while first < last and self._lines[first].is_blank:
                first += 1
            first = self.literal(first, last, self._lines[first].indent - 1) if first < last else first
        self._body(first, last)

    def titled(self, title: Shown, first: int, last: int, opens: tuple[int, int] | None = None) -> None:
        """Lines below a title that is no section's."""
        with self._written.titled(title):
            if opens and opens[1] > opens[0]:
                self.stretch(*opens, first, last)
            else:
                self._body(first, last)
