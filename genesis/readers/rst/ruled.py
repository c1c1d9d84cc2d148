"""Ruled: tables between rules, each as long as a column is wide."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from itertools import pairwise

from genesis.readers.cells import Cell, Row, Table
from genesis.readers.lines import Line
from genesis.readers.rst.lines import Lines

_RULE = re.compile(r"=+(?:[ ]+=+)+")
_SPANS = re.compile(r"-+(?:[ ]+-+)*")
_DASHES = re.compile(r"[-=]+")
_MOST_COLUMNS = 64


def is_rule(said: str) -> bool:
    """Whether a line begins or ends such a table: `=====  ====`."""
    return _RULE.fullmatch(said) is not None


def table(lines: Lines, at: int, last: int) -> Table | None:
    """The table that begins with a line, if it ends."""
    text, top = lines.text, lines[at]
    starts = [one.start() - top.start for one in _DASHES.finditer(text, top.start, top.end)]
    if len(starts) > _MOST_COLUMNS:
        return None
    reading = _Reading(text, top.indent, starts)
    header: list[Row] | None = None
    for below in range(at + 1, last):
        line, said = lines[below], lines.said(below)
        if is_rule(said):
            reading.end()
            if header is not None or below + 1 == last or lines[below + 1].is_blank:
                return Table(header or [], reading.rows, below + 1)
            header, reading.rows = reading.rows, []
        elif line.is_blank:
            continue
        elif line.indent < top.indent:
            return None
        elif _SPANS.fullmatch(said):
            reading.end(line)
        else:
            reading.take(line)
    return None


class _Reading:
    """The rows so far, and the lines of the one that is open."""

    def __init__(self, text: str, indent: int, starts: Sequence[int]) -> None:
        self._text = text
        self._indent = indent
        self._starts = starts
        self._open: list[Line] = []
        self.rows: list[Row] = []

    def take(self, line: Line) -> None:
        """A line: one whose first cell is empty goes on with the row above."""
        if line.indent - self._indent < self._starts[1]:
            self.end()
        self._open.append(line)

    def end(self, spans: Line | None = None) -> None:
        """The row ends; a line of dashes below it says which columns its cells span."""
        lines, self._open = self._open, []
        if not lines:
            return
        starts = self._starts
        if spans:
            margin = spans.start - spans.indent + self._indent
            found = [one.start() - margin for one in _DASHES.finditer(self._text, spans.start, spans.end)]
            starts = sorted({self._starts[max(bisect_right(self._starts, one) - 1, 0)] for one in found})
        numbers = [*(self._starts.index(one) for one in starts), len(self._starts)]
        row = [Cell(columns=after - number) for number, after in pairwise(numbers)]
        for line in lines:
            margin = line.start - line.indent + self._indent
            for number, cell in enumerate(row):
                start = max(margin + starts[number], line.start)
                is_last = number + 1 == len(row)
                end = line.end if is_last else min(margin + starts[number + 1], line.end)
                if end > start and not self._text[start:end].isspace():
                    cell.parts.append((start, end))
        self.rows.append(row)
