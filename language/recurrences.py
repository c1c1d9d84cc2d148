"""
What comes again: days of the week or of a month, and how often something is.

Normal forms are those of ISO 8601: `-W-5` is a Friday (a truncated date of its edition of 2000), `-W-2#1` the first
Tuesday of a month (as cron writes it), `-W-2/P2W` every other one, `---15` the fifteenth of a month, `R/PT15M` what is
every quarter of an hour, `R2/P1Y` what is twice a year.
"""

from __future__ import annotations

import re
from decimal import Decimal

from language.grammar import ONE, TO, Found, Lexemes, Rule
from language.numbers import plain, times
from language.quantities import iso_duration, values_in
from myriad.agent.v1.text_pb2 import SPAN_TYPE_DAY, SPAN_TYPE_FREQUENCY

_LONG_WEEKDAY = 5
"""Letters from which on the name of a day stands for it alone: `Sat` and `Sun` may be other words."""
_LAST_OF_MONTH = 31
_UNIT = r"[DG](?!\w)"


def _weekday(read: Lexemes, match: re.Match[str]) -> Found | None:
    """`Fridays`, `every other Tuesday`, `Mon–Fri`, `the first Tuesday of the month`."""
    first, last = match.span()
    named = read.all("W", first, last)
    if len(named) == 1 and len(named[0]) < _LONG_WEEKDAY and read.classes[first] != "e":
        return None
    normal = "/".join(f"-W-{read.lexicon.value('weekday', one)}" for one in named)
    which = read.lexicon.value("ordinal", read.first("O", first, last))
    if read.classes[first] == "e":
        weeks = which or read.lexicon.value("every", read.words[first])
        normal += f"/P{weeks}W" if weeks != "1" else ""
    elif which:
        normal += f"#{which}"
    return Found(first, last, SPAN_TYPE_DAY, normal)


def _of_month(read: Lexemes, match: re.Match[str]) -> Found | None:
    """`the 15th of each month`."""
    first, last = match.span()
    day = int(read.lexicon.value("ordinal", read.words[first]) or read.words[first])
    if _period(read, last - 1, last) != "P1M" or not 1 <= day <= _LAST_OF_MONTH:
        return None
    return Found(first, last, SPAN_TYPE_DAY, f"---{day:02d}")


def _end(read: Lexemes, match: re.Match[str]) -> Found | None:
    """`end of the year`, `the last day of each month`."""
    first, last = match.span()
    which = read.lexicon.value("end", read.words[first])
    return Found(first, last, SPAN_TYPE_DAY, f"{which} of {_period(read, last - 1, last)}") if which else None


def _frequency(read: Lexemes, match: re.Match[str]) -> Found | None:
    """`hourly`, `every 15 minutes`, `every other day`, `once every 3 months`, `once daily`."""
    first, last = match.span()
    length = match.start("length")
    counted = values_in(read, first, length) or [Decimal(1)]
    count = read.lexicon.value("once", read.words[first]) or plain(counted[0])
    often = read.lexicon.value("often", read.words[length])
    period = often or (_period(read, length, last) if read.classes[last - 1] in "DG" else "")
    return Found(first, last, SPAN_TYPE_FREQUENCY, f"R{count if count != '1' else ''}/{period}") if period else None


def _times(read: Lexemes, match: re.Match[str]) -> Found | None:
    """`twice a year`, `three times per week`."""
    return _frequency(read, match) if read.words[match.start("per")].lower() in read.lexicon.per else None


def _period(read: Lexemes, first: int, last: int) -> str:
    """How long a unit is, or so many of it: `minute`, `15 minutes`, `other day`; empty if it is a range."""
    unit = read.words[last - 1]
    factor, kind = ("3 months" if read.classes[last - 1] == "G" else read.lexicon.value("duration", unit)).split()
    ordinal = read.lexicon.value("ordinal", read.first("O", first, last - 1))
    several = read.lexicon.value("every", read.words[first])
    values = values_in(read, first, last - 1) or [Decimal(ordinal or several or 1)]
    size = times(values[0], factor)
    return iso_duration(*((0, size) if kind == "months" else (size, 0))) if len(values) == 1 else ""


_EACH = rf"o (?:[fe] )?{_UNIT}"
_TIMES = rf"(?:{ONE} l|s)"
FREQUENCIES = (
    Rule("o", re.compile(rf"(?:e (?:O )?|O )?W {_EACH}"), _weekday),
    Rule("o", re.compile(rf"(?:dj|O) {_EACH}"), _of_month),
    Rule("JY", re.compile(rf"[JY] (?:D )?{_EACH}"), _end),
    Rule("e", re.compile(rf"(?:{_TIMES} )?(?P<length>e (?:{ONE} |O )?{_UNIT})"), _frequency),
    Rule("ls", re.compile(rf"{_TIMES} (?P<per>[fwt]) (?P<length>(?:{ONE} )?{_UNIT})"), _times),
    Rule("g", re.compile(rf"(?:{_TIMES} )?(?P<length>g)(?!\w)"), _frequency),
)
"""With the days that are told by the month: `each month` is no frequency there."""
ALONE = (
    Rule("W", re.compile(rf"(?:e (?:O )?|O )?W(?:{TO}W)?(?!\w)"), _weekday),
    Rule("Y", re.compile(r"(?P<length>Y)(?!\w)"), _frequency),
)
"""What may as well be of a name: `Black Friday`, `Daily Mail`."""
