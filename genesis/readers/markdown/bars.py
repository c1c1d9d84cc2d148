"""Bars: tables of Markdown, whose cells stand between bars."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from genesis.readers.inline import Inline
from genesis.readers.markdown.lines import Lines
from genesis.readers.writer import Writer
from genesis.structure import Kind, Shown

_RULE = re.compile(r"(?=[^|]*\|)\|?[ \t]*+:?-++:?[ \t]*+(?>(?:\|[ \t]*:?-+:?[ \t]*)*)\|?[ \t]*+")
_BAR = re.compile(r"(?>(?:\\.|[^|\\])+)|\|", re.DOTALL)


def is_rule(said: str) -> bool:
    """Whether a line parts the header of a table from its rows."""
    return _RULE.fullmatch(said) is not None


class Bars:
    """Reads the tables of a document."""

    def __init__(self, lines: Lines, inline: Inline, out: Writer) -> None:
        self._lines = lines
        self._inline = inline
        self._out = out

    def below(self, header: Sequence[Shown]) -> None:
        """A table whose rows are the lines below."""
        rows = list(self._rows())
        self._out.table(header, rows, self._out.lead(Kind.PARAGRAPH))

    def _rows(self) -> Iterator[list[Shown]]:
        lines = self._lines
        while lines.at < lines.end:
            stop = lines.stop(lines.at)
            if "|" not in lines.text[lines.at : stop]:
                return
            yield self.cells(lines.at, stop)
            lines.at = stop + 1

    def without_header(self, start: int, end: int) -> bool:
        """Whether all lines of a paragraph are rows; then they are written."""
        lines = self._lines.text[start:end].split("\n")
        if not all(line.strip().startswith("|") and line.count("|") > 1 for line in lines):
            return False
        rows, at = [], start
        for line in lines:
            if not is_rule(line.strip()):
                rows.append(self.cells(at, at + len(line)))
            at += len(line) + 1
        self._out.table((), rows, self._out.lead(Kind.PARAGRAPH))
        return True

    def cells(self, start: int, end: int) -> list[Shown]:
        """What the cells of a line say."""
        text = self._lines.text
        start = began = self._lines.words(start, end)
        cells: list[Shown] = []
        bars = 0
        for part in _BAR.finditer(text, start, end):
            if part[0] == "|":
                if bars or part.start() > start:
                    cells.append(self._inline.shown(began, part.start(), in_cell=True))
                began = part.end()
                bars += 1
        if text[began:end].strip():
            cells.append(self._inline.shown(began, end, in_cell=True))
        return cells
