"""Tables of a page: those that are open, and which of them only lay out what stands in them."""

from __future__ import annotations

import re

from genesis.readers.grid import Grid
from genesis.readers.html.blocks import Blocks
from genesis.readers.html.inline import Inline
from genesis.readers.html.tags import HEADINGS, Tag, number
from genesis.readers.writer import Writer
from genesis.structure import Kind

_HEADS = re.compile(r"(?:^|[\s_-])(?:t?head(?:er|ing)?|th|(?:column|row)header|confluenceTh)(?=$|\s)", re.IGNORECASE)
"""The class or the role of a cell that is a header."""
_PARTS = frozenset(("caption", "tbody", "td", "th", "thead", "tr"))
_CLOSED = _PARTS - {"tbody"}


class Tables:
    """Those that are open, the outermost first."""

    def __init__(self, out: Writer, inline: Inline, blocks: Blocks) -> None:
        self._out = out
        self._inline = inline
        self._blocks = blocks
        self._grids: list[Grid] = []

    def __bool__(self) -> bool:
        return bool(self._grids)

    @property
    def grid(self) -> Grid | None:
        """The one whose cells are open, if it is a table."""
        return self._grids[-1] if self._grids and not self._grids[-1].is_layout else None

    def open(self, tag: Tag) -> bool:
        """Whether an element is a table or a part of one; what a cell cannot hold makes its table a mere layout."""
        grid = self.grid
        if grid and tag.name in _PARTS:
            self._part(grid, tag)
            return True
        if grid and (tag.name in HEADINGS or tag.name in ("pre", "table")):
            self._close(grid)
            grid.write(self._out)
            grid.is_layout = True
        if tag.name != "table":
            return False
        self._blocks.flush()
        self._grids.append(Grid(self._blocks.terms.lead(Kind.PARAGRAPH)))
        return True

    def close(self, name: str) -> bool:
        """Whether a table ends, or a part of one."""
        if name == "table" and self._grids:
            self._close(self._grids[-1])
            self._grids.pop().write(self._out)
            return True
        if not (grid := self.grid) or name not in _CLOSED:
            return False
        self._close(grid)
        if name == "thead":
            grid.in_head = False
        return True

    def _part(self, grid: Grid, tag: Tag) -> None:
        self._close(grid)
        match tag.name:
            case "tr":
                grid.row()
            case "thead":
                grid.in_head = True
            case "caption":
                grid.in_caption = True
            case "td" | "th":
                given = tag.given() if tag.attributes else {}
                names = f"{given.get('class', '')} {given.get('role', '')}"
                is_header = tag.name == "th" or _HEADS.search(names) is not None
                grid.open(is_header, number(given.get("colspan")), number(given.get("rowspan")))

    def _close(self, grid: Grid) -> None:
        """What stands in the cell that is open."""
        if grid.is_layout:
            self._blocks.flush()
            return
        is_bold = self._inline.is_bold
        grid.close(self._inline.taken(with_signs=True), is_bold)
