"""reStructuredText line by line, each indent read within what opens it."""

from __future__ import annotations

import re

from genesis.fairness import breathe
from genesis.readers.rst import header
from genesis.readers.rst.directives import Directives
from genesis.readers.rst.lines import BAR, EXPLICIT, RULE, Lines
from genesis.readers.rst.lists import Lists
from genesis.readers.rst.paragraphs import Paragraphs
from genesis.readers.rst.sections import Sections
from genesis.readers.rst.tables import Tables
from genesis.readers.rst.terms import Terms
from genesis.readers.rst.written import Written
from genesis.structure import Kind, Structure

_IS = re.compile(r"^[ \t]{0,40}\.\. (?:[\w:-]{1,40}::|_[^\n:]{1,80}:)|:[\w:]{2,20}:`", re.MULTILINE)
_DEEPEST = 12
"""Levels of indent that are told apart; what stands further in is read as if it stood there."""
_DOCTEST = ">>> "
_ANONYMOUS = "__ "
"""What begins the target of a reference that has no name."""


def is_marked(source: str) -> bool:
    """Whether a text has directives, anchors or roles."""
    return _IS.search(source) is not None


def read(source: str) -> Structure:
    """A document."""
    return _Reader(source).structure()


class _Reader:
    def __init__(self, source: str) -> None:
        self._lines = lines = Lines(source)
        self._written = written = Written(lines)
        self._paragraphs = Paragraphs(lines, written, self._body)
        self._sections = Sections(lines, written)
        self._tables = Tables(lines, written)
        self._terms = Terms(lines, written, self._paragraphs, self._body)
        self._directives = Directives(lines, written, self._paragraphs, self._terms, self._body)
        self._lists = Lists(lines, written, self._paragraphs, self._directives, self._body)
        self._deep = 0

    def structure(self) -> Structure:
        first, title = header.read(self._lines, self._written)
        self._body(first, len(self._lines.all))
        return self._written.out.structure(self._lines.source, title)

    def _body(self, first: int, last: int) -> None:
        """Lines that stand in one thing; the margin is that of the one furthest out."""
        said = [one.indent for one in self._lines.all[first:last] if not one.is_blank]
        if not said:
            return
        if self._deep == _DEEPEST:
            self._paragraphs.plain(first, last)
            return
        margin = min(said)
        self._deep += 1
        at = first
        while at < last:
            breathe()
            line = self._lines[at]
            if line.is_blank:
                at += 1
            elif line.indent > margin:
                end = self._lines.inside(at, last, margin)
                self._body(at, end)
                at = end
            else:
                at = self._block(at, last, margin)
        self._deep -= 1

    def _block(self, at: int, last: int, margin: int) -> int:
        """One block; where the next begins."""
        said = self._lines.said(at)
        if explicit := EXPLICIT.match(said):
            return self._directives.read(at, last, margin, self._lines[at].start + explicit.end())
        if self._deep == 1 and (after := self._sections.read(at, last)):
            return after
        if after := self._tables.read(at, last):
            return after
        if RULE.fullmatch(said) or said.startswith(_ANONYMOUS):
            return at + 1
        if BAR.match(said):
            return self._line_block(at, last, margin)
        if after := self._lists.read(at, last, margin) or self._terms.marked(at, last, margin):
            return after
        if said.startswith(_DOCTEST):
            end = self._lines.until_blank(at, last)
            self._written.code(at, end)
            return end
        return self._terms.below(at, last, margin) or self._paragraph(at, last, margin)

    def _line_block(self, at: int, last: int, margin: int) -> int:
        """Lines that each begin with a bar, or go on further in."""
        end = at + 1
        while end < last and not self._lines[end].is_blank:
            said = self._lines.said(end)
            if self._lines[end].indent <= margin and (not BAR.match(said) or said == "|"):
                break
            end += 1
        self._written.add(Kind.PARAGRAPH, self._written.shown(self._lines[at].start, self._lines[end - 1].end))
        return end

    def _paragraph(self, at: int, last: int, margin: int) -> int:
        lines = self._lines
        end = at + 1
        while end < last and not lines[end].is_blank and lines[end].indent == margin:
            if EXPLICIT.match(lines.said(end)):
                break
            end += 1
        start, stop = lines[at].start, lines[end - 1].end
        literal = self._paragraphs.is_literal(start, stop)
        said = self._written.shown(start, stop - literal)
        if said.text.strip(": "):
            self._written.add(Kind.PARAGRAPH, said)
        return self._paragraphs.literal(end, last, margin) if literal else end
