"""Blocks of a page: which elements are open, and what the text in them is."""

from __future__ import annotations

import re
from html import unescape

from genesis.readers.html.bullets import BULLET, Bullets, marked
from genesis.readers.html.inline import Inline
from genesis.readers.html.lists import Lists
from genesis.readers.html.tags import HEADINGS, Tag
from genesis.readers.html.terms import BELOW_TERMS, Terms
from genesis.readers.html.visibility import FURNITURE, PAGER
from genesis.readers.writer import BELOW_ALL, Writer
from genesis.structure import Kind, Shown, joined

_NO_HEADING = BELOW_ALL + 1
_MOST_TITLE_WORDS = 20
_INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff "
_LABELS = re.compile(
    r"\s*+(?:<(?:b|strong)\b[^<>]*+>\s*+)?+(?:[A-Z]\w*+(?:[ /&-]\w++){0,3}+\.?)\s?(?:</(?:b|strong)>)?:(?:\s|<)"
)
"""A label with its value behind it, at the beginning of a line."""


class Blocks:
    """What is open, from the outside in."""

    def __init__(self, out: Writer, inline: Inline) -> None:
        self._out = out
        self._inline = inline
        self.terms = Terms(out)
        self._bullets = Bullets(out)
        self.lists = Lists(out, self.terms, self._bullets)
        self._level: int | None = None
        """Of the heading that is open."""
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

    def open(self, tag: Tag) -> None:
        """An element begins."""
        match tag.name:
            case name if name in HEADINGS:
                self._level = HEADINGS[name]
            case "ul" | "ol" | "menu":
                self.lists.begin(tag)
            case "li":
                self.lists.begin_item()
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

    def close(self, name: str) -> None:
        """It ends."""
        if name in HEADINGS:
            self._level = None
        elif name in ("ul", "ol", "menu"):
            self.lists.end()
        elif name == "li":
            self.lists.is_item = False
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
        if self.lists or self.terms.is_definition:
            return False
        if self._inline.is_bold and not self._inline.bold:
            return True
        return _LABELS.match(follows) is not None and _LABELS.match(self._inline.beginning) is not None

    def head(self, level: int, said: Shown) -> None:
        """A heading."""
        self._out.heading(level, said)
        self.lists.head(is_marked=level < BELOW_ALL)
        if self._details:
            self._details[-1] = min(self._details[-1], level)

    def flush(self) -> None:
        """The text that is open ends."""
        if not self._inline:
            return
        is_bold, leads_here, is_link = self._inline.is_bold, self._inline.leads_here, self._inline.is_link
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
            self.lists.add(Kind.CODE, said, lead)
        elif FURNITURE.fullmatch(said.text) or (is_link and PAGER.fullmatch(said.text)):
            return
        elif self.lists.is_item and self.lists.outermost:
            self.lists.item(said, leads_here=leads_here, is_link=is_link)
        elif term := self.terms.defined():
            self._out.add(Kind.DEFINITION, joined((term, said), ": "), mark=term.text)
        elif not self.lists.outermost and (self._is_summary or is_bold) and _heads(said.text):
            self.head(BELOW_TERMS if self.terms.is_nested else BELOW_ALL, said)
        elif not self.lists and (mark := marked(said.text, self.office_level > 0)):
            self._bullets.add(said[mark.end() :], max(self.office_level - 1, 0), mark[1] or "")
        else:
            self.lists.add(Kind.PARAGRAPH, said)


def _heads(said: str) -> bool:
    """Whether a line in bold stands above what follows as a heading does."""
    few = said.count(" ") < _MOST_TITLE_WORDS and said[-1] not in ".,;!"
    return few and any(char.isalpha() for char in said)


def _without_anchor(said: Shown) -> Shown:
    """Without the mark behind it that leads to it."""
    end = len(said.text.rstrip("¶🔗"))
    return said[:end].stripped() if 0 < end < len(said) else said
