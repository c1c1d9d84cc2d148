"""Columns: tables that are parted by blanks alone."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence

from genesis.readers.cells import Cell, Row, Table
from genesis.readers.lines import Line
from genesis.stretches import Span

_RULE = re.compile(r"[-=_*~]{3,}+(?>(?:[ \t]+[-=_*~]+)*)[ \t]*+")
_WORDS = re.compile(r"\S++(?>(?: \S+)*)")
_FIGURE = re.compile(r"\d")
_COLUMNS_LEAST = 1.5
"""Of the lines of a table one in so many has more than one cell."""
_LINES_LEAST = 3
_MOST_COLUMNS = 64
_MOST_IN_CELL = 40


def is_rule(text: str, line: Line) -> bool:
    """Whether a line is drawn, in one piece or one for each column."""
    return _RULE.fullmatch(text, line.start, line.end) is not None


def delimiter(text: str, lines: Sequence[Line]) -> str:
    """What parts the columns of a table without rules: as many times in each line, between short cells."""
    if len(lines) < _LINES_LEAST:
        return ""
    for mark, fewest in (("\t", 1), (";", 2), (",", 2)):
        counts = {text.count(mark, line.start, line.end) for line in lines}
        number = counts.pop()
        size = lines[-1].end - lines[0].start
        if not counts and number >= fewest and size <= _MOST_IN_CELL * (number + 1) * len(lines):
            return mark
    return ""


def aligned(text: str, lines: Sequence[Line]) -> Table | None:
    """
    A table whose columns only blanks part: in most lines cells stand two blanks apart, each in its column.

    What stands above a rule is the header, or else a first line that has a cell in each column and no figure, above
    figures. A line that begins in a later column goes on from the one above.
    """
    rules = [is_rule(text, line) for line in lines]
    said = [line for line, drawn in zip(lines, rules, strict=True) if not drawn]
    found = [[cell.span() for cell in _WORDS.finditer(text, line.start, line.end)] for line in said]
    if _COLUMNS_LEAST * sum(len(cells) > 1 for cells in found) < len(said) or len(said) < _LINES_LEAST:
        return None
    margins = [line.start - line.indent for line in said]
    columns = _columns((start - at, end - at) for at, cells in zip(margins, found, strict=True) for start, end in cells)
    if not 2 <= len(columns) <= _MOST_COLUMNS:  # rows have a cell for each column
        return None
    rows: list[Row] = []
    for at, cells in zip(margins, found, strict=True):
        places = [bisect_right(columns, start - at) - 1 for start, _ in cells]
        if len(set(places)) < len(places):
            return None
        if not rows or not places[0]:
            rows.append([Cell() for _ in columns])
        for place, cell in zip(places, cells, strict=True):
            rows[-1][place].parts.append(cell)
    ruled = rules.index(True) if any(rules) else -1
    is_headed = ruled in (1, 2) or (ruled < 0 and _heads(text, rows))
    return Table(rows[:is_headed], rows[is_headed:], len(lines))


def _columns(cells: Iterable[Span]) -> list[int]:
    """Where columns begin: where cells overlap they are of one."""
    starts: list[int] = []
    reached = -1
    for start, end in sorted(cells):
        if start >= reached:
            starts.append(start)
        reached = max(reached, end)
    return starts


def _heads(text: str, rows: Sequence[Row]) -> bool:
    """Whether the first row is a header: it has all columns and no figure, and below it there are figures."""
    first, *below = ([text[start:end] for cell in row for start, end in cell.parts] for row in rows)
    whole = all(cell.parts for cell in rows[0]) and not any(map(_FIGURE.search, first))
    return whole and any(_FIGURE.search(cell) for cells in below for cell in cells)
