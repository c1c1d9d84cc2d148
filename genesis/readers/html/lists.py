"""Lists of a page: which are open within each other, what opens them, and which of them only lead elsewhere."""

from __future__ import annotations

import re
from dataclasses import dataclass

from genesis.readers.html.bullets import Bullets
from genesis.readers.html.tags import Tag
from genesis.readers.html.terms import Terms
from genesis.readers.writer import Writer
from genesis.structure import Kind, Shown

_NO_LEAD = Shown()
_SIDE_BY_SIDE = re.compile(r"(?:^|\s)lst-\w+-(\d)(?:$|\s)")
"""The class of a list that stands beside the one that it is in, and how deep it is."""


@dataclass(slots=True)
class _List:
    ordered: bool
    group: int
    lead: Shown
    number: int
    begins: int
    level: int
    """How deep it stands in lists that an office program wrote side by side."""
    leading: int = 0
    """Items in it, or in one below, that only lead to places of this page."""
    links: int = 0
    """Those that only lead anywhere."""


class Lists:
    """Those that are open, the outermost first."""

    def __init__(self, out: Writer, terms: Terms, bullets: Bullets) -> None:
        self._out = out
        self._terms = terms
        self._bullets = bullets
        self._open: list[_List] = []
        self._headed = 0
        """How many of these hold a heading in their open item: what stands below it is text, or in lists of its own."""
        self.is_item = False
        """Whether an item is open that says nothing so far."""
        self.is_above = False
        """Whether the page has a heading, which comes below."""

    def __bool__(self) -> bool:
        return bool(self._open)

    @property
    def outermost(self) -> _List | None:
        """The list that all others are in which no heading is in."""
        return self._open[self._headed] if self._headed < len(self._open) else None

    def begin(self, tag: Tag) -> None:
        """A list begins."""
        above = self.outermost
        given, level = tag.given(), 0
        if above:
            group, lead = above.group, above.lead
        elif side := _SIDE_BY_SIDE.search(given.get("class", "")):
            group, lead = self._bullets.going_on()
            level = int(side[1])
        else:
            group, lead = self._out.group(), self._terms.lead(Kind.PARAGRAPH, Kind.TURN)
        first = given.get("start", "1")
        number = int(first) - 1 if first.isdecimal() and len(first) < 7 else 0
        self._open.append(_List(tag.name == "ol", group, lead, number, len(self._out.blocks), level))

    def begin_item(self) -> None:
        """An item begins."""
        self.is_item = True
        if self._open:
            self._open[-1].number += 1
            self._headed = min(self._headed, len(self._open) - 1)

    def end(self) -> None:
        """A list ends; a table of contents, or a menu above the page, is not kept if nothing announces it."""
        self.is_item = False
        if not self._open:
            return
        ended = self._open.pop()
        self._headed = min(self._headed, len(self._open))
        if self._open:
            self._open[-1].leading += ended.leading
            self._open[-1].links += ended.links
            return
        leading = ended.links if self.is_above else ended.leading
        if 2 < leading == len(self._out.blocks) - ended.begins and not ended.lead.text.endswith(":"):
            del self._out.blocks[ended.begins :]

    def head(self, *, is_marked: bool) -> None:
        """A heading stands in the items that are open; `is_marked` if it is one by its tag."""
        self._headed = len(self._open)
        self.is_above = self.is_above and not is_marked

    def item(self, said: Shown, *, leads_here: bool, is_link: bool) -> None:
        """The first text of an item."""
        last = self._open[-1]
        mark = str(last.number) if last.ordered else ""
        depth = len(self._open) - self._headed - 1 + last.level
        self.is_item = False
        self._out.add(Kind.ITEM, said, group=last.group, depth=depth, lead=last.lead, mark=mark)
        last.leading += leads_here
        last.links += is_link
        self._bullets.wrote(last.group, last.lead)

    def add(self, kind: Kind, said: Shown, lead: Shown = _NO_LEAD) -> None:
        """Text or code, in the item that is open if one is."""
        group = self.outermost.group if self.outermost else 0
        self._out.add(kind, said, group=group, depth=len(self._open) - self._headed, lead=lead)
