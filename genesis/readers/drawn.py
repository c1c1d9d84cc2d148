"""Drawn: tables whose cells stand in boxes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from genesis.readers.cells import Cell, Row, Table
from genesis.readers.lines import Line
from genesis.stretches import Span

_RULE = re.compile(r"\+(?>(?:[-=]+\+)+)")
_SIDES = ("|", "+")
_ENDS = (*_SIDES, "")
_MOST_COLUMNS = 64


def is_rule(said: str) -> bool:
    """Whether a line begins such a table: `+----+---+`."""
    return _RULE.fullmatch(said) is not None


def has_rule(said: str) -> bool:
    """Whether a line of such a table parts rows, in some columns at least."""
    return said[0] == "+" or _RULE.search(said) is not None


def table(text: str, lines: Sequence[Line], at: int, last: int) -> Table | None:
    """The table that begins with a line."""
    bounds: set[int] = set()
    end = at
    while end < last and lines[end].indent == lines[at].indent and (said := lines[end].said(text)).startswith(_SIDES):
        end += 1
        for rule in _RULE.finditer(said):
            bounds.update(at for at in range(*rule.span()) if said[at] == "+")
        if len(bounds) > _MOST_COLUMNS + 1:
            return None
    reading = _Reading(sorted(bounds))
    for line in lines[at:end]:
        reading.take(line.start, line.said(text))
    return Table(reading.header, reading.rows, end) if reading.header or reading.rows else None


class _Reading:
    """
    The rows so far, and the cells that may go on in the next line.

    A line with a bar for each column is parted at these: words that are wider than their column, or than they have
    characters, move them.
    """

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
        bars = [at for at, one in enumerate(said) if one == "|"]
        columns = list(pairwise(bars)) if len(bars) == len(ruled) + 1 and not bars[0] else self._columns
        if self._begins and not any(ruled):
            self._row(said, columns)
        self._text(start, said, columns)

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

    def _row(self, said: str, columns: Sequence[Span]) -> None:
        row: Row = []
        at = 0
        while at < len(columns):
            if cell := self._open[at]:
                at += cell.columns
                continue
            cell = Cell()
            last = at + 1
            while last < len(columns) and said[columns[last][0] :][:1] not in _ENDS:
                last += 1
            cell.columns = last - at
            self._open[at] = cell
            row.append(cell)
            at = last
        self.rows.append(row)
        self._begins = False

    def _text(self, start: int, said: str, columns: Sequence[Span]) -> None:
        """What stands in the cells; one that no bar ends has what stands before the next bar."""
        taking: Cell | None = None
        first = after = 0
        edge = len(said) - said.endswith(_SIDES)
        for at, (begins, ends) in enumerate(columns, 1):
            if cell := self._open[at - 1]:
                after = at - 1 + cell.columns
                if not taking:
                    taking, first = cell, begins + 1
            is_last = at == len(columns)
            if taking and (is_last or (at >= after and said[ends : ends + 1] in _ENDS)):
                last = edge if is_last else min(ends, edge)
                if said[first:last].strip():
                    taking.parts.append((start + first, start + last))
                taking = None
