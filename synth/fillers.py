"""Fillers: what in a sentence may fill the gap of a question, and how well its form fits what belongs there."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from language import tables
from language.english.gap import Gap
from language.english.relations import is_demonym
from language.english.sorts import Sort
from language.inflection import IRREGULAR
from language.nations import countries
from language.rows import AMOUNTS
from language.spans import Span, spans
from myriad.agent.v1.text_pb2 import (
    SPAN_TYPE_CODE,
    SPAN_TYPE_DATE,
    SPAN_TYPE_DURATION,
    SPAN_TYPE_NAME,
    SPAN_TYPE_NUMBER,
    SPAN_TYPE_UNSPECIFIED,
    SpanType,
)

_QUOTED = re.compile(r"[\"“]([^\"“”\n]{2,80})[\"”]")
_OFTEN = re.compile(r"\b(?:once|twice|thrice|(?:two|three|four|five|six|seven|eight|nine|ten)[- ]times?)\b")
_PERIOD = re.compile(r"century$|\d0s$")
_YEAR = re.compile(r"(?:1\d|20)\d\d$")
_LIST = re.compile(r",? and |, ")
_REST_OF_NAME = re.compile(r"(?:-[^\W\d_]+)+")
_ORDINAL = re.compile(r" [a-z]+$")
_WORD = re.compile(r"(?<![\w-])[^\W\d_][\w'’-]*")
_MARKS = re.compile(r"[-–—,;:.()]")
_PLACED = re.compile(r"\b(?:in|at|near|from|to|of) (?:the )?$")
_ARTICLE = re.compile(r"\b(?:the|a|an) $")
_NEXT = re.compile(r", [A-Z]")
_IN_FRONT = 12
_PERIODS = frozenset(("century", "decade", "era"))
_WIDE = frozenset(("state", "country", "province", "county", "nation", "continent"))
"""Places that stand behind smaller ones: `Columbus, Ohio`."""
_NO_PERSON = tables.entries("parts_of_names")["no person"]
_GROUP = tables.entries("parts_of_names")["group"]
_LONGEST_PERSON = 4
_LONGEST_PHRASE = 4
_SHORTEST_VERB = 4
_FUNCTION_WORDS = tables.words("function_words/en")


class Filler(NamedTuple):
    """`sentence[start:end]`, and by sort how well its form fits, from 0 to 1."""

    start: int
    end: int
    type: SpanType.ValueType
    is_quoted: bool = False
    is_row: bool = False
    is_list: bool = False
    is_part: bool = False
    """Whether it is the year of a date."""
    anchor: int = -1
    """Where the row begins that it is the last of."""

    @property
    def place(self) -> int:
        """Where what stands before it ends."""
        return self.anchor if self.anchor >= 0 else self.start


@lru_cache(maxsize=2_048)
def fillers(sentence: str, language: str) -> tuple[Filler, ...]:
    """What may fill a gap: typed things, quoted words, names in a row, phrases."""
    found: dict[tuple[int, int], Filler] = {}

    def add(one: Filler) -> None:
        found.setdefault((one.start, one.end), one)

    typed = list(_typed(sentence, language))
    for one in _rows(sentence, [span for span in typed if span.type == SPAN_TYPE_NAME]):
        add(one)
    for often in _OFTEN.finditer(sentence):
        add(Filler(*often.span(), SPAN_TYPE_NUMBER))
    for quoted in _QUOTED.finditer(sentence):
        add(Filler(*quoted.span(1), SPAN_TYPE_NAME, is_quoted=True))
    for span in typed:
        add(Filler(span.start, span.end, span.type))
        if span.type == SPAN_TYPE_DATE and (year := _YEAR.search(sentence, span.start, span.end)):
            add(Filler(year.start(), year.end(), SPAN_TYPE_DATE, is_part=True))
    for start, end in _phrases(sentence):
        add(Filler(start, end, SPAN_TYPE_UNSPECIFIED))
    return tuple(found.values())


def _typed(sentence: str, language: str) -> Iterator[Span]:
    """Typed things; names with what a hyphen joins to them, and without an ordinal: `Jung Joon-young`."""
    for one in spans(sentence, language):
        if one.type != SPAN_TYPE_NAME:
            yield one
        elif rest := _REST_OF_NAME.match(sentence, one.end):
            yield one._replace(end=rest.end())
        elif ordinal := _ORDINAL.search(sentence, one.start, one.end):
            yield one._replace(end=ordinal.start())
        else:
            yield one


def _rows(sentence: str, names: Sequence[Span]) -> Iterator[Filler]:
    """Names in a row: `Columbus, Ohio`, `Ann, Bo and Cy`."""
    for first, one in enumerate(names):
        last = first
        while last + 1 < len(names) and _LIST.fullmatch(sentence, names[last].end, names[last + 1].start):
            last += 1
        if last > first:
            is_list = " and " in sentence[names[last - 1].end : names[last].start]
            yield Filler(one.start, names[last].end, SPAN_TYPE_NAME, is_row=not is_list, is_list=is_list)
            if not is_list:
                yield Filler(names[last].start, names[last].end, SPAN_TYPE_NAME, anchor=one.start)


def _phrases(sentence: str) -> Iterator[tuple[int, int]]:
    """Words that stand together: `lead vocalist`, `urban landscapes`; also without the nation."""
    run: list[re.Match[str]] = []
    for word in (*_WORD.finditer(sentence), None):
        if run and (word is None or sentence[run[-1].end() : word.start()] != " " or _cuts(word[0])):
            if len(run) <= _LONGEST_PHRASE:
                yield run[0].start(), run[-1].end()
                if len(run) > 1 and countries(run[0][0]):
                    yield run[1].start(), run[-1].end()
            run = []
        if word is not None and not _cuts(word[0]):
            run.append(word)


def _cuts(word: str) -> bool:
    """Whether a word is in no phrase: function words, verbs and adverbs as far as they look it, names."""
    low = word.lower()
    looks_it = low.endswith("ly") or (len(low) > _SHORTEST_VERB and low.endswith("ed")) or low in IRREGULAR
    return low in _FUNCTION_WORDS or looks_it or (word[0].isupper() and not countries(word))


def form(one: Filler, sentence: str, asked: Gap, types: Sequence[SpanType.ValueType]) -> float:
    """How well the form of a filler fits, from 0 to 1."""
    text = sentence[one.start : one.end]
    sort = asked.sort
    if sort is None and types:
        return 0.8 / (1 + types.index(one.type)) if one.type in types else 0.0
    if one.is_list and not asked.several:
        return 0.0
    match sort:
        case Sort.DATE if one.type == SPAN_TYPE_DATE:
            is_year = _YEAR.fullmatch(text) is not None
            if asked.noun in _PERIODS:
                return 1.0 if _PERIOD.search(text) else 0.2
            return (
                1.0
                if is_year and asked.noun == "year"
                else 0.3
                if one.is_part
                else 0.5
                if asked.noun == "year"
                else 1.0
            )
        case Sort.NUMBER if one.type in AMOUNTS:
            is_often = _OFTEN.fullmatch(text) is not None
            is_counted = not asked.counted or is_often or one.type in (SPAN_TYPE_NUMBER, SPAN_TYPE_DURATION)
            return 1.0 if is_counted and is_often == (asked.noun == "times") else 0.4
        case Sort.NATION:
            return float(all(countries(word) for word in text.split()))
        case Sort.DATE | Sort.NUMBER:
            return 0.0
        case Sort.QUALITY:
            return 0.7 if one.type == SPAN_TYPE_UNSPECIFIED else 0.3 * (one.type == SPAN_TYPE_NAME)
    if one.type == SPAN_TYPE_UNSPECIFIED:
        return 0.4 if sort in (None, Sort.THING) else 0.0
    if one.type != SPAN_TYPE_NAME:
        return 0.3 if sort in (None, Sort.THING) and one.type not in (SPAN_TYPE_DATE, SPAN_TYPE_CODE) else 0.0
    return _of_name(one, sentence, text, asked)


def _of_name(one: Filler, sentence: str, text: str, asked: Gap) -> float:
    words = text.lower().split()
    front = sentence[max(one.place - _IN_FRONT, 0) : one.place]
    placed = _PLACED.search(front) is not None
    is_followed = not one.is_row and _NEXT.match(sentence, one.end) is not None
    if one.is_row and asked.sort is not Sort.PLACE:
        return 0.0
    if one.is_list:
        return 1.0
    match asked.sort:
        case Sort.PERSON:
            if len(words) == 1 and (text.isupper() or countries(text)):
                return 0.1
            is_none = len(words) > _LONGEST_PERSON or any(word in _NO_PERSON for word in words)
            if one.is_quoted or is_none or _ARTICLE.search(front):
                return 0.3
            return (0.9 if len(words) > 1 else 0.6) * (0.6 if placed else 1.0)
        case Sort.PLACE if not one.is_quoted:
            if is_demonym(text):
                return 0.1
            if asked.noun in _WIDE:
                return 0.9 if one.anchor >= 0 else 0.1 if one.is_row or is_followed else 0.8 if placed else 0.3
            return 0.9 if placed and not is_followed else 0.6 if one.is_row else 0.4
        case Sort.WORK:
            return 1.0 if one.is_quoted else 0.5
        case Sort.GROUP:
            return 1.0 if any(word in _GROUP for word in words) else 0.4 if placed else 0.7
    return 0.8 if one.is_quoted else 0.6
