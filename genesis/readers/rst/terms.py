"""Terms, fields and options, each with what it is."""

from __future__ import annotations

import re

from genesis.readers.rst.lines import EXPLICIT, Lines
from genesis.readers.rst.lists import ITEM
from genesis.readers.rst.paragraphs import Body, Paragraphs
from genesis.readers.rst.written import Written
from genesis.structure import Kind, joined

_FIELD = re.compile(r":(?!\s)((?>(?:[^:\\\n]|\\.|:(?!\s|\Z))){1,200}):(?:[ \t]++|\Z)")
_OPTION = re.compile(r"(?:--?|/)[\w?][^\n]{0,78}?[ \t]{2,}(?=\S)")
_LONGEST_TERM = 200


class Terms:
    """Reads those of a document."""

    def __init__(self, lines: Lines, written: Written, paragraphs: Paragraphs, body: Body) -> None:
        self._lines = lines
        self._written = written
        self._paragraphs = paragraphs
        self._body = body

    def marked(self, at: int, last: int, margin: int) -> int:
        """A field or an option; where the next block begins, or 0 if the line begins none."""
        said, start = self._lines.said(at), self._lines[at].start
        if named := _FIELD.match(said):
            return self._defined(at, last, margin, (start + named.start(1), start + named.end(1)), start + named.end())
        if (option := _OPTION.match(said)) and said[0] == "-":
            return self._defined(at, last, margin, (start, start + option.end()), start + option.end())
        return 0

    def below(self, at: int, last: int, margin: int) -> int:
        """A term above what it is; where the next block begins, or 0 if the line is none."""
        line = self._lines[at]
        stands_above = at + 1 < last and not self._lines[at + 1].is_blank and self._lines[at + 1].indent > margin
        if not stands_above or line.end - line.start > _LONGEST_TERM:
            return 0
        return self._defined(at, last, margin, (line.start, line.end), None)

    def _defined(self, at: int, last: int, margin: int, term: tuple[int, int], begins: int | None) -> int:
        """A term with what it is: on the same line and below, or only below."""
        lines, written = self._lines, self._written
        end = lines.inside(at + 1, last, margin)
        named = written.shown(*term)
        if begins is None:
            first = at + 1
            then = lines.text_end(first, end)
            begins = lines[first].start
            opening = lines.said(first)
            plain = not EXPLICIT.match(opening) and not ITEM.match(opening)
        else:
            then, plain = lines.text_end(at + 1, end), True
        stop = lines[then - 1].end
        if (not plain or not lines.is_blank(then, end)) and not written.group:
            self._paragraphs.titled(named, then if plain else at + 1, end, (begins, stop) if plain else None)
        elif plain:
            literal = self._paragraphs.is_literal(begins, stop)
            said = joined((named, written.shown(begins, stop - literal)), ": ") if stop > begins else named
            written.add(Kind.DEFINITION, said, mark=named.text)
            if literal:
                then = self._paragraphs.literal(then, end, margin)
            self._body(then, end)
        else:
            written.add(Kind.PARAGRAPH, named)
            self._body(at + 1, end)
        return end
