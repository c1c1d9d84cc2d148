"""A page: its tags are taken in order; the map of what is shown leads to the page's own characters."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from html import unescape

from genesis import metadata
from genesis.fairness import breathe
from genesis.readers.html.blocks import Blocks
from genesis.readers.html.inline import Inline
from genesis.readers.html.options import options
from genesis.readers.html.raised import LEADS, LONGEST, raised
from genesis.readers.html.tables import Tables
from genesis.readers.html.tags import BLOCKS, HEADINGS, TAG, Tag, said, tags
from genesis.readers.html.visibility import Visibility
from genesis.readers.writer import BELOW_ALL, Writer
from genesis.structure import Shown, Structure

_OFFICE = re.compile(r"mso-list:\s*+l\d++\s++level(\d)")
_PEEKED = 200
"""Characters behind a line break that tell whether an item or a label follows."""


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
        self._blocks.lists.is_above = any(one.name in HEADINGS for one in self._tags)
        self._tables = Tables(self._out, self._inline, self._blocks)
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
                if tag.name == "select" and tag.closed and self._inline.says_something:
                    self._choose(number - 1)
                if tag.closed and (not self._visibility.is_shown(tag, heads) or self._is_mark(tag)):
                    number, at = tag.closed + 1, self._tags[tag.closed].end
                else:
                    self._enter(tag)
        self._inline.words(at, len(self._source))
        while self._tables:
            self._tables.close("table")
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

    def _choose(self, number: int) -> None:
        """What a field may say stands behind its label."""
        for at, option in enumerate(options(self._source, self._tags, number)):
            self._inline.between(", ") if at else self._inline.colon()
            self._inline.words(*option)

    def _is_mark(self, tag: Tag) -> bool:
        """Whether it is raised and short: it is said then, unless it leads to a note."""
        closing = self._tags[tag.closed]
        if tag.name != "sup" or closing.start - tag.end > LONGEST:
            return False
        inner = self._source[tag.end : closing.start]
        mark = unescape(TAG.sub("", inner)).strip()
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

    def _enter(self, tag: Tag) -> None:
        name = tag.name
        if self._tables.open(tag):
            return
        in_cell = self._tables.grid is not None
        if name == "br":
            self._line(tag, in_cell)
        elif name in BLOCKS and (in_cell or tag.closed in self._pairs.joined):
            self._inline.line()
        elif name == "button" and tag.closed and not self._tables:
            self._blocks.open_button()
        elif name in BLOCKS:
            self._open(tag)
        else:
            self._inline.open(tag)
        if not in_cell and (tag.closed in self._pairs.terms or tag.closed in self._pairs.values):
            self._blocks.flush()
            self._blocks.terms.open(tag.closed in self._pairs.values)

    def _line(self, tag: Tag, in_cell: bool) -> None:
        if in_cell:
            self._inline.line()
        else:
            self._blocks.line(self._source[tag.end : tag.end + _PEEKED])

    def _open(self, tag: Tag) -> None:
        self._blocks.flush()
        if panel := self._visibility.tabs.by_panel.get(tag.closed):
            tab, depth = panel
            self._blocks.head(BELOW_ALL + depth, self._label(tab))
        self._blocks.open(tag)
        if tag.closed in self._pairs.titles:
            self._blocks.open_title(self._pairs.titles[tag.closed])
        elif tag.name == "p" and tag.attributes:
            self._blocks.office_level = _office_level(tag.given())

    def _leave(self, name: str, number: int) -> None:
        """The element ends that the tag of a number closes."""
        in_cell = self._tables.grid is not None
        if number in self._pairs.labels or (in_cell and number in self._pairs.terms):
            self._inline.colon()
        elif not in_cell and (number in self._pairs.terms or number in self._pairs.values):
            self._blocks.flush()
            if number in self._pairs.values:
                self._blocks.terms.close_value()
        self._close(name, number, in_cell)
        if level := self._pairs.parts.get(number):
            self._out.leave(level)

    def _close(self, name: str, number: int, in_cell: bool) -> None:
        if name == "button":
            self._blocks.close_button()
        elif self._tables.close(name):
            return
        elif name in BLOCKS and (in_cell or number in self._pairs.joined):
            self._inline.space()
        elif name in BLOCKS:
            self._blocks.flush()
            self._blocks.close(name)
            if number in self._pairs.titles:
                self._blocks.close_title()
        else:
            self._inline.close(name, self._tags[number].end)


def _office_level(given: Mapping[str, str]) -> int:
    """How deep a paragraph stands in a list that an office program wrote, from 1; 0 if it is none."""
    style = given.get("style", "")
    if level := _OFFICE.search(style):
        return int(level[1])
    return int(given.get("class", "").startswith("MsoListParagraph"))
