"""A page: its tags are taken in order; the map of what is shown leads to the page's own characters."""

from __future__ import annotations

from dataclasses import replace

from genesis import metadata
from genesis.fairness import breathe
from genesis.readers.html.blocks import Blocks
from genesis.readers.html.grid import Grid
from genesis.readers.html.inline import Inline
from genesis.readers.html.raised import LEADS, LONGEST, raised
from genesis.readers.html.tags import BLOCKS, HEADINGS, TAG, Tag, number, said, tags
from genesis.readers.html.visibility import Visibility
from genesis.readers.writer import BELOW_ALL, Writer
from genesis.structure import Kind, Shown, Structure

_CELLS = frozenset(("caption", "tbody", "td", "th", "thead", "tr"))


def read(source: str) -> Structure:
    """A page. Its title is its first heading where that stands above all, or else its `title`."""
    return _Page(source).structure()


class _Page:
    def __init__(self, source: str) -> None:
        self._source = source
        self._tags = tags(source)
        self._out = Writer()
        self._inline = Inline(source)
        self._blocks = Blocks(self._out, self._inline)
        self._visibility = Visibility(source, self._tags)
        self._pairs = self._visibility.pairs
        self._grids: list[Grid] = []
        self._called = ""
        self._told: list[tuple[str, str]] = []

    def structure(self) -> Structure:
        at = number = 0
        while number < len(self._tags):
            breathe()
            tag = self._tags[number]
            self._inline.words(at, tag.start)
            at, number = tag.end, number + 1
            if tag.closes:
                self._leave(tag.name, number - 1)
            elif tag.name:
                self._tell(tag)
                heads = self._blocks.heads and not self._inline.says_something
                if tag.closed and (not self._visibility.is_shown(tag, heads) or self._is_mark(tag)):
                    number, at = tag.closed + 1, self._tags[tag.closed].end
                else:
                    self._enter(tag)
        self._inline.words(at, len(self._source))
        while self._grids:
            self._leave("table", 0)
        self._blocks.flush()
        self._blocks.terms.end()
        read = self._out.structure(self._source, "", metadata.gathered(self._told))
        return read if read.title else replace(read, title=self._called)

    def _tell(self, tag: Tag) -> None:
        """What the page's head says of it."""
        if tag.name == "title" and not self._called and tag.closed:
            self._called = said(self._source[tag.end : self._tags[tag.closed].start])
        elif tag.name == "html" and (language := tag.given().get("lang")):
            self._told.append(("language", language))
        elif tag.name == "meta":
            given = tag.given()
            name = given.get("name") or given.get("property") or ""
            if name and given.get("content"):
                self._told.append((name.rpartition(":")[2].replace("_time", ""), given["content"]))

    def _is_mark(self, tag: Tag) -> bool:
        """Whether it is raised and short: it is said then, unless it leads to a note."""
        closing = self._tags[tag.closed]
        if tag.name != "sup" or closing.start - tag.end > LONGEST:
            return False
        inner = self._source[tag.end : closing.start]
        mark = said(inner)
        if not mark:
            return False
        if not LEADS.search(inner):
            self._inline.instead(raised(self._inline.end, mark), tag.start, closing.end)
        return True

    def _label(self, tab: Tag) -> Shown:
        """What a tab says, above the part that it opens."""
        at, end = tab.end, self._tags[tab.closed].start
        for mark in TAG.finditer(self._source, at, end):
            self._inline.words(at, mark.start())
            at = mark.end()
        self._inline.words(at, end)
        return self._inline.taken()

    @property
    def _grid(self) -> Grid | None:
        """The table that is open, if it is one."""
        return self._grids[-1] if self._grids and not self._grids[-1].is_layout else None

    def _enter(self, tag: Tag) -> None:
        name, grid = tag.name, self._grid
        if grid and name in _CELLS:
            self._cell(grid, tag)
        elif name == "table":
            if grid:
                self._lay_out(grid)
            self._blocks.flush()
            self._grids.append(Grid(self._blocks.terms.lead(Kind.PARAGRAPH)))
        elif name == "br" or ((grid or tag.closed in self._pairs.joined) and name in BLOCKS):
            if grid and (name in HEADINGS or name == "pre"):
                self._lay_out(grid)
                self._enter(tag)
                return
            self._inline.line()
        elif name == "button" and tag.closed and not self._grids:
            self._blocks.open_button()
        elif name in BLOCKS:
            self._blocks.flush()
            if tab := self._visibility.tabs.by_panel.get(tag.closed):
                self._blocks.head(BELOW_ALL, self._label(tab))
            self._blocks.open(tag)
            if level := self._pairs.titles.get(tag.closed):
                self._blocks.open_title(level)
        else:
            self._inline.open(tag)
        if not grid and (tag.closed in self._pairs.terms or tag.closed in self._pairs.values):
            self._blocks.flush()
            self._blocks.terms.open(tag.closed in self._pairs.values)

    def _leave(self, name: str, number: int) -> None:
        """The element ends that the tag of a number closes."""
        grid = self._grid
        if number in self._pairs.labels or (grid and number in self._pairs.terms):
            self._inline.colon()
        elif not grid and (number in self._pairs.terms or number in self._pairs.values):
            self._blocks.flush()
            if number in self._pairs.values:
                self._blocks.terms.close_value()
        self._end(name, number)
        if level := self._pairs.parts.get(number):
            self._out.leave(level)

    def _end(self, name: str, number: int) -> None:
        grid = self._grid
        if name == "button":
            self._blocks.close_button()
        elif name == "table" and self._grids:
            self._close(self._grids[-1])
            self._grids.pop().write(self._out)
        elif grid and name in ("td", "th", "caption", "tr", "thead"):
            self._close(grid)
            if name == "thead":
                grid.in_head = False
        elif name in BLOCKS and (grid or number in self._pairs.joined):
            self._inline.space()
        elif name in BLOCKS:
            self._blocks.flush()
            self._blocks.close(name)
            if number in self._pairs.titles:
                self._blocks.close_title()
        else:
            self._inline.close(name)

    def _cell(self, grid: Grid, tag: Tag) -> None:
        self._close(grid)
        if tag.name == "tr":
            grid.row()
        elif tag.name == "thead":
            grid.in_head = True
        elif tag.name in ("td", "th"):
            given = tag.given() if tag.attributes else {}
            grid.open(tag.name == "th", number(given.get("colspan")), number(given.get("rowspan")))
        elif tag.name == "caption":
            grid.in_caption = True

    def _close(self, grid: Grid) -> None:
        """What stands in the cell that is open."""
        if grid.is_layout:
            self._blocks.flush()
            return
        is_bold = self._inline.is_bold
        grid.close(self._inline.taken(), is_bold)

    def _lay_out(self, grid: Grid) -> None:
        """The table is no table: something else than words stands in its cell."""
        self._close(grid)
        grid.write(self._out)
        grid.is_layout = True
