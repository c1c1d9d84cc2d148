"""Quotes in mails: how deep lines are quoted, whom they quote, and where signatures stand."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from typing import NamedTuple

from genesis.readers.mail.dates import day
from genesis.readers.mail.heads import COLON, PASSED_ON

_WROTE = re.compile(
    r"^[ \t]*((?:On|Am|Le)\b[^\n]{4,200}(?:\n[^\n]{0,100})?\b(?:wrote|schrieb[^\n:]{0,80}|a écrit)[ ]?:)[ \t]*$",
    re.MULTILINE,
)
_AUTHOR = re.compile(
    r"\d(?:[ ]?[AaPp]\.?[Mm]\b\.?)?+[,;]?[ \t]+(?:at[ \t]+)?([^\W\d_][^\d\n<>@:;,]{1,60}?)(?:[ \t,]*<[^<>\n]*>)?"
    r"\s+(?:wrote|schrieb|a écrit)"
)
_AUTHOR_BEHIND = re.compile(r"\bschrieb[ ]([^\W\d_][^\d\n<>@:;,]{1,60}?)(?:[ ]?<[^<>\n]{0,200}+>)?[ ]?:")
_SIGNATURE = re.compile(r"^(?:--[ \t]*|_{5,}|Sent from my [^\n]{1,40})$", re.MULTILINE)
_QUOTED = re.compile(rf"^(?:[ \t]*+>|(?:From|Von|De){COLON}|{PASSED_ON})", re.MULTILINE)
_QUOTE = re.compile(r"(?<![ \t])[ \t]*+((?>(?:>[ \t]?)+))")


class Stretch(NamedTuple):
    """Lines of a message that are quoted as deep as each other."""

    start: int
    end: int
    depth: int


def stretches(text: str, start: int, end: int) -> Iterator[Stretch]:
    """A body without signatures, by how deep its lines are quoted; blank lines go with those above."""
    for first, last in _unsigned(text, start, end):
        yield from _by_depth(text, first, last)


def _unsigned(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """What of a body is no signature: one goes on until somebody is quoted."""
    quoted = sorted(one.start() for form in (_WROTE, _QUOTED) for one in form.finditer(text, start, end))
    while signed := _SIGNATURE.search(text, start, end):
        yield start, signed.start()
        following = bisect_left(quoted, signed.end())
        start = quoted[following] if following < len(quoted) else end
    yield start, end


def _by_depth(text: str, start: int, end: int) -> Iterator[Stretch]:
    begins, depth, at = start, 0, start
    while at < end:
        stop = text.find("\n", at, end) + 1 or end
        quote = _QUOTE.match(text, at, stop)
        deep = quote[1].count(">") if quote else 0
        if deep != depth and text[at:stop].strip():
            if begins < at:
                yield Stretch(begins, at, depth)
            begins, depth = at, deep
        at = stop
    if begins < end:
        yield Stretch(begins, end, depth)


def unquoted(text: str) -> str:
    """With blanks in place of marks of quotes, as long as before."""
    marks = re.compile(r"^[ \t]*+(?>(?:>[ \t]?)+)", re.MULTILINE)
    return marks.sub(lambda mark: " " * len(mark[0]), text)


def wrote(text: str, start: int, end: int) -> tuple[int, int, str, str] | None:
    """The line in a stretch that names whom the next lines quote: where it stands, who and when."""
    line = _WROTE.search(text, start, end)
    if not line:
        return None
    said = " ".join(line[1].split()).partition(" ")[2]
    author = _AUTHOR_BEHIND.search(said) or _AUTHOR.search(said)
    return *line.span(), (author[1].strip() if author else ""), day(said[: author.start(1)] if author else said)
