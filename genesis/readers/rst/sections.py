"""Sections: titles with a line below, or one above and one below."""

from __future__ import annotations

from genesis.readers.rst.lines import RULE, Lines
from genesis.readers.rst.written import Written
from genesis.readers.writer import BELOW_ALL


class Sections:
    """Reads those of a document."""

    def __init__(self, lines: Lines, written: Written) -> None:
        self._lines = lines
        self._written = written
        self._marks: list[str] = []
        """Which marks underline headings, the highest first."""

    def read(self, at: int, last: int) -> int:
        """A title; where the next block begins, or 0 if the line begins none."""
        lines, over = self._lines, 0
        if RULE.fullmatch(lines.said(at)) and at + 2 < last:
            over, at = 1, at + 1
        if at + 1 >= last or lines[at].is_blank or lines[at + 1].is_blank:
            return 0
        title, under = lines[at], lines.said(at + 1)
        size = title.end - title.start
        if not (found := RULE.fullmatch(under)) or len(under) < 0.7 * size or (not over and title.indent):
            return 0
        if over and lines.said(at - 1)[0] != under[0]:
            return 0
        mark = found[1] * (1 + over)
        if mark not in self._marks:
            self._marks.append(mark)
        level = min(self._marks.index(mark) + 1, BELOW_ALL - 1)
        self._written.out.heading(level, self._written.shown(title.start, title.end))
        return at + 2
