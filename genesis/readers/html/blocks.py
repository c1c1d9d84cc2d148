"""Blocks of a page: which elements are open, and what the text in them is."""

from __future__ import annotations

from dataclasses import dataclass

from genesis.readers.html.inline import Inline
from genesis.readers.html.tags import HEADINGS, Tag
from genesis.readers.html.terms import Terms
from genesis.readers.html.visibility import FURNITURE
from genesis.readers.writer import BELOW_ALL, Writer
from genesis.structure import Kind, Shown, joined

_NO_HEADING = BELOW_ALL + 1
_MOST_TITLE_WORDS = 20
_NO_LEAD = Shown()


@dataclass(slots=True)
class _List:
    ordered: bool
    group: int
    lead: Shown
    number: int = 0
    begins: int = 0
    leading: int = 0
    """Items in it, or in one below, that only lead to places of this page."""


class Blocks:
    """What is open, from the outside in."""

    def __init__(self, out: Writer, inline: Inline) -> None:
        self._out = out
        self._inline = inline
        self.terms = Terms(out)
        self._lists: list[_List] = []
        self._headed = 0
        """How many of these hold a heading in their open item: what stands below it is text, or in lists of its own."""
        self._is_item = False
        self._level = 0
        """Of the heading that is open, 0 if none is."""
        self._is_button = False
        self._is_summary = False
        self._details: list[int] = []
        """Of each part that opens and shuts, the highest level of the headings in it, or more."""

    @property
    def heads(self) -> bool:
        """Whether a heading is open."""
        return self._level > 0

    @property
    def _outermost(self) -> _List | None:
        """The list that all others are in which no heading is in."""
        return self._lists[self._headed] if self._headed < len(self._lists) else None

    def open(self, tag: Tag) -> None:
        """An element begins."""
        match tag.name:
            case name if name in HEADINGS:
                self._level = HEADINGS[name]
            case "ul" | "ol" | "menu":
                self._open_list(tag)
            case "li":
                self._is_item = True
                if self._lists:
                    self._lists[-1].number += 1
                    self._headed = min(self._headed, len(self._lists) - 1)
            case "dl":
                self.terms.begin_list()
            case "dt" | "dd":
                self.terms.open(tag.name == "dd")
            case "pre":
                self._inline.pre += 1
            case "details":
                self._details.append(_NO_HEADING)
            case "summary":
                self._is_summary = True

    def _open_list(self, tag: Tag) -> None:
        above = self._outermost
        lead = above.lead if above else self.terms.lead(Kind.PARAGRAPH, Kind.TURN)
        group = above.group if above else self._out.group()
        first = tag.given().get("start", "1")
        number = int(first) - 1 if first.isdecimal() and len(first) < 7 else 0
        self._lists.append(_List(tag.name == "ol", group, lead, number, len(self._out.blocks)))

    def close(self, name: str) -> None:
        """It ends."""
        if name in HEADINGS:
            self._level = 0
        elif name in ("ul", "ol", "menu") and self._lists:
            ended = self._lists.pop()
            self._is_item = False
            self._headed = min(self._headed, len(self._lists))
            if self._lists:
                self._lists[-1].leading += ended.leading
            elif 2 < ended.leading == len(self._out.blocks) - ended.begins:
                del self._out.blocks[ended.begins :]  # a table of contents
        elif name == "li":
            self._is_item = False
        elif name == "dd":
            self.terms.is_definition = False
        elif name == "dl":
            self.terms.end_list()
        elif name == "pre":
            self._inline.pre = max(self._inline.pre - 1, 0)
        elif name == "details" and self._details:
            self._close_details()
        elif name == "summary":
            self._is_summary = False

    def _close_details(self) -> None:
        level = self._details.pop()
        self._out.leave(level)
        if self._details:
            self._details[-1] = min(self._details[-1], level)

    def open_button(self) -> None:
        """A button heads what follows, unless it stands in what is a heading or a term itself."""
        if not (self.heads or self.terms.is_term or self._is_summary):
            self.open_title(BELOW_ALL)
            self._is_button = True

    def close_button(self) -> None:
        """It ends."""
        if self._is_button:
            self.close_title()
            self._is_button = False

    def open_title(self, level: int) -> None:
        """A heading begins that is one by its class alone."""
        self.flush()
        self._level = level

    def close_title(self) -> None:
        """It ends."""
        self.flush()
        self._level = 0

    def head(self, level: int, said: Shown) -> None:
        """A heading."""
        self._out.heading(level, said)
        self._headed = len(self._lists)
        if self._details:
            self._details[-1] = min(self._details[-1], level)

    def flush(self) -> None:
        """The text that is open ends."""
        if not self._inline:
            return
        is_bold, leads_here = self._inline.is_bold, self._inline.leads_here
        said = self._inline.taken()
        if not said:
            return
        self._inline.bold = 0
        if self.terms.is_term:
            self.terms.begin(said)
        elif self._level:
            self.head(self._level, _without_anchor(said))
        elif self._inline.pre:
            lead = self.terms.lead(Kind.PARAGRAPH, Kind.ITEM, Kind.TURN)
            self._add(Kind.CODE, said, lead)
        elif FURNITURE.fullmatch(said.text):
            return
        elif self._is_item and self._outermost:
            self._item(said, leads_here)
        elif term := self.terms.defined():
            self._out.add(Kind.DEFINITION, joined((term, said), ": "), mark=term.text)
        elif not self._outermost and (self._is_summary or is_bold) and _heads(said.text):
            self.head(BELOW_ALL, said)
        else:
            self._add(Kind.PARAGRAPH, said)

    def _item(self, said: Shown, leads_here: bool) -> None:
        last = self._lists[-1]
        mark = str(last.number) if last.ordered else ""
        depth = len(self._lists) - self._headed - 1
        self._is_item = False
        self._out.add(Kind.ITEM, said, group=last.group, depth=depth, lead=last.lead, mark=mark)
        last.leading += leads_here

    def _add(self, kind: Kind, said: Shown, lead: Shown = _NO_LEAD) -> None:
        """Text or code, in the item that is open if one is."""
        group = self._outermost.group if self._outermost else 0
        self._out.add(kind, said, group=group, depth=len(self._lists) - self._headed, lead=lead)


def _heads(said: str) -> bool:
    """Whether a line in bold stands above what follows as a heading does."""
    few = said.count(" ") < _MOST_TITLE_WORDS and said[-1] not in ".,;!"
    return few and any(char.isalpha() for char in said)


def _without_anchor(said: Shown) -> Shown:
    return said[: len(said.text.rstrip(" ¶#🔗"))] if said.text[-1] in "¶#🔗" else said
