"""Sections of a table: a row of one cell in bold, or over several columns, says of what the rows below it are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from genesis.formats.excel.cells import Area, Row, Sheet

Rows = list[tuple[int, Row]]


@dataclass(slots=True)
class Table:
    """Rows; `header` is the number of the one that heads the others, below 0 if none does, None if nobody knows."""

    rows: Rows
    header: int | None = None
    remarks: Sequence[str] = ()
    """What stands below it."""


def sections(table: Table, sheet: Sheet, sideways: Mapping[int, Sequence[Area]]) -> Iterator[Table]:
    """Each as a table of its own, with its name above the header; `sideways` has cells over several columns by row."""
    header = table.header
    marks = [] if header is None or header < 0 else _marks(table.rows, header, sheet, sideways)
    if header is None or not marks:
        yield table
        return
    above, head = table.rows[:header], table.rows[header]
    if marks[0] > header + 1:
        yield Table(table.rows[: marks[0]], header)
        above = []
    for mark, end in zip(marks, [*marks[1:], len(table.rows)], strict=True):
        rows = [*above, table.rows[mark], head, *table.rows[mark + 1 : end]]
        yield Table(rows, len(above) + 1, table.remarks if end == len(table.rows) else ())
        above = []


def _marks(rows: Rows, header: int, sheet: Sheet, sideways: Mapping[int, Sequence[Area]]) -> list[int]:
    first = min(rows[header][1])

    def stands_out(number: int) -> bool:
        return number in sheet.bold or any(area.left == first for area in sideways.get(number, ()))

    return [
        at
        for at in range(header + 1, len(rows) - 1)
        if list(rows[at][1]) == [first] and stands_out(rows[at][0]) and len(rows[at + 1][1]) > 1
    ]
