"""What a question asks to be worked out over rows of a table: neighbours, differences, sums, and bounds of figures."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import NamedTuple

from language import tables
from language.constraints import degrees, order_words
from language.spans import Span
from myriad.agent.v1 import question_pb2 as pb
from myriad.agent.v1.text_pb2 import (
    SPAN_TYPE_DURATION,
    SPAN_TYPE_MONEY,
    SPAN_TYPE_NUMBER,
    SPAN_TYPE_PERCENT,
    SPAN_TYPE_QUANTITY,
)

_OPERATORS: Mapping[str, pb.RowOperator.ValueType] = {
    "next": pb.ROW_OPERATOR_NEXT,
    "previous": pb.ROW_OPERATOR_PREVIOUS,
    "difference": pb.ROW_OPERATOR_DIFFERENCE,
    "total": pb.ROW_OPERATOR_TOTAL,
    "average": pb.ROW_OPERATOR_AVERAGE,
    "other": pb.ROW_OPERATOR_OTHER,
    "only": pb.ROW_OPERATOR_ONLY,
}
_OF_ROWS = frozenset((pb.WANT_COUNT, pb.WANT_COMPARISON, pb.WANT_LIST))
_OF_TABLES = ("summary", "rank", "measure", "end")
"""Words of tables, and not of questions."""
AMOUNTS = frozenset((SPAN_TYPE_NUMBER, SPAN_TYPE_QUANTITY, SPAN_TYPE_MONEY, SPAN_TYPE_PERCENT, SPAN_TYPE_DURATION))
"""Types of what is a figure of something."""
_WORD = re.compile(r"[^\W_]+")
_SCALES = {"thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12}
_FIGURE = re.compile(
    r"(?P<open>\()?(?:(?<![\w.])(?P<sign>[-−–]))?[$€£¥]?\s?(?<![\w.])(?P<digits>\d{1,3}(?:,\d{3}){1,5}(?:\.\d+)?|\d{1,15}(?:\.\d{1,9})?|\.\d{1,9})"
    r"(?:\s(?P<scale>thousand|million|billion|trillion)\b)?",
    re.IGNORECASE,
)
_CLOCK = re.compile(r"\+?(?:(?P<h>\d{1,3}):)?(?P<m>\d{1,3}):(?P<s>\d{2}(?:\.\d{1,4})?)(?!\d)")
_HOURS = re.compile(
    r"(?P<h>\d{1,3})\s?h(?:\s?(?P<m>\d{1,2})\s?(?:'|′|m(?:in)?\b))?(?:\s?(?P<s>\d{1,2})\s?(?:\"|″|s\b))?"
)
_TIED = re.compile(r"^[T=](?=\d)")
_NAMES = re.compile(r"[^\W\d_]{4}|[a-z]{3}|[^\W\d_]-")
"""Letters before a figure that are no currency and no `No.`: what they stand in is a name, or an identifier."""
_UNIT_WORDS = 4
_LONGEST = 3
"""Words of a phrase."""
_NEAR = 30
"""Characters between a figure and the words that say on which side of it others lie."""


def operators(low: Sequence[str], want: pb.Want.ValueType) -> list[pb.RowOperator.ValueType]:
    """What the words of a question ask to be worked out, each once."""
    known = _phrases()
    found = [known[one] for one in _said(low) if one in known]
    is_compared = want == pb.WANT_COUNT or low[:2] == ["how", "much"]
    if is_compared and "than" in low and not any(one.isdecimal() for one in low[low.index("than") + 1 :][:1]):
        found.insert(0, pb.ROW_OPERATOR_DIFFERENCE)
    return list(dict.fromkeys(found))


def bounds(text: str, typed: Sequence[Span]) -> Iterator[pb.Bound]:
    """The figures of a question that those of the answer are above or below."""
    for one in typed:
        figure = figure_of(text[one.start : one.end]) if one.type in AMOUNTS else None
        if figure is None:
            continue
        if found := side(text, one.start, one.end):
            yield pb.Bound(figure=figure, above=found.above, equal=found.equal, start=one.start, end=one.end)


class Side(NamedTuple):
    """On which side of a figure others lie, and whether it is one of them."""

    above: bool
    equal: bool


def side(text: str, start: int, end: int) -> Side | None:
    """What is said of it around a figure; None if nothing is."""
    before, after = _words(text[max(0, start - _NEAR) : start]), _words(text[end : end + _NEAR])
    for key, phrases, behind in _sides():
        if any(before[-len(words) :] == words for words in phrases) or any(
            words in (after[: len(words)], after[1 : len(words) + 1]) for words in behind
        ):
            return Side(key.startswith("above"), key.endswith("equal"))
    return None


@cache
def _sides() -> Sequence[tuple[str, Sequence[Sequence[str]], Sequence[Sequence[str]]]]:
    """What is said before and after a figure, in words, by the side of it on which others lie."""
    known = tables.entries("row_operators")
    keys = ("above", "above equal", "below", "below equal")
    return [(key, [*map(_words, known[key])], [*map(_words, known.get(f"after {key}", ()))]) for key in keys]


def _said(low: Sequence[str]) -> Iterator[str]:
    for at in range(len(low)):
        for size in range(1, _LONGEST + 1):
            yield " ".join(low[at : at + size])


@cache
def _phrases() -> Mapping[str, pb.RowOperator.ValueType]:
    listed = tables.entries("row_operators")
    return {phrase: _OPERATORS[key] for key, phrases in listed.items() if key in _OPERATORS for phrase in phrases}


@cache
def operator_words() -> frozenset[str]:
    """Words that ask for something to be worked out, and say nothing of what it is asked of."""
    listed = tables.entries("row_operators")
    phrases = (one for key, some in listed.items() if not key.startswith(_OF_TABLES) for one in some)
    return frozenset(word for one in phrases for word in one.split()) | order_words()


@cache
def summaries() -> frozenset[str]:
    """What names a row that sums up others."""
    return frozenset(tables.entries("row_operators")["summary"])


@cache
def ranks() -> frozenset[str]:
    """Words of headers below which the least is the best."""
    return frozenset(tables.entries("row_operators")["rank"])


def header_words(header: str) -> list[str]:
    """Of `weight_from (kg)` the words."""
    return _words(header.replace("_", " "))


def ends(headers: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Pairs of headers that say where one thing begins and where it ends: `weight_from_kg`, `weight_to_kg`."""
    lowest, highest = (tables.entries("row_operators")[f"end {end}"] for end in ("low", "high"))
    lows = {key: one for one in headers for key in _without(one, lowest, highest)}
    for one in headers:
        yield from ((lows[key], one) for key in _without(one, highest, highest) if key in lows)


