"""
Blocks: what a section consists of, line by line: prose, list items, rows of tables, code, the turns of speakers.

Every character but white space is in exactly one block. A row knows where its header stands, a turn where its speaker
does: without them neither is understood.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple

from genesis import dense
from genesis.sentences import Span
from genesis.turns import turns


class Kind(Enum):
    """What a block is made of."""

    PROSE = "prose"
    ITEM = "item"
    ROW = "row"
    CODE = "code"
    TURN = "turn"
    MASS = "mass"
    """Lines of a few characters each, in a mass of such."""
    COMMENT = "comment"
    """What readers of the document are not shown."""


@dataclass(slots=True)
class Block:
    """A stretch of text of one kind; `lead` is where its header row or its speaker stands, if it has one."""

    kind: Kind
    start: int
    end: int
    lead: Span | None = None
    indent: int = 0


class _Line(NamedTuple):
    """A line that is not blank, without the white space around it, and whether a blank line stands before it."""

    start: int
    end: int
    indent: int
    apart: bool


_SAID = re.compile(r"\S[^\n]*+")
# Lines that nothing marks: most of most documents, so they are taken all at once.
_UNMARKED = re.compile(r"(?:\n[^\S\n]*+[^\W\d_](?!\))[^\n]*+)++")
_FENCE = re.compile(r"`{3,}|~{3,}")
_ITEM = re.compile(r"(?:[-*+•‣◦▪]|\d{1,3}[.)]|\(?[a-z]\)|\([ivx]{1,5}\))\s")
_DRAWN = ("+-", "+=", ">>> ")
"""What a table drawn with signs, or a session with an interpreter, begins with."""
_CODE_MARK = re.compile(r"[=(){}\[\];<>|$`]|^\S+$")
_SENTENCE_END = re.compile(r"[.!?][\"”’')*_]{0,2}\s*\Z")
_BLANK_LINE = re.compile(r"\n[^\S\n]*\n")
_JUDGED_BY = 4_000
"""Characters of a paragraph that tell whether it is code."""
_MOST_IN_CELL = 40


def blocks(text: str, start: int, end: int) -> Iterator[Block]:
    """The blocks of `text[start:end]` in order, without white space around them."""
    for first, last, is_dense in dense.stretches(text, start, end):
        if is_dense:
            yield from (Block(Kind.MASS, *piece) for piece in dense.pieces(text, first, last))
        else:
            yield from _line_by_line(text, first, last)


def _line_by_line(text: str, start: int, end: int) -> Iterator[Block]:
    cutter = _Cutter(text, start, end)
    at = start
    while said := _SAID.search(text, at, end):
        line = _line(text, at, said)
        at = said.end()
        if cutter.goes_on(line):
            cutter.block.end = line.end
        else:
            if cutter.block.end > start:
                yield cutter.block
            cutter.block = cutter.opened(line)
        if cutter.takes_unmarked_lines and (more := _UNMARKED.match(text, at, end)):
            at = more.end()
            cutter.block.end = at - (len(more[0]) - len(more[0].rstrip()))
    if cutter.block.end > start:
        yield cutter.block


def _line(text: str, before: int, said: re.Match[str]) -> _Line:
    """The line, where the one before it ends at `before`."""
    first = said.start()
    breaks = text.count("\n", before, first)
    indent = first - text.rfind("\n", before, first) - 1 if breaks else 0
    return _Line(first, first + len(said[0].rstrip()), indent, breaks > 1)


class _Cutter:
    """The block that is open, and what must come for it to go on."""

    def __init__(self, text: str, start: int, end: int) -> None:
        self.block = Block(Kind.PROSE, start, start)
        self._text = text
        self._end = end
        self._turns = turns(text, start, end)
        self._fence = ""
        self._margin = 0
        self._columns: tuple[str, int] | None = None

    @property
    def takes_unmarked_lines(self) -> bool:
        """Whether every line belongs to the block that is open, up to a blank or a marked one."""
        return not self._turns and self.block.kind in (Kind.PROSE, Kind.ITEM)

    def goes_on(self, line: _Line) -> bool:
        """Whether the line belongs to the block that is open."""
        block, said = self.block, self._text[line.start : line.end]
        if self._fence:
            if said.startswith(self._fence) and not said.strip(self._fence[0]):
                self._fence, self._margin = "", self._end  # closed: nothing stands as far to the right
            return True
        if block.end == block.start or line.start in self._turns or block.kind is Kind.ROW:
            return False
        if block.kind is Kind.COMMENT:
            return not self._text.startswith("-->", block.end - 3)
        if block.kind is Kind.CODE:
            return line.indent >= self._margin and not (line.apart and (not self._margin or not self._is_code(line)))
        if _marked(said):
            return False
        if not line.apart:
            return True
        if self._opens_code(line):
            return False
        return line.indent > block.indent if block.kind is Kind.ITEM else block.kind is Kind.TURN

    def opened(self, line: _Line) -> Block:
        """The block that begins with the line."""
        before, said = self.block, self._text[line.start : line.end]
        block = Block(Kind.PROSE, line.start, line.end, indent=line.indent)
        below = before.lead if before.kind is Kind.ROW and not line.apart else None
        if line.start in self._turns:
            block.kind, block.lead = Kind.TURN, self._turns[line.start]
        elif said.startswith("<!--"):
            block.kind = Kind.COMMENT
        elif fence := _FENCE.match(said):
            block.kind, self._fence, self._margin = Kind.CODE, fence[0], 0
        elif said.startswith(_DRAWN):
            block.kind, self._margin = Kind.CODE, 0
        elif said[0] == "|" and said.count("|") > 1:
            block.kind, block.lead = Kind.ROW, below or (line.start, line.end)
        elif below and self._columns and said.count(self._columns[0]) == self._columns[1]:
            block.kind, block.lead = Kind.ROW, below
        elif _ITEM.match(said):
            block.kind = Kind.ITEM
        elif line.apart and self._opens_code(line):
            block.kind, self._margin = Kind.CODE, line.indent
        elif columns := self._delimited(line, said):
            block.kind, block.lead, self._columns = Kind.ROW, (line.start, line.end), columns
        return block

    def _opens_code(self, line: _Line) -> bool:
        """Whether an indented paragraph below another one is code."""
        block = self.block
        if block.end == block.start or line.indent < block.indent + (4 if block.kind is Kind.ITEM else 2):
            return False
        announced = self._text[block.end - 1] == ":"
        return self._is_code(line) and (announced or _CODE_MARK.search(self._text, line.start, line.end) is not None)

    def _is_code(self, line: _Line) -> bool:
        """Whether a paragraph does not end as a sentence does, and is no list."""
        stop = min(line.start + _JUDGED_BY, self._end)
        blank = _BLANK_LINE.search(self._text, line.start, stop)
        paragraph = self._text[line.start : blank.start() if blank else stop]
        return not (_SENTENCE_END.search(paragraph[-_MOST_IN_CELL:]) or _ITEM.match(paragraph))

    def _delimited(self, line: _Line, said: str) -> tuple[str, int] | None:
        """The delimiter of a table without rules, and how many a line has: this line, and the two below it."""
        for mark, fewest in (("\t", 1), (",", 2), (";", 2)):
            number = said.count(mark)
            if number < fewest or len(said) > _MOST_IN_CELL * (number + 1):
                continue
            at = line.end
            below: list[int] = []
            while len(below) < 2 and 0 <= (first := self._text.find("\n", at, self._end)) < self._end:
                at = self._text.find("\n", first + 1, self._end)
                at = self._end if at < 0 else at
                below.append(self._text[first + 1 : at].count(mark))
            if below == [number, number]:
                return mark, number
        return None


def _marked(said: str) -> bool:
    """Whether a line begins a block by what it begins with."""
    if said[0].isalpha() and said[1:2] != ")":
        return False
    row = said[0] == "|" and said.count("|") > 1
    return (
        row
        or said.startswith("<!--")
        or _FENCE.match(said) is not None
        or said.startswith(_DRAWN)
        or _ITEM.match(said) is not None
    )
