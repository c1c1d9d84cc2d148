"""
Typed spans: dates, amounts, code, addresses, names in a text, each with a `normal` in which equal values are equal.

A text is cut into lexemes once; rules over the lexemes' classes say what stands where. Where two would, the rule that
comes first holds: an address before a date, a date before an amount, a name last but plain numbers.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from language.codes import CLOSING, CODES
from language.dates import DATES, TIMES, YEARS, day_order, joined
from language.grammar import Found, Lexemes
from language.names import NAMES
from language.quantities import AMOUNTS, NUMBERS
from language.recurrences import ALONE, FREQUENCIES
from myriad.agent.v1.text_pb2 import SpanType

__all__ = ["Span", "day_order", "spans"]
_RULES = (*CODES, *DATES, *TIMES, *FREQUENCIES, *AMOUNTS, *YEARS, *NAMES, *ALONE, *NUMBERS)


class Span(NamedTuple):
    """A typed thing: `text[start:end]`."""

    start: int
    end: int
    type: SpanType.ValueType
    normal: str


def spans(text: str, language: str, order: str = "") -> list[Span]:
    """
    The typed things in a text, in order; none over another.

    `order`, from `day_order` of the whole document, says whether the day or the month comes first in `3/4/2025`.
    """
    read = Lexemes(text, language, order)
    found = sorted(_found(read))
    starts = read.starts
    return [Span(starts[one.first], _end(read, one), one.type, one.normal) for one in joined(found, read)]


def _found(read: Lexemes) -> Iterator[Found]:
    classes = read.classes
    taken = bytearray(len(classes))
    occurring = frozenset(classes)
    for needs, pattern, make, within in _RULES:
        if occurring.isdisjoint(needs) or (within and not within.search(classes)):
            continue
        search, at = pattern.search, 0
        while match := search(classes, at):
            start, end = match.span()
            at = max(end, start + 1)
            if taken[start] or not (one := make(read, match)):
                continue
            first, last, _, _ = one
            if 1 in taken[first:last]:
                continue
            taken[first:last] = b"\1" * (last - first)
            at = last
            yield one


def _end(read: Lexemes, one: Found) -> int:
    """Where it ends; the marks behind a URL are the sentence's."""
    end = read.starts[one.last]
    if read.classes[one.last - 1] == "L":
        word = read.words[one.last - 1]
        end -= len(word) - len(word.rstrip(CLOSING))
    return end
