"""Lists, each item with what stands in it."""

from __future__ import annotations

import re

from genesis.readers.rst.directives import Directives
from genesis.readers.rst.lines import EXPLICIT, Lines
from genesis.readers.rst.paragraphs import ITEM, Body, Paragraphs
from genesis.readers.rst.written import Written


class Lists:
    """Reads those of a document."""

    def __init__(
        self, lines: Lines, written: Written, paragraphs: Paragraphs, directives: Directives, body: Body
    ) -> None:
        self._lines = lines
        self._written = written
        self._paragraphs = paragraphs
        self._directives = directives
        self._body = body

    def read(self, at: int, last: int, margin: int) -> int:
        """The items of a list; where the next block begins, or 0 if the line begins none."""
        if not self._item(at, last, margin):
            return 0
        with self._written.listed():
            while at < last:
                if self._lines[at].is_blank:
                    at += 1
                elif self._lines[at].indent == margin and (item := self._item(at, last, margin)):
                    at = self._content(item, at, last, margin)
                else:
                    break
        return at

    def _item(self, at: int, last: int, margin: int) -> re.Match[str] | None:
        """The mark of an item, if the line begins one: words may begin with a letter and a stop."""
        item = ITEM.match(self._lines.said(at))
        if not item or not item["mark"]:
            return item
        below = at + 1
        if below == last or self._lines[below].is_blank or self._lines[below].indent > margin:
            return item
        return item if ITEM.match(self._lines.said(below)) else None

    def _content(self, item: re.Match[str], at: int, last: int, margin: int) -> int:
        lines = self._lines
        end = lines.inside(at + 1, last, margin)
        then = lines.text_end(at + 1, end)
        begins, stop = lines[at].start + item.end(), lines[then - 1].end
        if explicit := EXPLICIT.match(lines.text, begins, lines[at].end):
            self._directives.read(at, end, margin, explicit.end())
            return end
        literal = self._paragraphs.is_literal(begins, stop)
        mark = (item["mark"] or "").replace("#", "")
        self._written.item(self._written.shown(begins, stop - literal), mark)
        if literal:
            then = self._paragraphs.literal(then, end, margin + item.end())
        self._body(then, end)
        return end
