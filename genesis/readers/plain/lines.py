"""Lines of plain text: where one was meant to end, and where one was only wrapped."""

from __future__ import annotations

import re
from collections.abc import Iterator

from genesis.readers.lines import Line

_LINE = re.compile(r"([^\S\n]{0,200}+)(\S[^\n]*+)")
_FIRST_WORD = re.compile(r"[^\W_]*+")
_SENTENCE_END = re.compile(r"[.!?:;][\"”’')*_]{0,2}\Z")
LONG = 160
"""Characters of a line that is a paragraph of its own."""
_NARROW = 40
_SPARE = 8
_SHORT = 80


def lines(text: str, start: int, end: int) -> Iterator[Line]:
    """Those of a stretch that are not blank."""
    for one in _LINE.finditer(text, start, end):
        indent = one[1].expandtabs(4) if "\t" in one[1] else one[1]
        yield Line(one.start(2), one.start(2) + len(one[2].rstrip()), len(indent))


def ends(text: str, line: Line, following: Line, width: int) -> bool:
    """Whether a line was meant to end, of a paragraph that is as wide."""
    if text[following.start].islower():
        return False
    said = line.end - line.start
    if said > LONG:
        return True
    if text[line.end - 1] in ",-" or text[line.end - 4 : line.end] in (" the", " and"):
        return False
    return width < _NARROW or has_room(text, line, following, width)


def has_room(text: str, line: Line, following: Line, width: int) -> bool:
    """Whether the next line's first word would have stood on a line."""
    word = _FIRST_WORD.match(text, following.start)
    return line.end - line.start + len(word[0] if word else "") + _SPARE <= width


def ends_sentence(said: str) -> bool:
    """Whether a line or a part of it ends as a sentence does."""
    return _SENTENCE_END.search(said) is not None


def is_bare(text: str, line: Line) -> bool:
    """Whether it is short and no sentence."""
    said = line.said(text)
    return len(said) <= _SHORT and not ends_sentence(said)
