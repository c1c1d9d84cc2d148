"""Grid: the cells of a table, each in all the places that it spans."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from genesis.readers.cells import Cell
from genesis.readers.heads import has_header
from genesis.readers.writer import Writer
from genesis.structure import Kind, Shown, joined

_MOST_COLUMNS = 1_000
_MOST_SPANNED = 50
"""Columns that a cell spans."""
_LONGEST_SPANNED = 300
_SPANNED_ALWAYS = 10_000
"""Characters that cells say again in other rows than their own: so many, and ten times what stands in the table."""


@dataclass(slots=True)
class _Cell:
    text: Shown
    is_header: bool
    columns: int
    rows: int
    bold: bool = False


@dataclass(slots=True)
class Grid:
    """A table while it is read."""

    lead: Shown
    in_head: bool = False
    in_caption: bool = False
    is_layout: bool = False
    is_unmarked: bool = False
    """Whether a cell heads the rows below because it stands alone in its own, and nothing else marks it."""
    _caption: Shown = field(default_factory=Shown)
    _rows: list[list[_Cell]] = field(default_factory=list)
    _heads: set[int] = field(default_factory=set)
    _open: _Cell | None = None

    def row(self) -> None:
        self._rows.append([])
        if self.in_head:
            self._heads.add(len(self._rows) - 1)

    def open(self, is_header: bool, columns: int, rows: int) -> None:
        if not self._rows:
            self.row()
        self._open = _Cell(Shown(), is_header, min(columns, _MOST_SPANNED), rows)

    def close(self, said: Shown, bold: bool) -> None:
        """The cell that is open says this."""
        now, self._open = self._open, None
        if self.in_caption:
            self.in_caption = False
            self._caption = said
            self.lead = said or self.lead
        elif now:
            now.text, now.bold = said, bold
            self._rows[-1].append(now)
        elif said:
            self.row()
            self._rows[-1].append(_Cell(said, False, 1, 1))

    def fill(
        self,
        rows: Iterable[Sequence[tuple[Shown, Cell]]],
        stubs: int = 0,
        *,
        is_head: bool = False,
        bold: Callable[[Cell], bool] = lambda _: False,
    ) -> None:
        """Take rows whose first cells, as many as `stubs`, are headers."""
        self.in_head = is_head
        for row in rows:
            self.row()
            for at, (said, cell) in enumerate(row):
                self.open(is_head or at < stubs, cell.columns, cell.rows)
                self.close(said, bold(cell))

    def write(self, out: Writer) -> None:
        """Its rows, with what spans them."""
        rows = [(row, number) for number, row in enumerate(self._rows) if row]
        if self._caption and not rows:
            out.add(Kind.PARAGRAPH, self._caption)
        if len(rows) > 1 and _spans(rows[0][0]) and not self._is_section(rows):
            self.lead = rows.pop(0)[0][0].text or self.lead  # a title over all columns
        headed = 0
        while headed < len(rows) - 1 and self._is_head(*rows[headed]):
            headed += 1
        if headed > 1 and headed == len(rows) - 1 and self._is_head(*rows[-1]):
            headed = 1  # every cell is marked as a header: the first row alone is one
        if (
            not headed
            and not any(cell.is_header for row, _ in rows for cell in row)
            and _is_told([row for row, _ in rows])
        ):
            headed = 1
        while headed and _spans(rows[headed - 1][0]) and rows[headed - 1][1] not in self._heads:
            headed -= 1  # it heads rows, no columns
        named = any(row[0].is_header for row, _ in rows[headed:])
        filled = self._filled([row for row, _ in rows], headed)
        header: list[Shown] = []
        for row in filled[:headed]:
            header += [Shown()] * (len(row) - len(header))
            for at, said in enumerate(row):
                if said and said.text != header[at].text:
                    header[at] = joined((header[at], said), " ") if header[at] else said
        heads = {at for at, (row, _) in enumerate(rows[headed:]) if self._may_head(row)}
        out.table(header, filled[headed:], self.lead, named=named, heads=heads)
        self._rows, self._heads = [], set()

    def _is_section(self, rows: list[tuple[list[_Cell], int]]) -> bool:
        """Whether the first row, over all columns, heads rows as others below do."""
        (below, number), *others = rows[1:]
        alone = len(below) == 1 and below[0].columns > 1
        return not alone and not self._is_head(below, number) and any(_spans(row) for row, _ in others)

    def _is_head(self, row: list[_Cell], number: int) -> bool:
        if number in self._heads:
            return True
        said = [cell for cell in row if cell.text]
        headers = sum(cell.is_header for cell in row)
        if headers == len(row):
            return len(row) > 1 or row[0].columns > 1
        if headers:
            only = not any(cell.text for cell in row if not cell.is_header)
            return only and (not row[0].is_header or (not number and headers > 1))
        # What stands beside a header in its cell, such as a unit, is often not in bold.
        return not number and len(said) > 1 and sum(cell.bold for cell in said) * 4 >= 3 * len(said)

    def _may_head(self, row: list[_Cell]) -> bool:
        """Whether a row is told from those whose values are empty: it spans columns, or its cell is a header's."""
        first = row[0]
        return first.columns > 1 or (len(row) > 2 and (self.is_unmarked or first.is_header or first.bold))

    def _filled(self, rows: list[list[_Cell]], headed: int) -> list[list[Shown]]:
        filled: list[list[Shown]] = []
        down: dict[int, tuple[int, Shown]] = {}
        allowed = _SPANNED_ALWAYS
        for number, row in enumerate(rows):
            line: list[Shown] = []

            def fall(line: list[Shown] = line) -> None:
                nonlocal allowed
                while (spanned := down.get(len(line))) and len(line) < _MOST_COLUMNS:
                    left, said = spanned
                    if left < 2:
                        del down[len(line)]
                    else:
                        down[len(line)] = left - 1, said
                    allowed -= len(said)
                    line.append(said if allowed > 0 else Shown())

            for cell in row[:_MOST_COLUMNS]:
                fall()
                allowed += 10 * len(cell.text)
                for column in range(cell.columns):
                    if cell.rows > 1 and len(cell.text) <= _LONGEST_SPANNED:
                        down[len(line)] = cell.rows - 1, cell.text
                    line.append(cell.text if not column or (cell.is_header and number < headed) else Shown())
            fall()
            filled.append(line)
        return filled


def _spans(row: list[_Cell]) -> bool:
    """Whether a row is one header over all columns."""
    return len(row) == 1 and row[0].columns > 1 and row[0].is_header


def _is_told(rows: list[list[_Cell]]) -> bool:
    """Whether the cells tell that the first row is a header."""
    if not rows or any(cell.columns > 1 or cell.rows > 1 for cell in rows[0]):
        return False
    return has_header([[cell.text.text for cell in row] for row in rows])
