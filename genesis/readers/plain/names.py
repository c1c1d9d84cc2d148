"""Names of plain text with what stands for them: `Name: value`, led by dots to it, or above it and further out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import takewhile

from genesis.readers.lines import Line
from genesis.readers.plain.lines import ends, has_room, is_bare
from genesis.readers.plain.words import Words
from genesis.readers.writer import Writer
from genesis.structure import Kind, joined

_ENTRY = re.compile(r"([^\W\d_][^\n:.?!]{0,48}+):[ \t]++(?=\S)")
_LED = re.compile(r"(\w[^\n.]{0,80}+)\.{4,}+[^\S\n]*+(\S[^\n]*+)")
_HANGING = re.compile(r"(?<!\S)(\S{1,60}+(?>(?: \S{1,60}+){0,5}))(?: {2,60}+|\t[ \t]{0,60}+)([^\W\d_][^\n]*+)")
_MOST_WORDS = 4
_LEADERS = ("....", ". . . .")
"""What stands before the number of a page in a table of contents."""


def is_contents(text: str, lines: Sequence[Line]) -> bool:
    """Whether lines are of a table of contents."""
    heads = (line.said(text).rstrip("0123456789ivxl ") for line in lines)
    return sum(head.endswith(_LEADERS) for head in heads) * 2 > len(lines)


def is_label(text: str, line: Line) -> bool:
    """Whether a line begins with a name and a colon."""
    found = _ENTRY.match(text, line.start, line.end)
    return found is not None and found[1][0].isupper() and found[1].count(" ") < 2


def entries(words: Words, lines: Sequence[Line], out: Writer) -> bool:
    """A run of `Name: value`."""
    if len(lines) < 2:
        return False
    found = [_ENTRY.match(words.text, line.start, line.end) for line in lines]
    begins = [at for at, one in enumerate(found) if one]
    wrapped = all(
        one or lines[at].indent > lines[0].indent or words.text[lines[at].start].islower()
        for at, one in enumerate(found)
    )
    if len(begins) < 2 or begins[0] or not wrapped:
        return False
    group = out.group()
    for at, following in zip(begins, (*begins[1:], len(lines)), strict=True):
        name = found[at]
        said = words.shown(lines[at].start, lines[following - 1].end)
        out.add(Kind.ENTRY, said, group=group, mark=name[1] if name else "")
    return True


def led(words: Words, lines: Sequence[Line], out: Writer) -> int:
    """Names, each led by dots to its value, `Invoices ........ 8 years`: how many lines they are."""
    matches = (_LED.fullmatch(words.text, line.start, line.end) for line in lines)
    found = [one for one in takewhile(bool, matches) if one]
    if len(found) < 2:
        return 0
    group = out.group()
    for one in found:
        said = joined((words.shown(*one.span(1)), words.shown(*one.span(2))), ": ")
        out.add(Kind.ENTRY, said, group=group, mark=one[1].strip())
    return len(found)


def hanging(words: Words, lines: Sequence[Line], out: Writer) -> bool:
    """A term with what it is behind a gap: an option, a status, or any above more that stands as far in as that."""
    first, *below = lines
    found = _HANGING.fullmatch(words.text, first.start, first.end)
    if not found:
        return False
    name, column = found[1], first.indent + found.start(2) - first.start
    is_short = name.isdecimal() or (name[0] == "-" and name[1:])
    is_under = below and "\t" not in found[0] and name.count(" ") < _MOST_WORDS
    if not (is_short or is_under) or any(line.indent != column for line in below):
        return False
    term = words.shown(*found.span(1))
    out.add(Kind.DEFINITION, joined((term, words.shown(found.start(2), lines[-1].end)), ": "), mark=term.text)
    return True


def defined(words: Words, lines: Sequence[Line], out: Writer) -> bool:
    """A term on a line of its own, and further in what it is."""
    first, *below = lines
    if not below or min(line.indent for line in below) < first.indent + 2:
        return False
    width = max(line.end - line.start for line in lines)
    is_option = words.text[first.start] == "-" and has_room(words.text, first, below[0], width)
    if not is_bare(words.text, first) or not (is_option or ends(words.text, first, below[0], width)):
        return False
    term = words.shown(first.start, first.end)
    said = joined((term, words.shown(below[0].start, below[-1].end)), ": ")
    out.add(Kind.DEFINITION, said, mark=term.text)
    return True
