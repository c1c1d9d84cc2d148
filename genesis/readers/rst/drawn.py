"""Drawn: tables whose cells stand in boxes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from genesis.readers.rst.cells import Cell, Row, Table
from genesis.readers.rst.lines import Lines

_RULE = re.compile(r"\+(?>(?:[-=]+\+)+)")
_MOST_COLUMNS = 64


def is_rule(said: str) -> bool:
    """Whether a line begins such a table: `+----+---+`."""
    return _RULE.fullmatch(said) is not None


def table(lines: Lines, at: int, last: int) -> Table | None:
    """The table that begins with a line."""
    bounds: set[int] = set()
    end = at
    while end < last and lines[end].indent == lines[at].indent and lines.said(end)[:1] in ("|", "+"):
        said = lines.said(end)
        end += 1
        for rule in _RULE.finditer(said):
            bounds.update(at for at in range(*rule.span()) if said[at] == "+")
        if len(bounds) > _MOST_COLUMNS + 1:
            return None
    reading = _Reading(sorted(bounds))
    for one in range(at, end):
        reading.take(lines[one].start, lines.said(one))
    return Table(reading.header, reading.rows, end) if reading.header or reading.rows else None


class _Reading:
    """The rows so far, and the cells that may go on in the next line."""

    def __init__(self, bounds: Sequence[int]) -> None:
        self._columns = list(pairwise(bounds))
        self._open: list[Cell | None] = [None] * len(self._columns)
        """By the column that they begin in."""
        self._begins = True
        """Whether a row begins."""
        self.header: list[Row] = []
        self.rows: list[Row] = []

    def take(self, start: int, said: str) -> None:
        """A line: where its cells are not ruled off, they go on in the next row."""
        ruled = [self._is_ruled(said, *column) for column in self._columns]
        if all(ruled) and "=" in said and not self.header:
            self.header, self.rows = self.rows, []
        if any(ruled):
            self._rule(ruled)
        if all(ruled):
            return
        if self._begins and not any(ruled):
            self._row(said)
        self._text(start, said)

    def _is_ruled(self, said: str, first: int, last: int) -> bool:
        part = said[first : last + 1]
        return len(part) > last - first and not part.strip("-=+") and not part[1:-1].strip(part[1:2])

    def _rule(self, ruled: Sequence[bool]) -> None:
        for at, cell in enumerate(self._open):
            if cell and ruled[at]:
                self._open[at] = None
            elif cell and not self._begins:
                cell.rows += 1
        self._begins = True

    def _row(self, said: str) -> None:
        row: Row = []
        at = 0
        while at < len(self._columns):
            if cell := self._open[at]:
                at += cell.columns
                continue
            cell = Cell()
            last = at + 1
            while last < len(self._columns) and said[self._columns[last][0] :][:1] not in ("|", "+", ""):
                last += 1
            cell.columns = last - at
            self._open[at] = cell
            row.append(cell)
            at = last
        self.rows.append(row)
        self._begins = False

    def _text(self, start: int, said: str) -> None:
        for at, cell in enumerate(self._open):
            if cell:
                first, last = self._columns[at][0] + 1, self._columns[at + cell.columns - 1][1]
                if said[first:last].strip():
                    cell.parts.append((start + first, start + min(last, len(said))))
