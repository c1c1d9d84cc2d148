"""Tables: drawn, ruled, or written as a list of lists."""

from __future__ import annotations

from genesis.readers import columns
from genesis.readers.rst.lines import Lines
from genesis.readers.rst.written import Written
from genesis.structure import Kind, Shown, joined


class Tables:
    """Reads those of a document."""

    def __init__(self, lines: Lines, written: Written) -> None:
        self._lines = lines
        self._written = written

    def read(self, at: int, last: int) -> int:
        """A table that is ruled or drawn; where the next block begins, or 0 if the line begins none."""
        said = self._lines.said(at)
        if columns.is_simple(said) and (after := self._table(at, last, columns.simple)):
            return after
        return self._table(at, last, columns.grid) if columns.is_grid(said) else 0

    def listed(self, first: int, last: int, caption: Shown, is_headed: bool) -> None:
        """A table that is written as a list of lists."""
        found = columns.listed(self._lines.text, self._lines.all[first:last])
        rows = [[self._written.shown(*cell) for cell in row] for row in found]
        is_headed = is_headed and len(rows) > 1
        lead = caption or self._written.out.lead(Kind.PARAGRAPH)
        self._written.out.table(rows[0] if is_headed else (), rows[1:] if is_headed else rows, lead)

    def _table(self, at: int, last: int, rows_of: columns.Reading) -> int:
        found = rows_of(self._lines.text, self._lines.all[at:last])
        if found is None:
            return 0
        header, rows, count = found
        lead = self._written.out.lead(Kind.PARAGRAPH)
        if not header and rows and all(self._is_bold(cell) for cell in rows[0]):
            header, rows = rows[0], rows[1:]
        head, *shown = (
            [joined([self._written.shown(*part) for part in cell], " ") for cell in row] for row in (header, *rows)
        )
        self._written.out.table(head, shown, lead)
        return at + count

    def _is_bold(self, cell: list[columns.Span]) -> bool:
        said = "".join(self._lines.text[start:end] for start, end in cell).strip()
        return said.startswith("**") and said.endswith("**")
