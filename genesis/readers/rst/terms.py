"""Terms, fields, options and notes, each with what it is."""

from __future__ import annotations

import re

from genesis.readers.rst.lines import Lines
from genesis.readers.rst.paragraphs import Body, Paragraphs
from genesis.readers.rst.vocabulary import UNSEEN_FIELDS
from genesis.readers.rst.written import Written
from genesis.structure import Edit, Kind, Shown, joined

_FIELD = re.compile(r":(?!\s)((?>(?:[^:\\\n]|\\.|:(?!\s|`|\Z))){1,200}):(?:[ \t]++|\Z)")
_OPTION = re.compile(r"--?[\w?][^\n]{0,78}?[ \t]{2,}(?=\S)")
_NOTE = re.compile(r"\[(?:\d{1,9}|[#*][^\]\n]{0,80}|([^\]\n]{1,80}))\](?:[ \t]++|\Z)")
_CLASSIFIER = " : "
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
            if named[1].lower() in UNSEEN_FIELDS:
                return self._lines.inside(at + 1, last, margin)
            term = self._written.shown(start + named.start(1), start + named.end(1))
            return self._defined(at, last, margin, term, start + named.end())
        if option := _OPTION.match(said):
            return self._defined(
                at, last, margin, self._written.shown(start, start + option.end()), start + option.end()
            )
        return 0

    def below(self, at: int, last: int, margin: int) -> int:
        """A term above what it is; where the next block begins, or 0 if the line is none."""
        line = self._lines[at]
        stands_above = at + 1 < last and not self._lines[at + 1].is_blank and self._lines[at + 1].indent > margin
        if not stands_above or line.end - line.start > _LONGEST_TERM:
            return 0
        return self._defined(at, last, margin, self._written.shown(line.start, line.end))

    def listed(self, at: int, last: int) -> None:
        """Terms of a glossary: several that stand below each other have one definition."""
        lines = self._lines
        margin = min((line.indent for line in lines.all[at:last] if not line.is_blank), default=0)
        while at < last:
            below = at
            while below < last and not lines[below].is_blank and lines[below].indent == margin:
                below += 1
            if at < below < last and lines[below].indent > margin and self._paragraphs.is_plain(at):
                terms = [self._written.shown(*lines[one][:2]) for one in range(at, below)]
                at = self._defined(below - 1, last, margin, joined(terms, ", "))
            else:
                end = lines.inside(max(at + 1, below), last, margin)
                self._body(at, max(end, at + 1))
                at = end

    def note(self, at: int, last: int, margin: int, begins: int) -> int:
        """A footnote, or what a citation names; where the next block begins, or 0 if it is none."""
        note = _NOTE.match(self._lines.text, begins, self._lines[at].end)
        if not note:
            return 0
        end = self._lines.inside(at + 1, last, margin)
        then = self._lines.text_end(at + 1, end)
        said = self._written.shown(note.end(), max(self._lines[then - 1].end, note.end()))
        if name := note[1]:
            self._written.add(Kind.DEFINITION, joined(filter(None, (Shown(name), said)), ": "), mark=name)
        else:
            self._written.add(Kind.PARAGRAPH, said)
        self._body(then, end)
        return end

    def _defined(self, at: int, last: int, margin: int, named: Shown, begins: int = -1) -> int:
        """A term with what it is: on the same line and below, or only below."""
        lines, written = self._lines, self._written
        end = lines.inside(at + 1, last, margin)
        plain = begins >= 0 or self._paragraphs.is_plain(at + 1)
        begins = begins if begins >= 0 else lines[at + 1].start
        then = lines.text_end(at + 1, end)
        stop = lines[then - 1].end
        if (not plain or not lines.is_blank(then, end)) and not written.group:
            self._paragraphs.titled(named, then if plain else at + 1, end, (begins, stop) if plain else None)
        elif plain:
            literal = self._paragraphs.is_literal(begins, stop)
            mark = named.text.partition(_CLASSIFIER)[0].rstrip(":")
            if _CLASSIFIER in named.text:
                named = named.edited((Edit(len(mark), len(mark) + 1, ""),))
            between = " " if named.text.endswith(":") else ": "
            said = joined((named, written.shown(begins, stop - literal)), between) if stop > begins else named
            written.add(Kind.DEFINITION, said, mark=mark)
            if literal:
                then = self._paragraphs.literal(then, end, margin)
            self._body(then, end)
        else:
            written.add(Kind.PARAGRAPH, named)
            self._body(at + 1, end)
        return end
