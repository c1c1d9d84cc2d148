"""Tables: ruled, drawn, written as a list of lists, or with commas."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from genesis.readers import drawn, table
from genesis.readers.cells import Cell
from genesis.readers.grid import Grid
from genesis.readers.rst import listed, ruled
from genesis.readers.rst.lines import Lines
from genesis.readers.rst.written import Written
from genesis.stretches import Span
from genesis.structure import Kind, Shown, joined, verbatim

Options = Mapping[str, Span]
"""By name, the stretches that their values are."""
_UNSAID = re.compile(
    r"\|(?:[ \t]+|\Z)|\.\.[ \t]+(?:(?:code|code-block|sourcecode)::.*|_.*|[\w:-]{1,60}::[ \t]*)", re.DOTALL
)
"""What marks a line in a cell: one of a line block, a directive, a target."""
_EMPTY = frozenset(("..", "\\"))
"""What stands in a cell that is empty, for the table to be one."""
_NOWHERE = (0, 0)
_DELIMITERS = {"tab": "\t", "": ","}


class Tables:
    """Reads those of a document."""

    def __init__(self, lines: Lines, written: Written) -> None:
        self._lines = lines
        self._written = written

    def read(self, at: int, last: int, caption: Shown | None = None) -> int:
        """A table that is ruled or drawn; where the next block begins, or 0 if the line begins none."""
        said, found = self._lines.said(at), None
        if ruled.is_rule(said):
            found = ruled.table(self._lines, at, last)
        elif drawn.is_rule(said):
            found = drawn.table(self._lines.text, self._lines.all, at, last)
        if found is None:
            return 0
        grid = Grid(caption or self._written.out.lead(Kind.PARAGRAPH))
        for rows, is_head in ((found.header, True), (found.rows, False)):
            grid.fill([[(self._cell(one), one) for one in row] for row in rows], is_head=is_head, bold=self._is_bold)
        grid.write(self._written.out)
        return found.end

    def listed(self, first: int, last: int, caption: Shown, options: Options) -> None:
        """A table that is written as a list of lists."""
        rows = listed.rows(self._lines.text, self._lines.all[first:last])
        self._write(caption, options, [[(self._cell(one), one) for one in row] for row in rows])

    def separated(self, first: int, last: int, caption: Shown, options: Options) -> bool:
        """Whether a table whose values a mark parts is written: the mark may be one that is not known."""
        told = self._option(options, "delim").strip().lower()
        mark = _DELIMITERS.get(told, told)
        if mark not in tuple(table.DELIMITERS):
            return False
        body = (self._lines[first].start, self._lines[last - 1].end) if first < last else _NOWHERE
        header, below = (
            [[(self._written.unmarked(value), Cell()) for value in row] for row in self._values(mark, *part)]
            for part in (options.get("header", _NOWHERE), body)
        )
        self._write(caption, options, [*header, *below], len(header))
        return True

    def _values(self, mark: str, start: int, end: int) -> Iterator[table.Row]:
        return table.rows_in(self._lines.source, mark, start, end)

    def _write(
        self, caption: Shown, options: Options, rows: Sequence[Sequence[tuple[Shown, Cell]]], headed: int = 0
    ) -> None:
        count = self._number(options, "header-rows") + headed
        stubs = self._number(options, "stub-columns")
        grid = Grid(caption or self._written.out.lead(Kind.PARAGRAPH))
        grid.fill(rows[:count], stubs, is_head=True)
        grid.fill(rows[count:], stubs)
        grid.write(self._written.out)

    def _option(self, options: Options, name: str) -> str:
        return self._lines.text[slice(*options.get(name, _NOWHERE))]

    def _number(self, options: Options, name: str) -> int:
        told = self._option(options, name).strip()
        return int(told) if told.isdecimal() and len(told) < 3 else 0

    def _cell(self, cell: Cell) -> Shown:
        text = self._lines.text
        parts = [(_UNSAID.match(text, *part), part) for part in map(self._stripped, cell.parts)]
        said = [verbatim(self._lines.source, mark.end() if mark else start, end) for mark, (start, end) in parts]
        whole = joined(filter(None, said), " ")
        return Shown() if whole.text.strip() in _EMPTY else self._written.unmarked(whole)

    def _stripped(self, part: Span) -> Span:
        said = self._lines.text[slice(*part)]
        return part[0] + len(said) - len(said.lstrip()), part[0] + len(said.rstrip())

    def _is_bold(self, cell: Cell) -> bool:
        said = " ".join(self._lines.text[start:end] for start, end in cell.parts).strip()
        return said.startswith("**") and said.endswith("**")