def _without(header: str, words: Sequence[str], names: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """A header without one of these words, behind what stands for that."""
    said = header_words(header)
    for word, name in zip(words, names, strict=True):
        if word in said:
            yield name, *(one for one in said if one != word)


def measured(low: Iterable[str]) -> frozenset[str]:
    """Words of headers below which stands what these words compare: `duration` for `longest`."""
    known = _measures()
    return frozenset[str]().union(*(known[word] for word in low if word in known))


@cache
def _measures() -> Mapping[str, frozenset[str]]:
    """By an adjective in each of its degrees."""
    found: dict[str, frozenset[str]] = {}
    for key, headers in tables.entries("row_operators").items():
        mark, _, adjective = key.partition(" ")
        if mark == "measure":
            for word in (adjective, *degrees(adjective)):
                found[word] = frozenset(headers)
    return found


def compares_rows(question: pb.Question) -> bool:
    """Whether what a question asks for is worked out over all rows, if a table answers it."""
    return bool(question.extreme or question.operators or question.bounds) or question.want in _OF_ROWS


def _words(text: str) -> list[str]:
    return _WORD.findall(text.lower())


def figure_of(text: str) -> float | None:
    """The first figure in a text as it is written, with its scale and without its unit; None if there is none."""
    found = _FIGURE.search(text)
    if not found:
        return None
    digits = found["digits"].replace(",", "")
    is_negative = found["sign"] in ("-", "−", "–") or (found["open"] and text[found.end() :].lstrip().startswith(")"))
    scale = _SCALES.get((found["scale"] or "").lower(), 1.0)
    return (-1.0 if is_negative else 1.0) * float(digits) * scale


class Ordered(NamedTuple):
    """What a cell says, in a form in which cells of one kind can be put in an order."""

    kind: str
    """`date`, `time` or `figure`."""
    at: float


def ordered(text: str, dates: Sequence[str]) -> Ordered | None:
    """Where a cell stands in an order, by the first date in it, its time, or its figure; None if in none."""
    if dates:
        return Ordered("date", _moment(dates[0]))
    if clock := _CLOCK.match(text) or _HOURS.match(text):
        hours, minutes, seconds = (float(clock[name] or 0) for name in ("h", "m", "s"))
        return Ordered("time", 3600 * hours + 60 * minutes + seconds)
    said = _TIED.sub("", text)
    found = _FIGURE.search(said)
    if (
        not found
        or _NAMES.search(said, 0, found.start("digits"))
        or len(_WORD.findall(said, found.end())) > _UNIT_WORDS
    ):
        return None
    figure = figure_of(said)
    return None if figure is None else Ordered("figure", figure)


def _moment(date: str) -> float:
    """A date as a number that grows with time, its first day if it is several."""
    parts = [int(one) for one in date.partition("/")[0].removeprefix("..").split("-") if one.isdecimal()]
    year, month, day = (*parts, 0, 0, 0)[:3]
    return year * 400.0 + month * 32.0 + day
