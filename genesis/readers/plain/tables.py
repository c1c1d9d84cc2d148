"""Tables of plain text, whose columns a mark parts, or blanks alone."""

from __future__ import annotations

import re
from collections.abc import Sequence

from genesis.readers import columns
from genesis.readers.cells import Table
from genesis.readers.drawn import has_rule, is_rule, table
from genesis.readers.grid import Grid
from genesis.readers.lines import Line
from genesis.readers.plain.words import Words
from genesis.readers.writer import Writer
from genesis.structure import Kind, Shown

_CODE_SIGN = re.compile(r"[={}\[\];<>|`]|\(\)")
_SAYS = re.compile(r"[^\W_]")
_PAIR = 2
_FEWEST_DRAWN = 4
_FEWEST_BOUNDS = 3
_HEADER_RULES = [2, 4]
"""The lines below a header, or a title and a header, of one line."""


def has_opening(text: str, lines: Sequence[Line]) -> bool:
    """Whether the first line opens the table below it."""
    return "  " not in lines[0].said(text)


def aligned(text: str, lines: Sequence[Line]) -> Table | None:
    """A table whose columns only blanks part."""
    signs = sum(bool(_CODE_SIGN.search(text, line.start, line.end)) for line in lines)
    return None if 2 * signs > len(lines) else columns.aligned(text, lines)


def write(words: Words, found: Table, out: Writer) -> None:
    """Its rows; one of two columns without a header has names and values."""
    header, rows = ([[(words.of_parts(one.parts), one) for one in row] for row in part] for part in found[:2])
    is_named = not header and len(rows[0]) == _PAIR
    for row in rows if is_named else ():
        if any(value for value, _ in row[1:]):
            name, cell = row[0]
            row[0] = name[: len(name.text.rstrip(" :"))], cell
    grid = Grid(out.lead(Kind.PARAGRAPH), is_unmarked=True)
    grid.fill(header, is_head=True)
    grid.fill(rows, stubs=is_named)
    grid.write(out)


def drawn(text: str, lines: Sequence[Line]) -> Table | None:
    """
    A table that is drawn with lines, whose first row is its header if no `=` marks one, below a title if it has one.

    If there are no lines between the rows below the header, each stands on one.
    """
    top = lines[0].said(text)
    if len(lines) < _FEWEST_DRAWN or not is_rule(top) or any(text[line.end - 1] not in "+|" for line in lines):
        return None
    rules = [at for at, line in enumerate(lines) if has_rule(line.said(text))]
    is_titled = top.count("+") < _FEWEST_BOUNDS
    columns = lines[rules[is_titled]].said(text) if text[lines[-1].start] == "+" else ""
    if not is_rule(columns) or columns.count("+") < _FEWEST_BOUNDS or "+-+" in columns:
        return None
    rule = lines[rules[-2]]
    if rules[1:-1] == _HEADER_RULES[: 1 + is_titled] and is_rule(rule.said(text)):
        lines = [one for line in lines if text[line.start] == "|" for one in (rule, line)]
    found = table(text, lines, 0, len(lines))
    if not found or not found.rows or found.end < len(lines):
        return None
    headed = is_titled + max((cell.rows for cell in found.rows[: 1 + is_titled][-1]), default=1)
    is_headed = found.header or headed >= len(found.rows)
    return found if is_headed else Table(found.rows[:headed], found.rows[headed:], found.end)


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
