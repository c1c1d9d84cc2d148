"""
Directives: one holds text (`note`), code (`code-block`), a table, or nothing that is read (`toctree`); any other
(`py:function`, `setting`, `option`) describes what it names, which heads it.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from genesis.readers.rst import vocabulary
from genesis.readers.rst.lines import Lines
from genesis.readers.rst.paragraphs import Body, Paragraphs
from genesis.readers.rst.tables import Options, Tables
from genesis.readers.rst.terms import Terms
from genesis.readers.rst.written import Written
from genesis.stretches import Span
from genesis.structure import Kind, Shown, joined

_DIRECTIVE = re.compile(r"([\w][\w:.+-]{0,60}?)[ \t]?::(?:[ \t]++|\Z)")
_OPTION = re.compile(r":([\w-]{1,60}):(?:[ \t]++|\Z)")
_WORD = re.compile(r"(\S++)[ \t]*+")


class _Directive(NamedTuple):
    """Where its argument stands, which lines name others than that, and between which lines stands what it holds."""

    name: str
    begins: int
    stop: int
    others: range
    options: Options
    first: int
    last: int

    @property
    def has_argument(self) -> bool:
        return self.begins < self.stop


class Directives:
    """Reads those of a document."""

    def __init__(self, lines: Lines, written: Written, paragraphs: Paragraphs, terms: Terms, body: Body) -> None:
        self._lines = lines
        self._written = written
        self._paragraphs = paragraphs
        self._terms = terms
        self._tables = Tables(lines, written)
        self._body = body

    def read(self, at: int, last: int, margin: int, begins: int) -> int:
        """What begins with two dots: a directive, a footnote, or what nobody sees; where the next block begins."""
        lines, stop = self._lines, self._lines[at].end
        if after := self._terms.note(at, last, margin, begins):
            return after
        end = lines.inside(at + 1, last, margin)
        if named := _DIRECTIVE.match(lines.text, begins, stop):
            name, others = named[1].lower(), at + 1
            if vocabulary.describes(name):
                others = self._others(at + 1, end)
            options, first = self._options(others, end)
            self._read(_Directive(name, named.end(), stop, range(at + 1, others), options, first, end))
        return end

    def _others(self, at: int, end: int) -> int:
        """Where names end that stand below that which is described, each as it: above options, or a blank line."""
        first, lines = at, self._lines
        while at < end and not lines[at].is_blank and not _OPTION.match(lines.said(at)):
            at += 1
        return at if at < end or all("(" in lines.said(one) for one in range(first, end)) else first

    def _options(self, at: int, end: int) -> tuple[Options, int]:
        """The options of a directive, and where what it holds begins."""
        lines, options = self._lines, dict[str, Span]()
        while at < end and (option := _OPTION.match(lines.said(at))):
            value, indent = lines[at].start + option.end(), lines[at].indent
            at += 1
            while at < end and lines[at].indent > indent:
                at += 1
            options[option[1].lower()] = value, lines[at - 1].end
        return options, at

    def _read(self, one: _Directive) -> None:
        if one.name in vocabulary.UNREAD or "hide" in one.options:
            return
        if one.name in vocabulary.PICTURES:
            self._picture(one)
        elif one.name in vocabulary.CODE:
            self._code(one)
        elif one.name in vocabulary.TABLES:
            self._table(one)
        elif one.name in vocabulary.CHANGES:
            self._change(one)
        elif one.name in vocabulary.TEXT and one.has_argument:
            then = one.first if one.options else self._lines.text_end(one.first, one.last)
            self._paragraphs.stretch((one.begins, self._lines[then - 1].end), then, one.last)
        elif one.name == "glossary":
            self._terms.listed(one.first, one.last)
        elif one.name in vocabulary.AROUND or not one.has_argument:
            self._body(one.first, one.last)
        else:
            self._described(one)

    def _shown(self, one: _Directive, option: str = "") -> Shown:
        """Its argument, or the value of an option."""
        start, end = one.options.get(option, (0, 0)) if option else (one.begins, one.stop)
        return self._written.shown(start, end) if start < end else Shown()

    def _picture(self, one: _Directive) -> None:
        """What stands below it, or else what describes it in words."""
        said = self._shown(one, "alt")
        if self._lines.is_blank(one.first, one.last) and " " in said.text:
            self._written.add(Kind.PARAGRAPH, said)
        self._body(one.first, one.last)

    def _code(self, one: _Directive) -> None:
        if one.has_argument and one.name in vocabulary.BEGINS_AT_ONCE:
            self._written.literally(one.begins, one.stop)
        self._written.code(one.first, one.last, self._shown(one, "caption"))

    def _table(self, one: _Directive) -> None:
        first, caption = one.first, self._shown(one)
        if one.name == "list-table":
            self._tables.listed(first, one.last, caption, one.options)
        elif one.name == "csv-table":
            if not self._tables.separated(first, one.last, caption, one.options):
                self._written.code(first, one.last)
        else:
            while first < one.last and self._lines[first].is_blank:
                first += 1
            after = self._tables.read(first, one.last, caption) if first < one.last else 0
            if not after:
                self._written.add(Kind.PARAGRAPH, caption)
            self._body(after or first, one.last)

    def _change(self, one: _Directive) -> None:
        """In which version something is new, is other, or is to go, with what is said of that."""
        change, begins = Shown(), one.begins
        for before in vocabulary.CHANGES[one.name]:
            if word := _WORD.match(self._lines.text, begins, one.stop):
                change, begins = change + before + self._written.shown(*word.span(1)), word.end()
        first = one.first
        if begins == one.stop:
            while first < one.last and self._lines[first].is_blank:
                first += 1
            begins = self._lines[first].start if first < one.last and self._paragraphs.is_plain(first) else begins
        then = self._lines.text_end(first, one.last) if begins != one.stop else first
        self._paragraphs.stretch((begins, max(self._lines[then - 1].end, begins)), then, one.last, change)

    def _described(self, one: _Directive) -> None:
        """What a directive names heads what it holds; several names may stand below each other."""
        describing = vocabulary.describes(one.name)
        title, first = self._names(one), one.first
        if not describing and not one.options and (below := self._lines.until_blank(first, one.last)) < one.last:
            title = self._written.shown(one.begins, self._lines[below - 1].end)
            first = below
        if describing or not self._lines.is_blank(first, one.last) or "(" in title.text:
            with self._written.titled(title):
                for name in vocabulary.TOLD if describing else ():
                    if told := self._shown(one, name):
                        self._written.add(Kind.DEFINITION, joined((Shown(name), told), ": "), mark=name)
                self._body(first, one.last)

    def _names(self, one: _Directive) -> Shown:
        """All that a directive names; a line that ends with a comma or a backslash goes on in the next."""
        names = [self._shown(one)]
        for at in one.others:
            last = names[-1]
            goes_on = last.text.endswith((",", "\\"))
            names[-1] = last[: len(last) - last.text.endswith("\\")].stripped()
            names += (Shown(" " if goes_on else ", "), self._written.shown(*self._lines[at][:2]))
        return joined(names)
