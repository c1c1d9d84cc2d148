"""Tables of plain text, whose columns a mark parts, or blanks alone."""

from __future__ import annotations

import re
from collections.abc import Sequence

from genesis.readers import columns
from genesis.readers.columns import Table
from genesis.readers.plain.lines import Line
from genesis.readers.plain.words import Words
from genesis.readers.writer import Writer
from genesis.structure import Kind, Shown

_CODE_SIGN = re.compile(r"[={}\[\];<>|`]|\(\)")
_SAYS = re.compile(r"[^\W_]")
_PAIR = 2


def has_opening(text: str, lines: Sequence[Line]) -> bool:
    """Whether the first line opens the table below it."""
    return "  " not in text[lines[0].start : lines[0].end]


def aligned(text: str, lines: Sequence[Line]) -> Table | None:
    """A table whose columns only blanks part."""
    signs = sum(bool(_CODE_SIGN.search(text, line.start, line.end)) for line in lines)
    return None if 2 * signs > len(lines) else columns.aligned(text, lines)


def write(words: Words, found: Table, out: Writer) -> None:
    """Its rows; one of two columns without a header has names and values."""
    header, *rows = ([words.of_parts(cell) for cell in row] for row in (found.header, *found.rows))
    out.table(header, rows, out.lead(Kind.PARAGRAPH), named=not header and len(rows[0]) == _PAIR)


def mark(text: str, lines: Sequence[Line]) -> str:
    """What parts the columns, if something does."""
    if found := columns.delimiter(text, lines):
        return found
    drawn = text[lines[0].start] == "|" and all("|" in text[line.start : line.end] for line in lines)
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
