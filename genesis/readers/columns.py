"""Columns: tables that are drawn with lines, ruled, parted by blanks alone, or written as a list of lists."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import takewhile
from typing import NamedTuple, Protocol

Span = tuple[int, int]
Row = list[list[Span]]
"""By column, the stretches of the text that a cell consists of."""


class Line(Protocol):
    """Where a line's text begins and ends, and how far in it stands."""

    @property
    def start(self) -> int: ...

    @property
    def end(self) -> int: ...

    @property
    def indent(self) -> int: ...


class Table(NamedTuple):
    """The header, if there is one, the rows, and how many lines the table takes."""

    header: Row
    rows: list[Row]
    lines: int


Reading = Callable[[str, Sequence[Line]], Table | None]
_SIMPLE = re.compile(r"=+(?:[ ]+=+)+")
_SPANS = re.compile(r"-+(?:[ ]+-+)*")
_RULED = re.compile(r"=+")
_GRID = re.compile(r"\+(?>(?:[-=]+\+)+)")
_RULE = re.compile(r"[-=_*~]{3,}+(?>(?:[ \t]+[-=_*~]+)*)[ \t]*+")
_WORDS = re.compile(r"\S++(?>(?: \S+)*)")
_FIGURE = re.compile(r"\d")
_COLUMNS_LEAST = 1.5
"""Of the lines of a table one in so many has more than one cell."""
_LINES_LEAST = 3
_MOST_COLUMNS = 64
_MOST_IN_CELL = 40
_CELL = re.compile(r"(\*[ \t]+)?-(?:[ \t]+|\Z)")


def is_simple(line: str) -> bool:
    """Whether a line begins a table between rules: `=====  ====`."""
    return _SIMPLE.fullmatch(line) is not None


def is_grid(line: str) -> bool:
    """Whether a line begins a drawn table: `+----+---+`."""
    return _GRID.fullmatch(line) is not None


def simple(text: str, lines: Sequence[Line]) -> Table | None:
    """A table between rules. A row whose first cell is empty goes on from the one above."""
    top = lines[0]
    starts = [one.start() for one in _RULED.finditer(text, top.start, top.end)]
    offsets = [start - top.start for start in starts]
    rows: list[Row] = []
    header: Row = []
    for number, line in enumerate(lines[1:], 1):
        said = text[line.start : line.end]
        if is_simple(said):
            after = lines[number + 1] if number + 1 < len(lines) else None
            if header or after is None or after.start == after.end:
                return Table(header, rows, number + 1)
            header, rows = _merged(rows), []
            continue
        if not said or _SPANS.fullmatch(said):
            continue
        if line.indent < top.indent:
            return None
        cells = list(_cut(line, offsets, line.indent - top.indent))
        if rows and not cells[0]:
            for column, cell in enumerate(cells):
                rows[-1][column] += cell
        else:
            rows.append(cells)
    return None


def _cut(line: Line, offsets: Sequence[int], inset: int) -> Iterator[list[Span]]:
    for number, offset in enumerate(offsets):
        start = line.start + max(offset - inset, 0)
        is_last = number + 1 == len(offsets)
        end = line.end if is_last else min(line.start + max(offsets[number + 1] - inset, 0), line.end)
        yield [(start, end)] if end > start else []


def grid(text: str, lines: Sequence[Line]) -> Table | None:
    """A table that is drawn."""
    top = lines[0]
    bounds = [at - top.start for at in range(top.start, top.end) if text[at] == "+"]
    rows: list[Row] = []
    header: Row = []
    fresh = True
    drawn = list(takewhile(lambda one: one.indent == top.indent and text[one.start : one.end][:1] in ("|", "+"), lines))
    for line in drawn:
        said = text[line.start : line.end]
        if said[0] == "+":
            if "=" in said and not header and rows:
                header, rows = _merged(rows), []
            fresh = True
            continue
        if fresh:
            rows.append([[] for _ in bounds[1:]])
            fresh = False
        begins = 0
        for column, bound in enumerate(bounds[1:]):
            if bound < len(said) and said[bound] not in "|+" and bound != bounds[-1]:
                continue
            start, end = line.start + bounds[begins] + 1, min(line.start + bound, line.end)
            if end > start and text[start:end].strip():
                rows[-1][begins].append((start, end))
            begins = column + 1
    return Table(header, rows, len(drawn)) if rows else None


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
        row: Row = [[] for _ in columns]
        for place, cell in zip(places, cells, strict=True):
            row[place].append(cell)
        if rows and not row[0]:
            for place, parts in enumerate(row):
                rows[-1][place] += parts
        else:
            rows.append(row)
    ruled = rules.index(True) if any(rules) else -1
    is_headed = ruled in (1, 2) or (ruled < 0 and _heads(text, rows))
    return Table(rows[0] if is_headed else [], rows[is_headed:], len(lines))


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
    first, *below = ([text[start:end] for parts in row for start, end in parts] for row in rows)
    whole = all(rows[0]) and not any(map(_FIGURE.search, first))
    return whole and any(_FIGURE.search(cell) for cells in below for cell in cells)


def listed(text: str, lines: Sequence[Line]) -> list[list[Span]]:
    """A list of lists: `* -` begins a row, `-` a cell."""
    rows: list[list[Span]] = []
    for line in lines:
        if line.start == line.end:
            continue
        cell = _CELL.match(text, line.start, line.end)
        if cell and (cell[1] or not rows):
            rows.append([(cell.end(), line.end)])
        elif cell:
            rows[-1].append((cell.end(), line.end))
        elif rows and rows[-1]:
            rows[-1][-1] = rows[-1][-1][0], line.end
    return rows


def _merged(rows: Sequence[Row]) -> Row:
    """Several lines of a header as one."""
    return [[part for row in rows for part in row[column]] for column in range(len(rows[0]))] if rows else []
