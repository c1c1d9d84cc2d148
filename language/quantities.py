"""Amounts: money, shares, durations, quantities with units, ratios, versions, plain numbers."""

from __future__ import annotations

import re
from decimal import Decimal
from math import gcd

from language.grammar import AMOUNT, AMOUNT_END, TO, Found, Lexemes, Rule
from language.numbers import amounts, number, plain, times
from myriad.agent.v1.text_pb2 import (
    SPAN_TYPE_DURATION,
    SPAN_TYPE_MONEY,
    SPAN_TYPE_NAME,
    SPAN_TYPE_NUMBER,
    SPAN_TYPE_PERCENT,
    SPAN_TYPE_QUANTITY,
    SPAN_TYPE_RATIO,
    SPAN_TYPE_VERSION,
)

_MONEY_SCALES = {"k": 1_000, "K": 1_000, "m": 10**6, "M": 10**6, "b": 10**9, "B": 10**9}
"""What a letter stands for behind a sum of money."""
_PREFIXES = {
    "US": "USD",
    "A": "AUD",
    "AU": "AUD",
    "C": "CAD",
    "CA": "CAD",
    "NZ": "NZD",
    "HK": "HKD",
    "S": "SGD",
    "R": "BRL",
}
_SHORT_VERSION = re.compile(r"\d{1,2}\.\d{1,2}")
_MONTH = 30 * 86_400
"""Seconds, to tell which of two durations is of the larger unit."""
_LONGEST_RATIO = 9
"""Characters; what is longer is an address of something."""
_SINGLE_UNITS = frozenset("BVWAKCFJT")
"""Before a word these may be no units: `plan 9 B covers`."""
_BEFORE_WORDS = (" w", " C", " f")
_SURELY_UNITS = frozenset("VW")
"""These are, before a function word: `9 W on average`."""


def values_in(read: Lexemes, first: int, last: int) -> list[Decimal]:
    """What the amounts of lexemes come to."""
    return amounts(zip(read.words[first:last], read.classes[first:last], strict=True), read.lexicon)


def _money(read: Lexemes, match: re.Match[str]) -> Found | None:
    """`$1.2 million`, `US$ 30`, `$5m`, `EUR 30`, `30 €`, `5 million dollars`, `50 cents`."""
    first, last = match.span()
    code = read.lexicon.value("currency", read.first("E", first, last))
    if read.classes[first] in "KI":
        code = _PREFIXES.get(read.words[first], code)
    values = values_in(read, first, last)
    if cents := read.first("x", first, last):
        code = read.lexicon.value("cents", cents)
        values = [times(value, "0.01") for value in values]
    if read.words[last - 1] in _MONEY_SCALES and read.classes[last - 1] in "UDIwK":
        values = [times(value, str(_MONEY_SCALES[read.words[last - 1]])) for value in values]
    if not code or not values:
        return None
    return Found(first, last, SPAN_TYPE_MONEY, "/".join(f"{plain(value)} {code}" for value in values))


def _percent(read: Lexemes, match: re.Match[str]) -> Found | None:
    values = values_in(read, *match.span())
    return Found(*match.span(), SPAN_TYPE_PERCENT, "/".join(f"{plain(value)}%" for value in values))


def _duration(read: Lexemes, match: re.Match[str]) -> Found | None:
    """`90 minutes`, `2 hours 30 minutes`, `5-year`, `3–5 days`, `1h30m`."""
    first, last = match.span()
    at = ends_at = first
    least = Decimal("Infinity")
    ends: list[list[Decimal]] = []
    while at < last:
        unit = next((one for one in range(at, last) if read.classes[one] in "DOU"), at)
        values = values_in(read, at, unit)
        word = read.words[unit]
        factor, kind = (read.lexicon.value("duration", word) or ("60 s" if word == "m" and ends else "0 ?")).split()
        size = times(Decimal(factor), str(_MONTH) if kind == "months" else "1")
        if not values or not size or size >= least or (ends and max(len(values), len(ends)) > 1):
            break
        ends = ends or [[Decimal(0), Decimal(0)] for _ in values]
        for end, value in zip(ends, values, strict=True):
            end[kind == "months"] += times(value, factor)
        least = size
        at = ends_at = unit + 1
        while at < last and read.classes[at] in " ,a":
            at += 1
    if not ends:
        return None
    return Found(first, ends_at, SPAN_TYPE_DURATION, "/".join(iso_duration(*end) for end in ends))


def iso_duration(seconds: Decimal, months: Decimal) -> str:
    """ISO 8601, with as few units as there may be: `PT90M` is `PT1H30M`, twelve months are `P1Y`."""
    years, months = divmod(months, 12)
    days, seconds = divmod(seconds, 86_400)
    hours, seconds = divmod(seconds, 3_600)
    minutes, seconds = divmod(seconds, 60)
    date = "".join(f"{plain(value)}{unit}" for value, unit in ((years, "Y"), (months, "M"), (days, "D")) if value)
    time = "".join(f"{plain(value)}{unit}" for value, unit in ((hours, "H"), (minutes, "M"), (seconds, "S")) if value)
    return f"P{date}T{time}" if time else f"P{date}" if date else "PT0S"


