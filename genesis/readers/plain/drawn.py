"""Tables that are drawn with lines: `+----+---+`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import takewhile

from genesis.readers.columns import Row, Table
from genesis.readers.lines import Line

_GRID = re.compile(r"\+(?>(?:[-=]+\+)+)")


def is_grid(line: str) -> bool:
    """Whether a line begins a drawn table."""
    return _GRID.fullmatch(line) is not None


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


def _merged(rows: Sequence[Row]) -> Row:
    """Several lines of a header as one."""
    return [[part for row in rows for part in row[column]] for column in range(len(rows[0]))] if rows else []
