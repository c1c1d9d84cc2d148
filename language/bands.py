"""Bands: stretches of a scale which a cell may stand for, `2 to 5 years`, `over 10 kg`, and what lies in them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from math import inf
from typing import NamedTuple

from language.rows import AMOUNTS, side
from language.spans import Span, spans

_DAYS = {"Y": 365.0, "M": 30.0, "D": 1.0, "TH": 1 / 24, "TM": 1 / 1_440, "TS": 1 / 86_400}
_PERIOD = re.compile(r"(\d{1,9}+(?:\.\d{1,9}+)?)([YMDHS])")
_LONGEST = 60
"""Characters of a cell that is a band."""
_TO = re.compile(r"\s{0,4}+(?:to|up to|until|–|-)\s{0,4}+")
_OVER, _UNDER = re.compile(r"[>≥]=?\s?$"), re.compile(r"[<≤]=?\s?$")
_SIGN = 3
"""Characters of a sign before a figure, with a blank."""
_AND_MORE = re.compile(r"\s?\+")


class Band(NamedTuple):
    """What of a scale lies between two figures, these with it; one figure alone if they are the same."""

    unit: str
    low: float
    high: float

    @property
    def is_wide(self) -> bool:
        return self.low < self.high

    def holds(self, other: Band) -> bool:
        return self.unit == other.unit and self.low <= other.low and other.high <= self.high


def amounts(text: str, typed: Sequence[Span]) -> Iterator[tuple[Span, Band]]:
    """The amounts in a text with what of their scale they say, `under` and `or more` read with them."""
    for one in typed:
        if one.type in AMOUNTS and (found := _band(one)):
            said, near = side(text, one.start, one.end), max(0, one.start - _SIGN)
            is_over = _OVER.search(text, near, one.start) or _AND_MORE.match(text, one.end)
            if said.above if said else is_over:
                found = found._replace(high=inf)
            elif said or _UNDER.search(text, near, one.start):
                found = found._replace(low=-inf)
            yield one, found


@lru_cache(maxsize=8_192)
def band(text: str, language: str) -> Band | None:
    """The band that a cell stands for; None if it is none."""
    if len(text) > _LONGEST:
        return None
    found = list(amounts(text, spans(text, language)))
    if not found or len({one.unit for _, one in found}) > 1 or len(found) > 2:
        return None
    (first, low), (last, high) = found[0], found[-1]
    if first is not last and not low.is_wide and not high.is_wide and not _TO.fullmatch(text, first.end, last.start):
        return None
    if low.is_wide or high.is_wide:
        whole = Band(low.unit, max(low.low, high.low), min(low.high, high.high))
    else:
        whole = Band(low.unit, low.low, high.high)
    return whole if whole.is_wide else None


def _band(one: Span) -> Band | None:
    """What a typed span says by its normal form."""
    first, _, last = one.normal.partition("/")
    low, high = _figure(first), _figure(last or first)
    return Band(low[0], low[1], high[1]) if low and high and low[0] == high[0] else None


def _figure(normal: str) -> tuple[str, float] | None:
    if normal.startswith("P"):
        date, _, time = normal[1:].partition("T")
        parts = [(number, unit) for number, unit in _PERIOD.findall(date)]
        parts += [(number, f"T{unit}") for number, unit in _PERIOD.findall(time)]
        return ("days", sum(float(number) * _DAYS.get(unit, 0.0) for number, unit in parts)) if parts else None
    figure, _, unit = normal.replace("%", " %").partition(" ")
    try:
        return unit, float(figure)
    except ValueError:
        return None
