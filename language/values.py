"""
Values: dates, numbers and names as texts write them, in one form in which equal values are equal.

`2 May 1921`, `May 2, 1921` and `1921-05-02` are one date, `3,000` and `three thousand` one number, `Zürich` and
`zurich` one name.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from difflib import SequenceMatcher
from enum import Enum
from functools import lru_cache
from typing import NamedTuple

from language.folding import fold

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
_MONTH = "|".join(f"{month}|{month[:3]}\\.?" if len(month) > 4 else month for month in MONTHS) + r"|Sept\.?"
_YEAR = r"(?:1\d{3}|20\d{2})"
DATE = re.compile(
    rf"(?:--(?P<m0>\d\d)-(?P<d0>\d\d)|\b(?P<y>{_YEAR})-(?P<m>\d\d)(?:-(?P<d>\d\d))?(?![\d-])"
    rf"|\b(?P<d1>\d{{1,2}})(?:st|nd|rd|th)?(?:\s+of)?\s+(?P<m1>{_MONTH})(?:,?\s+(?P<y1>{_YEAR}))?"
    rf"|\b(?P<m2>{_MONTH})\s+(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?(?:,?\s+(?P<y2>{_YEAR}))?(?!\d)"
    rf"|\b(?P<m3>{_MONTH}),?\s+(?P<y3>{_YEAR})|\b(?P<y4>{_YEAR})(?!,\d|\.\d|[\d-]\d))\b"
)
_UNIT_WORDS = """
    zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen
    eighteen nineteen
