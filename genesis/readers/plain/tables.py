"""Tables of plain text, whose columns a mark parts, or blanks alone."""

from __future__ import annotations

import re
from collections.abc import Sequence

from genesis.readers import columns
from genesis.readers.columns import Table
from genesis.readers.lines import Line
from genesis.readers.plain.drawn import grid, is_grid
from genesis.readers.plain.words import Words
from genesis.readers.writer import Writer
from genesis.structure import Kind, Shown

_CODE_SIGN = re.compile(r"[={}\[\];<>|`]|\(\)")
_SAYS = re.compile(r"[^\W_]")
_PAIR = 2
_FEWEST_DRAWN = 4
_FEWEST_BOUNDS = 3
_RULES = 3
"""Of a table that has them only above and below its header and at its end."""


def has_opening(text: str, lines: Sequence[Line]) -> bool:
    """Whether the first line opens the table below it."""
    return "  " not in lines[0].said(text)


def aligned(text: str, lines: Sequence[Line]) -> Table | None:
    """A table whose columns only blanks part."""
    signs = sum(bool(_CODE_SIGN.search(text, line.start, line.end)) for line in lines)
    return None if 2 * signs > len(lines) else columns.aligned(text, lines)


def write(words: Words, found: Table, out: Writer) -> None:
    """Its rows; one of two columns without a header has names and values."""
    header, *rows = ([words.of_parts(cell) for cell in row] for row in (found.header, *found.rows))
    is_named = not header and len(rows[0]) == _PAIR
    if is_named:
        rows = [[name[: len(name.text.rstrip(" :"))] if value else name, value] for name, value in rows]
    out.table(header, rows, out.lead(Kind.PARAGRAPH), named=is_named)


def drawn(text: str, lines: Sequence[Line]) -> Table | None:
    """A table that is drawn with lines, each row on one if there are none between them."""
    top = lines[0].said(text)
    if len(lines) < _FEWEST_DRAWN or not is_grid(top) or top.count("+") < _FEWEST_BOUNDS or "+-+" in top:
        return None
    rules = [at for at, line in enumerate(lines) if text[line.start] == "+"]
    if rules[-1] != len(lines) - 1 or any(text[line.end - 1] not in "+|" for line in lines):
        return None
    if len(rules) == _RULES and rules[1] == _RULES - 1:
        pieces = (grid(text, [lines[0], line]) for line in lines if text[line.start] == "|")
        header, *rows = [row for piece in pieces if piece for row in piece.rows]
        return Table(header, rows, len(lines))
    found = grid(text, lines)
    if found and not found.header:
        header, *rows = found.rows
        return Table(header, rows, found.lines) if rows else found
    return found


def mark(text: str, lines: Sequence[Line]) -> str:
    """What parts the columns, if something does."""
    if found := columns.delimiter(text, lines):
        return found
    drawn = text[lines[0].start] == "|" and all("|" in line.said(text) for line in lines)
    return "|" if drawn else ""


def parted(words: Words, lines: Sequence[Line], mark: str, out: Writer) -> None:
    """A table whose columns a mark parts."""
    said = [line for line in lines if _SAYS.search(words.text, line.start, line.end)]
    rows = [_cells(words, line, mark) for line in said]
    headed = bool(mark != "|" or len(said) < len(lines)) and len(rows) > 1
    lead = out.lead(Kind.PARAGRAPH)
    out.table(rows[0] if headed else (), rows[1:] if headed else rows, lead)


def _cells(words: Words, line: Line, mark: str) -> list[Shown]:
    start, end = line.start, line.end
    if mark == "|":
        start += words.text[start] == "|"
        end -= words.text[end - 1] == "|"
    cells: list[Shown] = []
    while start <= end:
        stop = words.text.find(mark, start, end)
        stop = end if stop < 0 else stop
        cells.append(words.shown(start, stop))
        start = stop + 1
    return cells
