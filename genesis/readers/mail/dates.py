"""Dates of mails, as their heads and the lines above quotes write them."""

from __future__ import annotations

import re
from datetime import datetime
from email.utils import parsedate_tz

_HALF = re.compile(r"\b(\d{1,2})(:\d\d(?::\d\d)?)\s?([AP])(?:M\b|\.\s?M\.)", re.IGNORECASE)
"""A time of a half day: `4:40 PM`."""
_AT = re.compile(r"(?<=\d),?\sat\s(?=\d)")
"""What parts a day and its time: `14 Feb 2025 at 11:20`."""
_MONTHS = {
    name: names[0]
    for names in (
        ("jan", "jän", "ene", "gen"),
        ("feb", "fév", "fev"),
        ("mar", "mär", "mrt", "maa"),
        ("apr", "avr", "abr"),
        ("may", "mai", "mei", "mag", "maj"),
        ("jun", "juin", "giu"),
        ("jul", "juil", "lug"),
        ("aug", "aoû", "ago"),
        ("sep", "set"),
        ("oct", "okt", "ott", "out"),
        ("nov",),
        ("dec", "déc", "dez", "dic"),
    )
    for name in names
}
"""How months begin in English and other languages of Europe, each with its English form."""
_OTHER_DAY = re.compile(
    rf"\b(\d{{1,2}})\.?\s(?:de\s)?({'|'.join(_MONTHS)})[^\W\d_]{{0,8}}+\.?\s(?:del?\s)?(\d{{4}})\b"
    r"(?:\D{1,10}+(\d{1,2}:\d\d))?",
    re.IGNORECASE,
)
"""A day as it is written in these: `7. März 2025 um 16:40`."""

_NUMBERS = re.compile(
    r"\b(?:(\d{4})[-年](\d\d?)[-月](\d\d?)|(\d{1,2})([./-])(\d{1,2})\5(\d{4}|\d\d))(?!\d)(?:\D{1,12}+(\d{1,2}:\d\d))?"
)
_ORDINAL = re.compile(r"(?<=\d)(?:st|nd|rd|th)\b")


def day(said: str) -> str:
    """A mail's date as ISO 8601, to the minute."""
    said = _ORDINAL.sub("", _AT.sub(" ", _HALF.sub(_of_24, said)))
    if numbers := _NUMBERS.search(said):
        return _of_numbers(numbers)
    if not (parsed := _parsed(said)) and (other := _OTHER_DAY.search(said)):
        month = _MONTHS.get(other[2].casefold(), "")
        return _parsed(f"{other[1]} {month} {other[3]} {other[4] or ''}")
    return parsed


def _parsed(said: str) -> str:
    try:
        parsed = parsedate_tz(said if ":" in said else f"{said.rstrip(', ')} 00:00")
    except (ValueError, IndexError, TypeError):
        return ""
    return _iso(*parsed[:5], has_clock=":" in said) if parsed else ""


def _iso(year: int, month: int, number: int, hour: int, minute: int, *, has_clock: bool) -> str:
    """A day that there is, with its time if there is that."""
    try:
        at = datetime(year, month, number)
    except (ValueError, OverflowError):
        return ""
    clock = f"T{hour:02}:{minute:02}" if has_clock and 0 <= hour < 24 and 0 <= minute < 60 else ""
    return f"{at:%Y}".zfill(4) + f"-{at:%m-%d}{clock}"


def _of_numbers(found: re.Match[str]) -> str:
    """A day in numbers, if it is told which of them is the month: behind points it is the second."""
    year, month, number, one, mark, two, short, clock = found.groups()
    if mark:
        first, second = int(one), int(two)
        if mark == "/" and first != second and max(first, second) <= 12:
            return ""
        number, month = (two, one) if mark == "/" and second > 12 else (one, two)
        year = short if len(short) > 2 else f"20{short}"
    hour, minute = (clock or "0:0").split(":")
    return _iso(int(year), int(month), int(number), int(hour), int(minute), has_clock=bool(clock))


def _of_24(clock: re.Match[str]) -> str:
    """A time of a half day as one of the whole day; 12 is the first hour of each."""
    hour = int(clock[1])
    if hour <= 12:
        hour = hour % 12 + 12 * (clock[3] in "pP")
    return f"{hour}{clock[2]}"