"""
_TEN_WORDS = "ten twenty thirty forty fifty sixty seventy eighty ninety"
_TENS = {word: 10 * number for number, word in enumerate(_TEN_WORDS.split(), 1)}
_UNITS = {word: number for number, word in enumerate(_UNIT_WORDS.split())}
_SCALES = {"hundred": 100, "thousand": 1_000, "million": 10**6, "billion": 10**9, "trillion": 10**12}
_WORDS = "|".join((*_TENS, *sorted(_UNITS, key=len, reverse=True)))
NUMBER = re.compile(
    rf"(?:(?P<sign>[$€£¥])\s?)?(?P<number>\b\d{{1,3}}(?:,\d{{3}}){{1,12}}(?:\.\d+)?|\b\d+(?:\.\d+)?|\b(?:{_WORDS})(?:-(?:{_WORDS}))?\b)"
    rf"(?:[\s-](?P<scale>{'|'.join(_SCALES)})s?\b)?(?P<percent>\s?%|\spercent\b|\sper cent\b)?",
    re.IGNORECASE,
)
_UNIT_WORDS_OF = {
    "m": "m|metres?|meters?", "km": "km|kilometres?|kilometers?", "cm": "cm|centimetres?|centimeters?",
    "ft": "ft|feet|foot", "mi": "mi|miles?", "in": "in|inch|inches", "kg": "kg|kilograms?|kilos?",
    "t": "t|tons?|tonnes?", "l": "l|litres?|liters?", "h": "h|hours?", "min": "min|minutes?",
    "y": "years?|y", "d": "days?|d",
}  # fmt: skip
_UNIT_OF = {unit: re.compile(words, re.IGNORECASE) for unit, words in _UNIT_WORDS_OF.items()}
UNIT = re.compile("|".join(f"(?:{words})" for words in _UNIT_WORDS_OF.values()), re.IGNORECASE)
_QUANTITY = re.compile(rf"{NUMBER.pattern}[\s-]?(?P<unit>{UNIT.pattern})\b", re.IGNORECASE)
_PART = r"[^\W\d_a-zß-öø-ÿ][\w'’.&-]*"
NAME = re.compile(
    rf"{_PART}(?:\s+(?:(?:of|the|de|la|le|du|da|di|del|della|van|von|der|den|al|bin)\s+){{0,2}}(?:{_PART}|\d{{1,3}}\b(?![\d,.%])))*"
)
_ARTICLES = frozenset(("a", "an", "the"))
_ALIKE = 0.8
_LONGEST_SPELT = 80
"""Characters of names of which one may be the other spelt differently: to tell takes the cube of their length."""
_FIGURE = re.compile(r"^([^\d.]*+)([\d.]++)(%| \w++)?")


class Form(Enum):
    """What a value looks like."""

    DATE = "date"
    NUMBER = "number"
    NAME = "name"


class Value(NamedTuple):
    """A value in a text, `text[start:end]`, and its one form."""

    form: Form
    start: int
    end: int
    normal: str


def values(text: str) -> Iterator[Value]:
    """The dates of a text, the names, and the numbers in neither, each kind in order."""
    taken: list[tuple[int, int]] = []  # in order, none over another
    for form, pattern in ((Form.DATE, DATE), (Form.NAME, NAME), (Form.NUMBER, NUMBER)):
        for match in pattern.finditer(text):
            start, end = match.start(), match.start() + len(match.group().rstrip(".'’&-"))
            is_number = form is Form.NAME and NUMBER.fullmatch(text, start, end)
            before = bisect_left(taken, (end, end))
            if not is_number and not (before and taken[before - 1][1] > start):
                taken.insert(before, (start, end))
                yield Value(form, start, end, normal(text[start:end]))


@lru_cache(maxsize=16_384)
def normal(text: str) -> str:
    """The one form of a value: an ISO 8601 date, as exact as it is; a plain number; a folded name. Idempotent."""
    once = _normal(text.strip())
    return once if once == text else normal(once)


def _normal(text: str) -> str:
    if (match := DATE.fullmatch(text)) and (date := _iso(match)):
        return date
    if match := NUMBER.fullmatch(text):
        return _plain(match)
    if match := _QUANTITY.fullmatch(text):
        unit = next(unit for unit, words in _UNIT_OF.items() if words.fullmatch(match["unit"]))
        return f"{_plain(match)} {unit}"
    folded = fold(text)
    return " ".join(word for word in folded.split() if word not in _ARTICLES) or folded


def agree(form: Form, one: str, other: str) -> bool:
    """Whether two normal values of a form may both be right: equal, one less exact, or another spelling."""
    if one == other:
        return True
    if form is Form.DATE:
        return _dates_agree(one, other)
    if form is Form.NUMBER:
        return _numbers_agree(one, other)
    words, others = one.split(), other.split()
    if set(words) <= set(others) or set(others) <= set(words):
        return True
    if "".join(others) == _initials(words) or "".join(words) == _initials(others):
        return True
    if one[:1] != other[:1] or max(len(one), len(other)) > _LONGEST_SPELT:
        return False
    return SequenceMatcher(None, one, other, autojunk=False).ratio() >= _ALIKE


def _initials(parts: list[str]) -> str:
    return "".join(word[0] for word in parts) if len(parts) > 1 else "\0"


def _dates_agree(one: str, other: str) -> bool:
    if one.startswith("--") or other.startswith("--"):
        return one[-5:] == other[-5:]
    return one.startswith(other) or other.startswith(one)


def _numbers_agree(one: str, other: str) -> bool:
    """A rounded number agrees with those that it may be rounded from (3000 with 2987), figures of two units too."""
    left, right = _FIGURE.fullmatch(one), _FIGURE.fullmatch(other)
    if not left or not right:
        return False
    if (left[1], left[3]) != (right[1], right[3]):
        # Metres and feet cannot be told to differ.
        return bool(left[3] and right[3])
    return _rounds(left[2], float(right[2])) or _rounds(right[2], float(left[2]))


def _rounds(number: str, exact: float) -> bool:
    """Whether `exact` rounds to `number`, which has noughts at its end."""
    whole = number.partition(".")[0]
    noughts = len(whole) - len(whole.rstrip("0"))
    if "." in number or noughts < 2 or len(whole) - noughts < 1:
        return False
    return abs(float(number) - exact) * 2 <= float("1" + "0" * noughts)


def _iso(match: re.Match[str]) -> str:
    found = match.groupdict()
    year = next((found[name] for name in ("y", "y1", "y2", "y3", "y4") if found[name]), "")
    month = found["m0"] or found["m"] or next((_month(found[name]) for name in ("m1", "m2", "m3") if found[name]), "")
    day = int(found["d0"] or found["d"] or found["d1"] or found["d2"] or 0)
    if (month and not 1 <= int(month) <= 12) or day > 31:
        return ""
    head = f"{year}-{month}" if year and month else year or f"--{month}"
    return f"{head}-{day:02d}" if day and month else head


def _month(name: str) -> str:
    return f"{next(number for number, month in enumerate(MONTHS, 1) if month.startswith(name[:3])):02d}"


def _plain(match: re.Match[str]) -> str:
    word = match["number"].lower().replace(",", "")
    if word[0].isdigit():
        head, _, tail = word.partition(".")
        digits, decimals = head.lstrip("0") or "0", tail.rstrip("0")
    else:
        digits, decimals = str(sum((_UNITS | _TENS)[part] for part in word.split("-"))), ""
    if match["scale"]:
        noughts = len(str(_SCALES[match["scale"].lower()])) - 1
        digits = (digits + decimals[:noughts].ljust(noughts, "0")).lstrip("0") or "0"
        decimals = decimals[noughts:]
    number = f"{digits}.{decimals}" if decimals else digits
    return f"{match['sign'] or ''}{number}{'%' if match['percent'] else ''}"
