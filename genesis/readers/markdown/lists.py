"""Lists of Markdown: which are open within each other, where their text stands, and what opens them."""

from __future__ import annotations

from dataclasses import dataclass

from genesis.readers.writer import Writer
from genesis.structure import Kind, Shown


@dataclass(slots=True)
class _List:
    """A list that is open: where its marks and its items' text stand, and what kind of marks these are."""

    indent: int
    content: int
    ordered: bool

    @property
    def inner(self) -> int:
        """Where at least stands what is in an item of it."""
        return min(self.content, self.indent + 2)


class Lists:
    """The lists that are open, the outermost first."""

    def __init__(self, out: Writer) -> None:
        self._out = out
        self.open: list[_List] = []
        self.group = 0
        self.lead = Shown()
        self._begins = 0
        """Where in what is written the outermost begins."""
        self.leads_here = False
        """Whether all items only lead to places of this document."""

    def item(self, indent: int, content: int, ordered: bool) -> None:
        """An item begins: in the list above, in one that is in that, or in one further out."""
        while self.open and indent < self.open[-1].inner:
            top = self.open[-1]
            if indent >= top.indent - 1 and (top.ordered == ordered or len(self.open) > 1):
                break
            self.open.pop()
        above = self.open[-1] if self.open else None
        if above is None:
            self._begin()
        if above and indent < above.inner:
            above.indent, above.content, above.ordered = indent, content, ordered
        else:
            self.open.append(_List(indent, content, ordered))

    def _begin(self) -> None:
        self.group = self._out.group()
        self.lead = self._out.lead(Kind.PARAGRAPH, Kind.TURN)
        above = self._out.lead(Kind.ITEM)
        if above.text.endswith(":"):
            self.lead = above
        self._begins = len(self._out.blocks)
        self.leads_here = True

    def outdent(self, indent: int) -> None:
        """A paragraph that stands to the left of the items' text ends the lists that it is not in."""
        while self.open and indent < self.open[-1].inner:
            if len(self.open) == 1:
                self.end()
            else:
                self.open.pop()

    def end(self) -> None:
        """All of them end; a table of contents is not kept."""
        if self.open and self.leads_here and len(self._out.blocks) - self._begins > 2:
            del self._out.blocks[self._begins :]
        self.open.clear()
        self.group = 0
