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


@dataclass(slots=True)
class _List:
    ordered: bool
    group: int
    lead: Shown
    number: int = 0
    begins: int = 0
    leads_here: bool = True


class Blocks:
    """What is open, from the outside in."""

    def __init__(self, out: Writer, inline: Inline) -> None:
        self._out = out
        self._inline = inline
        self.terms = Terms(out)
        self._lists: list[_List] = []
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
            case "dt" | "dd":
                self.terms.open(tag.name == "dd")
            case "pre":
                self._inline.pre += 1
            case "details":
                self._details.append(_NO_HEADING)
            case "summary":
                self._is_summary = True

    def _open_list(self, tag: Tag) -> None:
        above = self._lists[0] if self._lists else None
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
            if ended.leads_here and len(self._out.blocks) - ended.begins > 2 and not self._lists:
                del self._out.blocks[ended.begins :]
        elif name == "li":
            self._is_item = False
        elif name == "dd":
            self.terms.is_definition = False
        elif name == "dl":
            self.terms.end()
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
            self.flush()
            self._level, self._is_button = BELOW_ALL, True

    def close_button(self) -> None:
        """It ends."""
        if self._is_button:
            self.flush()
            self._level, self._is_button = 0, False

    def head(self, level: int, said: Shown) -> None:
        """A heading."""
        self._out.heading(level, said)
        if self._details:
            self._details[-1] = min(self._details[-1], level)

    def flush(self) -> None:
        """The text that is open ends."""
        if not self._inline:
            return
        is_bold = self._inline.is_bold
        said = self._inline.taken()
        if not said:
            return
        depth, self._inline.bold = len(self._lists), 0
        if self.terms.is_term:
            self.terms.begin(said)
        elif self._level:
            self.head(self._level, _without_anchor(said))
        elif self._inline.pre:
            group = self._lists[0].group if depth else 0
            lead = self.terms.lead(Kind.PARAGRAPH, Kind.ITEM, Kind.TURN)
            self._out.add(Kind.CODE, said, group=group, depth=depth, lead=lead)
        elif FURNITURE.fullmatch(said.text):
            return
        elif self._is_item and depth:
            last = self._lists[-1]
            mark = str(last.number) if last.ordered else ""
            self._is_item = False
            self._out.add(Kind.ITEM, said, group=last.group, depth=depth - 1, lead=last.lead, mark=mark)
            last.leads_here = False
        elif term := self.terms.defined():
            self._out.add(Kind.DEFINITION, joined((term, said), ": "), mark=term.text)
        elif depth:
            self._out.add(Kind.PARAGRAPH, said, group=self._lists[0].group, depth=depth)
        elif (self._is_summary or is_bold) and _heads(said.text):
            self.head(BELOW_ALL, said)
        else:
            self._out.add(Kind.PARAGRAPH, said)


def _heads(said: str) -> bool:
    """Whether a line in bold stands above what follows as a heading does."""
    few = said.count(" ") < _MOST_TITLE_WORDS and said[-1] not in ".,;!"
    return few and any(char.isalpha() for char in said)


def _without_anchor(said: Shown) -> Shown:
    return said[: len(said.text.rstrip(" ¶#🔗"))] if said.text[-1] in "¶#🔗" else said
