"""Stretches: what in a quote may be a short answer. Typed things, nouns, the cells of rows, the values of keys."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from language.dimensions import unit_of
from language.english.links import NAMING
from language.inflection import is_plural
from language.spans import Span, spans
from language.terms import Term, terms
from language.tokens import tokens
from myriad.agent.v1.evidence_pb2 import Evidence
from myriad.agent.v1.text_pb2 import (
    SPAN_TYPE_DATE,
    SPAN_TYPE_MONEY,
    SPAN_TYPE_NUMBER,
    SPAN_TYPE_PERCENT,
    SPAN_TYPE_QUANTITY,
    SPAN_TYPE_UNSPECIFIED,
    UNIT_KIND_ENTRY,
    UNIT_KIND_LIST,
    UNIT_KIND_ROW,
    SpanType,
    UnitKind,
)

FIGURES = frozenset((SPAN_TYPE_NUMBER, SPAN_TYPE_QUANTITY, SPAN_TYPE_MONEY, SPAN_TYPE_PERCENT))
_IN_CELLS = frozenset((UNIT_KIND_ROW, UNIT_KIND_LIST, UNIT_KIND_ENTRY))
_LINE = re.compile(r"[^\n]++")
_CELL = re.compile(r"[^;\n]++")
_KEY = re.compile(r"([^:=\n]{1,120})(?:::? | = ?)")
_CLAUSE = re.compile(r"[^.;\n]++(?>(?:[.;](?!\s)[^.;\n]*)*)")
_OF = re.compile(r" (?:of|for) (?:the |an? )?")
_OF_SOME = re.compile(r"(?: of)?(?: (?:the|these|those|our|its|all|\d{1,9})){0,3}")
_JOINED = ("", " ", "-")
_MOST_COUNTED = 4
"""Words of a noun that is counted."""
_MOST_WORDS = 6
_MOST = 100
"""Stretches of a quote: those of what is marks alone are no answers."""


class Cell(NamedTuple):
    """What one cell of a row says, or a key with its value: `quote[start:end]` is the value."""

    start: int
    end: int
    type: SpanType.ValueType
    key: tuple[str, ...]
    terms: tuple[str, ...]
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Stretch:
    """`quote[start:end]`, of a type or of none, in a row or a clause: `quote[within[0]:within[1]]`."""

    start: int
    end: int
    type: SpanType.ValueType
    within: tuple[int, int]
    key: tuple[str, ...] = ()
    """The terms of what heads it, if it is a cell or a value."""
    row: Sequence[Cell] = ()
    """The other cells of its row."""
    is_cell: bool = False
    is_label: bool = False
    """Whether it is the first cell of its row."""
    counted: tuple[str, ...] = ()
    """The terms of what it is the number of, if it is a number and a noun stands behind."""
    unit: str = ""
    """The base of its unit, if it has one."""


class Laid(NamedTuple):
    """The terms of a quote, and what in it may be a short answer."""

    terms: Sequence[Term]
    stretches: Sequence[Stretch]


def laid(evidence: Evidence, language: str) -> Laid:
    """A quote laid out; what only opens it has no stretches."""
    return _laid(evidence.quote, evidence.lead_end, evidence.kind, language)


@lru_cache(maxsize=1_024)
def _laid(quote: str, begin: int, kind: UnitKind.ValueType, language: str) -> Laid:
    said = terms(quote, language)
    found = list(_cells(quote, begin, language)) if kind in _IN_CELLS else []
    return Laid(said, (found or list(_prose(quote, said, begin, language)))[:_MOST])


def _cells(quote: str, begin: int, language: str) -> Iterator[Stretch]:
    """The cells of rows, the value of an entry; the first row may say what heads the others."""
    lines = [line.span() for line in _LINE.finditer(quote, begin)]
    rows = [[_cell(quote, *cell.span(), language) for cell in _CELL.finditer(quote, *line)] for line in lines]
    heads = rows[0] if len(rows) > 1 and not any(one.type in FIGURES for one in rows[0]) else []
    for line, row in list(zip(lines, rows, strict=True))[bool(heads) :]:
        if not row or (len(row) < 2 and not row[0].key):
            continue
        missing = len(row) - len(heads)
        for place, one in enumerate(row):
            key = one.key
            if heads and place >= missing:
                # A header above several columns is given to each of its cells, and heads none of them alone.
                head = heads[place - missing]
                key = head.terms if head.key == one.key else (*one.key, *head.terms)
            if one.start < one.end:
                others = [*row[:place], *row[place + 1 :]]
                yield Stretch(
                    one.start, one.end, one.type, line, key, others, is_cell=True, is_label=not place, unit=one.unit
                )


def _cell(quote: str, start: int, end: int, language: str) -> Cell:
    key = _KEY.match(quote, start, end)
    first = key.end() if key else start
    value = quote[first:end].strip()
    first += len(quote[first:end]) - len(quote[first:end].lstrip())
    typed = next(iter(spans(value, language)), None)
    return Cell(
        first,
        first + len(value),
        typed.type if typed else SPAN_TYPE_UNSPECIFIED,
        tuple(one.term for one in terms(key[1], language)) if key else (),
        tuple(one.term for one in terms(value, language)),
        unit_of(typed) if typed else "",
    )


def _prose(quote: str, said: Sequence[Term], begin: int, language: str) -> Iterator[Stretch]:
    """Typed things, and words that stand together: nouns with what is said of them, and such nouns of others."""
    typed = {
        (one.start, one.end): one for one in spans(quote, language) if one.start >= begin and not _is_part(quote, one)
    }
    together = [run for run in runs(quote, said, begin) if not _is_cut(run, typed)]
    joined = [(one[0], other[1]) for one, other in pairwise(together) if _OF.fullmatch(quote, one[1], other[0])]
    clauses = [one.span() for one in _CLAUSE.finditer(quote, begin)]
    at = 0
    for start, end in sorted({*together, *joined, *typed}):
        while at < len(clauses) and clauses[at][1] <= start:
            at += 1
        if at < len(clauses) and clauses[at][0] <= start:
            one = typed.get((start, end))
            kind, unit = (one.type, unit_of(one)) if one else (SPAN_TYPE_UNSPECIFIED, "")
            counted = _counted(quote, said, end) if kind == SPAN_TYPE_NUMBER else ()
            yield Stretch(start, end, kind, clauses[at], counted=counted, unit=unit)


def _counted(quote: str, said: Sequence[Term], end: int) -> tuple[str, ...]:
    """The terms behind a number, as far as the first plural: `11 high issues`, `12 of the 64 members`."""
    opening = _OF_SOME.match(quote, end)
    place = opening.end() if opening else end
    at = bisect_left(said, place, key=lambda one: one.start)
    found = list[str]()
    for one in said[at : at + _MOST_COUNTED]:
        if quote[place : one.start] not in _JOINED:
            break
        found.append(one.term)
        if is_plural(quote[one.start : one.end].lower()):
            break
        place = one.end
    return tuple(found)


def _is_cut(run: tuple[int, int], typed: Iterable[tuple[int, int]]) -> bool:
    """Whether it is a part of a typed thing: `March 3rd` of `March 3rd, 2027`."""
    return any(start <= run[0] and run[1] <= end and run != (start, end) for start, end in typed)


def _is_part(quote: str, one: Span) -> bool:
    """Whether it is the number of a source, or a part of a word: `[30]`, `2019-nCoV`."""
    before, after = quote[max(one.start - 1, 0) : one.start], quote[one.end : one.end + 2]
    is_figure = one.type in FIGURES or one.type == SPAN_TYPE_DATE
    return before == "[" or (is_figure and after[:1] == "-" and after[1:].isalpha())


def runs(quote: str, said: Sequence[Term], begin: int) -> Iterator[tuple[int, int]]:
    """Words that stand together, with no function word and no mark between."""
    content = {one.start for one in said}
    start, end, size = -1, -1, 0
    for one in tokens(quote):
        is_content = one.start >= begin and one.start in content and quote[one.start : one.end] not in NAMING
        if is_content and start >= 0 and quote[end : one.start] in (" ", "-", "") and size < _MOST_WORDS:
            end, size = one.end, size + 1
            continue
        if start >= 0:
            yield start, end
        start, end, size = (one.start, one.end, 1) if is_content else (-1, -1, 0)
    if start >= 0:
        yield start, end
