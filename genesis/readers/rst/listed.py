"""Listed: tables that are written as a list of lists."""

from __future__ import annotations

import re
from collections.abc import Sequence

from genesis.readers.cells import Cell, Row
from genesis.readers.lines import Line

_ROW = re.compile(r"[*+-][ \t]+(?=[*+-](?:[ \t]|\Z))")
_CELL = re.compile(r"[*+-](?:[ \t]+|\Z)")


def rows(text: str, lines: Sequence[Line]) -> list[Row]:
    """`* -` begins a row, `-` below that a cell; what stands further in is in the cell."""
    found: list[Row] = []
    outer = inner = -1
    for line in lines:
        if line.is_blank:
            continue
        begins = line.start
        if (not found or line.indent == outer) and (row := _ROW.match(text, begins, line.end)):
            outer, inner = line.indent, line.indent + row.end() - begins
            begins = row.end()
            found.append([])
        is_cell = found and (begins > line.start or line.indent == inner)
        if is_cell and (cell := _CELL.match(text, begins, line.end)):
            found[-1].append(Cell())
            begins = cell.end()
        if found and begins < line.end:
            found[-1][-1].parts.append((begins, line.end))
    return found