def _quantity(read: Lexemes, match: re.Match[str]) -> Found | None:
    first, last = match.span()
    at = match.start("unit")
    written = read.said(at, last)
    said = read.lexicon.value("unit", written)
    if not said and (at + 1 < last):
        last = at + 1
        written = read.said(at, last)
        said = read.lexicon.value("unit", written)
    is_apart, after = read.classes[at - 1] == " ", read.classes[last : last + 2]
    is_sure = written in _SURELY_UNITS and after == " f"
    if not said or (written in _SINGLE_UNITS and is_apart and after in _BEFORE_WORDS and not is_sure):
        return None
    factor, base = said.split()
    values = [times(value, factor) for value in values_in(read, first, at)]
    return Found(first, last, SPAN_TYPE_QUANTITY, "/".join(f"{plain(value)} {base}" for value in values))


def _ratio(read: Lexemes, match: re.Match[str]) -> Found | None:
    first, last = match.span()
    if read.classes[first] == "q":
        if len(read.words[first]) > _LONGEST_RATIO:
            return None
        ends = [number(part, read.lexicon) for part in read.words[first].split(":")]
    else:
        if read.said(first + 2, last - 2) != "out of":
            return None
        ends = [value for at in (first, last - 1) for value in values_in(read, at, at + 1)]
    one, other = (end or Decimal(0) for end in ends)
    if one % 1 == 0 and other % 1 == 0 and (by := gcd(int(one), int(other))):
        one, other = one / by, other / by
    return Found(first, last, SPAN_TYPE_RATIO, f"{plain(one)}:{plain(other)}")


def _version(read: Lexemes, match: re.Match[str]) -> Found | None:
    """`v2`, `version 3.10`, `2.3.1`."""
    first, last = match.span()
    at = next(at for at in range(first, last) if read.classes[at] in "dynv")
    return Found(first if at == first + 1 else at, last, SPAN_TYPE_VERSION, read.said(at, last).lower())


def _named_version(read: Lexemes, match: re.Match[str]) -> Found | None:
    """`Python 3.10`."""
    at = match.end() - 1
    if not _SHORT_VERSION.fullmatch(read.words[at]):
        return None
    return Found(at, at + 1, SPAN_TYPE_VERSION, read.words[at])


def _section(read: Lexemes, match: re.Match[str]) -> Found | None:
    """`Section 3.10`, `Q3`: what it is called, no number of something."""
    first, last = match.span()
    if not read.words[first][0].isupper():
        return None
    return Found(first, last, SPAN_TYPE_NAME, read.said(first, last).lower())


def _number(read: Lexemes, match: re.Match[str]) -> Found | None:
    first, last = match.span()
    if last - first == 1 and read.classes[first] in "NS" and read.words[first].lower() in ("one", "un", "uno", "ein"):
        return None
    values = values_in(read, first, last)
    return Found(first, last, SPAN_TYPE_NUMBER, "/".join(map(plain, values))) if values else None


AMOUNTS = (
    Rule("E", re.compile(rf"[KI]?E ?{AMOUNT}(?:{TO}E ?{AMOUNT})?(?:[UDIwK](?!\w))?"), _money),
    Rule("E", re.compile(rf"{AMOUNT}(?: o)?[ -]?E(?!\w)"), _money),
    Rule("x", re.compile(rf"{AMOUNT}[ -]?x(?!\w)"), _money),
    Rule("%", re.compile(rf"{AMOUNT}[ -]?%"), _percent),
    Rule("D", re.compile(r"dD(?:[dn][DU]){1,2}(?!\w)"), _duration),
    Rule(
        "DO",
        re.compile(rf"{AMOUNT}[ -]?[DO](?!\w)(?:(?:,? (?:a )?){AMOUNT}[ -]?D(?!\w)){{0,3}}"),
        _duration,
        re.compile(rf"{AMOUNT_END}[ -]?[DO](?!\w)"),
    ),
    Rule(
        "U°",
        re.compile(rf"{AMOUNT}[ -]?(?P<unit>[U°](?:[/ ]?[UDCIk](?!\w))?)(?!\w)"),
        _quantity,
        re.compile(rf"{AMOUNT_END}[ -]?[U°]"),
    ),
    Rule("I", re.compile(rf"{AMOUNT} (?P<unit>I)(?!\w)"), _quantity, re.compile(rf"{AMOUNT_END} I(?!\w)")),
    Rule("qo", re.compile(r"(?<![\w:/-])q(?![\w:/-])|[dN] [fw] o [dnN]"), _ratio, re.compile(r"q| o [dnN]")),
    Rule("vV", re.compile(r"(?:V\.? ?)?v|V\.? ?[dyn]"), _version),
    Rule("n", re.compile(r"[CKk] n(?! ?[SUDEx%])"), _named_version),
    Rule("XQ", re.compile(r"X\.? [dynv](?!\w)|(?<!\w)Qd(?!\w)"), _section),
)
NUMBERS = (Rule("dynNSr", re.compile(rf"{AMOUNT}(?!\w)"), _number),)
