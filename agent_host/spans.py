"""Spans: the names, dates and numbers in a sentence, found by their form alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import Enum
from typing import NamedTuple

from agent_host.words import STOP_WORDS, words

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
_MONTH = "|".join(MONTHS)
_YEAR = r"(?:1\d{3}|20\d{2})"
DATE = re.compile(
    rf"\b(?:\d{{1,2}}(?:st|nd|rd|th)?(?:\s+of)?\s+(?:{_MONTH}),?\s+(?:{_YEAR}|\d{{3}})|(?:{_MONTH})\s+\d{{1,2}},?\s+{_YEAR}"
    rf"|(?:{_MONTH})\s+{_YEAR}|\d{{1,2}}(?:st|nd|rd|th)\s+century|{_YEAR}s?)\b"
)
# Clock times, dates in digits and days without a year answer `when` as well.
_TIME = re.compile(
    rf"\b(?:\d{{4}}-\d{{2}}-\d{{2}}|\d{{1,2}}:\d{{2}}(?:\s?[ap]m)?|\d{{1,2}}\s?[ap]m|\d{{1,2}}\s(?:{_MONTH})|(?:{_MONTH})\s\d{{1,2}}"
    r"|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)days?)\b"
)
_MONTH_ALONE = re.compile(rf"\b(?:in|to|until|till|by|since|before|after|from|early|mid|late) ({_MONTH})\b(?! \d)")
_NUMBER_WORDS = (
    "two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|"
    "nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|once|twice"
)
NUMBER = re.compile(
    rf"\+\d{{1,3}}(?:[ -]\d{{2,4}}){{2,5}}\b"
    rf"|(?:[$€£]\s?)?\b(?:\d[\d,]*(?:\.\d+)?|{_NUMBER_WORDS})\b(?:\s+(?:hundred|thousand|million|billion|trillion)\b)?%?",
    re.IGNORECASE,
)
_PIECE = re.compile(r"(?:[^\W\d_](?=\.)\.|(?:Jr|Sr|St|Dr)\.|[^\W_]+(?:['’\-–][^\W_]+)*)")
_INSIDE_NAMES = words("of the de la le du da di del della van von der den ap al bin ibn e el no")
_NICKNAME = re.compile(r"(?<=\w) [\"“][A-Z][\w .]{0,20}[\"”] (?=[A-Z])")
_SUFFIX = re.compile(r", (?=(?:Jr|Sr)\b|[IV]+\b)")
_QUOTED = re.compile(r"[\"“](?!\s)([^\"“”]{2,80})(?<!\s)[\"”]")


class Kind(Enum):
    """What a span looks like."""

    NAME = "name"
    DATE = "date"
    NUMBER = "number"
    QUOTED = "quoted"


class Span(NamedTuple):
    """Words of a sentence: `sentence[start:end]`."""

    kind: Kind
    start: int
    end: int


def spans(sentence: str) -> tuple[Span, ...]:
    """All names, dates, numbers and quoted titles of a sentence, by where they start."""
    dates = [Span(Kind.DATE, *match.span()) for match in DATE.finditer(sentence)]
    dates += [
        Span(Kind.DATE, *match.span())
        for match in _TIME.finditer(sentence)
        if not any(date.start < match.end() and match.start() < date.end for date in dates)
    ]
    dates += [Span(Kind.DATE, *match.span(1)) for match in _MONTH_ALONE.finditer(sentence)]
    found = [
        *dates,
        *(
            Span(Kind.NUMBER, *match.span())
            for match in NUMBER.finditer(sentence)
            if not any(date.start < match.end() and match.start() < date.end for date in dates)
        ),
        *(Span(Kind.QUOTED, *match.span(1)) for match in _QUOTED.finditer(sentence)),
        *(
            name
            for name in _names(sentence)
            if not any(date.start <= name.start and name.end <= date.end for date in dates)
        ),
    ]
    return tuple(sorted(found, key=lambda span: (span.start, span.end, span.kind.value)))


def _names(sentence: str) -> Iterator[Span]:
    """Runs of capitalised words, small words allowed inside; a capital at the sentence's start proves little."""
    run: list[re.Match[str]] = []
    bridges = {
        edge
        for match in (*_NICKNAME.finditer(sentence), *_SUFFIX.finditer(sentence))
        for edge in (match.start(), match.end())
    }
    for piece in _PIECE.finditer(sentence):
        if run and not (_joined(sentence[run[-1].end() : piece.start()]) or {run[-1].end(), piece.start()} & bridges):
            yield from _closed(run)
            run = []
        word = piece.group()
        if word.isdecimal() and sentence[piece.end() : piece.end() + 2].strip(".").isdecimal():
            yield from _closed(run)
            run = []
            continue
        opens = word[0].isupper() and word.lower() not in STOP_WORDS
        if opens or (run and (word[0].isupper() or word in _INSIDE_NAMES or word.isdecimal())):
            run.append(piece)
        else:
            yield from _closed(run)
            run = []
    yield from _closed(run)


def _joined(gap: str) -> bool:
    return gap != "" and gap.isspace()


def _closed(run: list[re.Match[str]]) -> Iterator[Span]:
    while run and run[-1].group() in _INSIDE_NAMES:
        run.pop()
    if len(run) > 1 or (run and len(run[0].group()) > 1):
        yield Span(Kind.NAME, run[0].start(), run[-1].end())
