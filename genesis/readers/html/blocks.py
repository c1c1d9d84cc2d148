"""Blocks of a page: which elements are open, and what the text in them is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape

from genesis.readers.html.bullets import BULLET, Bullets, marked
from genesis.readers.html.inline import Inline
from genesis.readers.html.tags import HEADINGS, Tag
from genesis.readers.html.terms import BELOW_TERMS, Terms
from genesis.readers.html.visibility import FURNITURE, PAGER
from genesis.readers.writer import BELOW_ALL, Writer
from genesis.structure import Kind, Shown, joined

_NO_HEADING = BELOW_ALL + 1
_MOST_TITLE_WORDS = 20
_NO_LEAD = Shown()
_INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff "
_LABELS = re.compile(
    r"\s*+(?:<(?:b|strong)\b[^<>]*+>\s*+)?+(?:[A-Z]\w*+(?:[ /&-]\w++){0,3}+\.?)\s?(?:</(?:b|strong)>)?:(?:\s|<)"
)
"""A label with its value behind it, at the beginning of a line."""
_SIDE_BY_SIDE = re.compile(r"(?:^|\s)lst-\w+-(\d)(?:$|\s)")
"""The class of a list that stands beside the one that it is in, and how deep it is."""


@dataclass(slots=True)
class _List:
    ordered: bool
    group: int
    lead: Shown
    number: int = 0
    begins: int = 0
    leading: int = 0
    """Items in it, or in one below, that only lead to places of this page."""
    links: int = 0
    """Those that only lead anywhere."""
    level: int = 0
    """How deep it stands in lists that an office program wrote side by side."""


class Blocks:
    """What is open, from the outside in."""

    def __init__(self, out: Writer, inline: Inline) -> None:
        self._out = out
        self._inline = inline
        self.terms = Terms(out)
        self._bullets = Bullets(out)
        self._lists: list[_List] = []
        self._headed = 0
        """How many of these hold a heading in their open item: what stands below it is text, or in lists of its own."""
        self._is_item = False
        self._level: int | None = None
        """Of the heading that is open."""
        self.is_above = False
        """Whether the page has a heading, which comes below."""
        self.office_level = 0
        """How deep the paragraph that is open stands in a list of an office program, from 1."""
        self._is_button = False
        self._is_summary = False
        self._details: list[int] = []
        """Of each part that opens and shuts, the highest level of the headings in it, or more."""

    @property
    def heads(self) -> bool:
        """Whether a heading is open."""
        return self._level is not None

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
        given, level = tag.given(), 0
        if above:
            group, lead = above.group, above.lead
        elif side := _SIDE_BY_SIDE.search(given.get("class", "")):
            group, lead = self._bullets.going_on()
            level = int(side[1])
        else:
            group, lead = self._out.group(), self.terms.lead(Kind.PARAGRAPH, Kind.TURN)
        first = given.get("start", "1")
        number = int(first) - 1 if first.isdecimal() and len(first) < 7 else 0
        self._lists.append(_List(tag.name == "ol", group, lead, number, len(self._out.blocks), level=level))

    def close(self, name: str) -> None:
        """It ends."""
        if name in HEADINGS:
            self._level = None
        elif name in ("ul", "ol", "menu") and self._lists:
            ended = self._lists.pop()
            self._is_item = False
            self._headed = min(self._headed, len(self._lists))
            if self._lists:
                self._lists[-1].leading += ended.leading
                self._lists[-1].links += ended.links
            elif self._leads_elsewhere(ended):
                del self._out.blocks[ended.begins :]
        elif name == "li":
            self._is_item = False
        elif name == "p":
            self.office_level = 0
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

    def _leads_elsewhere(self, ended: _List) -> bool:
        """Whether a list is a table of contents, or the menu of a site above its page, and nothing announces it."""
        leading = ended.links if self.is_above else ended.leading
        return 2 < leading == len(self._out.blocks) - ended.begins and not ended.lead.text.endswith(":")

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
        self._level = None

    def line(self, follows: str) -> None:
        """A line ends; two ends of lines, or one above what begins, end a paragraph."""
        is_text = not (self._inline.pre or self.heads or self.terms.is_term or self._is_summary)
        if is_text and (self._inline.is_broken or self._begins(follows)):
            self.flush()
        self._inline.line()

    def _begins(self, follows: str) -> bool:
        """
        Whether an item begins, what a line in bold heads, or one more label below one; a label below a name says
        something of that.
        """
        if BULLET.match(unescape(follows).lstrip()):
            return True
        if self._lists or self.terms.is_definition:
            return False
        if self._inline.is_bold and not self._inline.bold:
            return True
        return _LABELS.match(follows) is not None and _LABELS.match(self._inline.beginning) is not None

    def head(self, level: int, said: Shown) -> None:
        """A heading."""
        self._out.heading(level, said)
        self._headed = len(self._lists)
        self.is_above = self.is_above and level >= BELOW_ALL
        if self._details:
            self._details[-1] = min(self._details[-1], level)

    def flush(self) -> None:
        """The text that is open ends."""
        if not self._inline:
            return
        is_bold, leads = self._inline.is_bold, (self._inline.leads_here, self._inline.is_link)
        said = self._inline.taken()
        if not said.text.strip(_INVISIBLE):
            return
        self._inline.bold = 0
        if self.terms.is_term:
            self.terms.begin(said)
        elif self._level is not None and not (said.text.count(" ") > 1 and FURNITURE.fullmatch(said.text)):
            self.head(self._level, _without_anchor(said))
        elif self._inline.pre:
            lead = self.terms.lead(Kind.PARAGRAPH, Kind.ITEM, Kind.TURN)
            self._add(Kind.CODE, said, lead)
        elif FURNITURE.fullmatch(said.text) or (leads[1] and PAGER.fullmatch(said.text)):
            return
        elif self._is_item and self._outermost:
            self._item(said, *leads)
        elif term := self.terms.defined():
            self._out.add(Kind.DEFINITION, joined((term, said), ": "), mark=term.text)
        elif not self._outermost and (self._is_summary or is_bold) and _heads(said.text):
            self.head(BELOW_TERMS if self.terms.is_nested else BELOW_ALL, said)
        elif not self._lists and (mark := marked(said.text, self.office_level > 0)):
            self._bullets.add(said[mark.end() :], max(self.office_level - 1, 0), mark[1] or "")
        else:
            self._add(Kind.PARAGRAPH, said)

    def _item(self, said: Shown, leads_here: bool, is_link: bool) -> None:
        last = self._lists[-1]
        mark = str(last.number) if last.ordered else ""
        depth = len(self._lists) - self._headed - 1 + last.level
        self._is_item = False
        self._out.add(Kind.ITEM, said, group=last.group, depth=depth, lead=last.lead, mark=mark)
        last.leading += leads_here
        last.links += is_link
        self._bullets.wrote(last.group, last.lead)

    def _add(self, kind: Kind, said: Shown, lead: Shown = _NO_LEAD) -> None:
        """Text or code, in the item that is open if one is."""
        group = self._outermost.group if self._outermost else 0
        self._out.add(kind, said, group=group, depth=len(self._lists) - self._headed, lead=lead)


def _heads(said: str) -> bool:
    """Whether a line in bold stands above what follows as a heading does."""
    few = said.count(" ") < _MOST_TITLE_WORDS and said[-1] not in ".,;!"
    return few and any(char.isalpha() for char in said)


def _without_anchor(said: Shown) -> Shown:
    """Without the mark behind it that leads to it."""
    end = len(said.text.rstrip("¶🔗"))
    return said[:end].stripped() if 0 < end < len(said) else said
