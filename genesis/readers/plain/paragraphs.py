"""Paragraphs of plain text: what each of them is."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from genesis import dense
from genesis.readers import columns
from genesis.readers.lines import Line
from genesis.readers.plain import code, names, tables
from genesis.readers.plain.lines import LONG, ends, ends_sentence, is_bare, lines
from genesis.readers.plain.lists import Lists
from genesis.readers.plain.words import Words
from genesis.readers.speakers import Turn
from genesis.readers.writer import BELOW_ALL, Writer
from genesis.structure import Kind

_PARAGRAPH = re.compile(r"[^\S\n]*+\S[^\n]*+(?>(?:\n[^\S\n]*\S[^\n]*)*)")
_WORD_START = re.compile(r"\S")
_PLAIN = re.compile(r"[^\W\d_][^\n:|\t]{0,60}+(?:[^\n:|\t]++|\Z)")


class Paragraphs:
    """Those of a text, or of a mail in it; `turns` say where somebody begins to speak."""

    def __init__(self, words: Words, turns: Mapping[int, Turn], out: Writer) -> None:
        self._words = words
        self._text = words.text
        self._turns = turns
        self._out = out
        self._lists = Lists(words, out)
        self._is_inset = code.is_inset(self._text)
        self._margin: int | None = None if self._is_inset else 0
        """Where the last paragraph of prose began; None where all text is further in than headings."""
        self.thread = 0
        self.by: Turn | None = None
        """Who wrote the stretch of a mail that is read."""
        self.is_quoted = False

    def begin(self) -> None:
        """What follows stands below a heading."""
        self._lists.end()
        self._margin = None if self._is_inset else 0

    def end_lists(self) -> None:
        """What follows stands in no list."""
        self._lists.end()

    def stretch(self, start: int, end: int) -> None:
        """The paragraphs of a stretch."""
        for first, last, is_dense in dense.stretches(self._text, start, end):
            if is_dense:
                self._lists.end()
                for piece in dense.pieces(self._text, first, last):
                    self._out.add(Kind.PARAGRAPH, self._words.shown(*piece))
            else:
                self._sparse(first, last)

    def _sparse(self, start: int, end: int) -> None:
        text = self._text
        at = start
        while (said := _WORD_START.search(text, at, end)) and (
            found := _PARAGRAPH.match(text, max(text.rfind("\n", at, said.start()) + 1, at), end)
        ):
            at = found.end()
            own = list(lines(text, found.start(), at))
            first = own[0]
            if fence := code.fence(text, first):
                at = self._fenced(first, fence, end)
            elif len(own) == 1 and not (self._lists.depth or first.indent) and _PLAIN.match(text, *first[:2]):
                self._margin = 0
                self._prose(first.start, first.end)
            else:
                self._paragraph(own)

    def _fenced(self, line: Line, marks: str, end: int) -> int:
        closing = code.closing(self._text, marks, line.end, end)
        stop = closing.start() if closing else end
        self._code(min(line.end + 1, stop), stop, line.indent)
        return closing.end() if closing else end

    def _paragraph(self, lines: Sequence[Line]) -> None:
        text, first = self._text, lines[0]
        if names.is_contents(text, lines):
            return
        if not self._turn(first) and not self._lists.mark(first):
            if self._lists.depth and not self._lists.has_inside(first):
                self._lists.end()
            if not self._turns and (self._aligned(lines) or self._is_hanging(lines)):
                return
            base = self._lists.indent + 4 if self._lists.depth else self._base(lines)
            if code.is_code(text, lines, base, self._out):
                self._code(text.rfind("\n", 0, first.start) + 1, lines[-1].end, min(line.indent for line in lines))
                return
        for is_rule, own in groupby(lines, key=lambda line: columns.is_rule(text, line)):
            part = list(own)
            if len(part) == len(lines) and not is_rule:
                self._plain(part)
            elif not is_rule:
                self._paragraph(part)

    def _base(self, lines: Sequence[Line]) -> int:
        """How far in code stands at least."""
        if self._margin is None:
            return 0 if code.has_signs(self._text, lines) else lines[0].indent + 1
        return self._margin + 2

    def _is_hanging(self, lines: Sequence[Line]) -> bool:
        return not self._lists.depth and names.hanging(self._words, lines, self._out)

    def _aligned(self, lines: Sequence[Line]) -> bool:
        """A table below the line that opens it."""
        opening = tables.has_opening(self._text, lines)
        drawn = tables.drawn(self._text, lines)
        found = drawn or tables.aligned(self._text, lines[opening:])
        if found and opening and not drawn:
            self._prose(lines[0].start, lines[0].end)
        if found:
            tables.write(self._words, found, self._out)
        return found is not None

    def _plain(self, lines: Sequence[Line]) -> None:
        """A paragraph that is no code and without rules."""
        if mark := tables.mark(self._text, lines):
            self._lists.end()
            tables.parted(self._words, lines, mark, self._out)
            return
        if not self._lists.depth:
            self._margin = min(line.indent for line in lines[:2])
        if led := names.led(self._words, lines, self._out):
            if below := lines[led:]:
                self._paragraph(below)
            return
        if not any(map(self._turn, lines)) and self._named(lines):
            return
        pieces = list(self._pieces(lines))
        bare = sum(len(piece) == 1 and is_bare(self._text, piece[0]) for piece in pieces)
        marked = any(self._lists.mark(piece[0]) for piece in pieces)
        if len(pieces) > 2 and not marked and bare >= len(pieces) - 1 and not self._lists.depth and not self._turns:
            self._unmarked_list(pieces)
            return
        for piece in pieces:
            self._piece(piece)

    def _named(self, lines: Sequence[Line]) -> bool:
        is_open = self._lists.depth > 0
        return names.entries(self._words, lines, self._out) or (
            not is_open and names.defined(self._words, lines, self._out)
        )

    def _pieces(self, lines: Sequence[Line]) -> Iterator[Sequence[Line]]:
        """The lines that belong together: up to one that was meant to end, or to a mark."""
        width = max(line.end - line.start for line in lines[:100])
        begins = 0
        for at in range(1, len(lines)):
            line, before = lines[at], lines[at - 1]
            marked = self._lists.mark(line)
            opens = self._lists.may_open(marked, before) if marked else self._is_said(line, before)
            may_end = not self._turns or before.end - before.start >= LONG
            if opens or (may_end and ends(self._text, before, line, width)):
                yield lines[begins:at]
                begins = at
        yield lines[begins:]

    def _is_said(self, line: Line, before: Line) -> bool:
        """Whether somebody begins to speak, or behind a sentence a label such as `Action:`."""
        if self._turns:
            return self._turn(line) is not None
        return ends_sentence(before.said(self._text)) and names.is_label(self._text, line)

    def _unmarked_list(self, pieces: Sequence[Sequence[Line]]) -> None:
        """Lines that each stand for themselves: an address, a poem, a list without marks, below what opens it."""
        if self._text[pieces[0][-1].end - 1] == ":":
            self._prose(pieces[0][0].start, pieces[0][-1].end)
            pieces = pieces[1:]
        group, lead = self._out.group(), self._out.lead(Kind.PARAGRAPH)
        for piece in pieces:
            self._out.add(Kind.ITEM, self._words.shown(piece[0].start, piece[-1].end), group=group, lead=lead)

    def _piece(self, lines: Sequence[Line]) -> None:
        first, end = lines[0], lines[-1].end
        if turn := self._turn(first):
            self._lists.end()
            self._spoken(turn, end)
        elif mark := self._lists.mark(first):
            self._lists.item(first, mark, end)
        elif self._lists.depth:
            said = self._words.shown(first.start, end)
            self._out.add(Kind.PARAGRAPH, said, group=self._lists.group, depth=self._lists.depth)
        else:
            self._prose(first.start, end)

    def _spoken(self, turn: Turn, end: int) -> None:
        """What somebody says; a question heads its answer."""
        said = self._words.shown(turn.start, end)
        if turn.speaker == "Q":
            self._out.heading(BELOW_ALL, said)
        elif turn.speaker == "A":
            self._out.add(Kind.PARAGRAPH, said)
        else:
            self.thread = self.thread or self._out.group()
            self._out.add(Kind.TURN, said, group=self.thread, speaker=turn.speaker, date=turn.date)

    def _prose(self, start: int, end: int) -> None:
        said, by = self._words.shown(start, end), self.by
        if by:
            self._out.add(Kind.TURN, said, group=self.thread, speaker=by.speaker, date=by.date)
        else:
            self._out.add(Kind.PARAGRAPH, said, is_quoted=self.is_quoted)

    def _turn(self, line: Line) -> Turn | None:
        return self._turns.get(line.start - line.indent) if self._turns else None

    def _code(self, start: int, end: int, indent: int) -> None:
        said, depth = code.shown(self._text, start, end, indent), self._lists.depth
        lead = self._out.lead(Kind.PARAGRAPH, Kind.ITEM, Kind.TURN)
        self._out.add(Kind.CODE, said, group=self._lists.group, depth=depth, lead=lead)
