"""Dates of mails, as their heads and the lines above quotes write them."""

from __future__ import annotations

import re
from email.utils import parsedate_tz

_HALF = re.compile(r"\b(\d{1,2})(:\d\d(?::\d\d)?)\s?([AP])(?:M\b|\.\s?M\.)", re.IGNORECASE)
"""A time of a half day: `4:40 PM`."""
_AT = re.compile(r"(?<=\d),?\sat\s(?=\d)")
"""What parts a day and its time: `14 Feb 2025 at 11:20`."""
_MONTHS = {
    name: names[0]
    for names in (
        ("jan", "jän", "ene"),
        ("feb", "fév"),
        ("mar", "mär"),
        ("apr", "avr", "abr"),
        ("may", "mai"),
        ("jun", "juin"),
        ("jul", "juil"),
        ("aug", "aoû", "ago"),
        ("sep",),
        ("oct", "okt"),
        ("nov",),
        ("dec", "déc", "dez", "dic"),
    )
    for name in names
}
"""How months begin in English, German, French and Spanish, each with its English form."""
_OTHER_DAY = re.compile(
    rf"\b(\d{{1,2}})\.?\s(?:de\s)?({'|'.join(_MONTHS)})[^\W\d_]{{0,8}}+\.?\s(?:del?\s)?(\d{{4}})\b"
    r"(?:\D{1,10}+(\d{1,2}:\d\d))?",
    re.IGNORECASE,
)
"""A day as it is written in these: `7. März 2025 um 16:40`."""


def day(said: str) -> str:
    """A mail's date as ISO 8601, to the minute."""
    said = _AT.sub(" ", _HALF.sub(_of_24, said))
    if not (parsed := _parsed(said)) and (other := _OTHER_DAY.search(said)):
        month = _MONTHS.get(other[2].casefold(), "")
        return _parsed(f"{other[1]} {month} {other[3]} {other[4] or ''}")
    return parsed


def _parsed(said: str) -> str:
    try:
        parsed = parsedate_tz(said if ":" in said else f"{said.rstrip(', ')} 00:00")
    except (ValueError, IndexError, TypeError):
        return ""
    if not parsed or not 0 < parsed[1] < 13:
        return ""
    year, month, number, hour, minute = parsed[:5]
    clock = f"T{hour:02}:{minute:02}" if ":" in said else ""
    return f"{year:04}-{month:02}-{number:02}{clock}"


def _of_24(clock: re.Match[str]) -> str:
    """A time of a half day as one of the whole day; 12 is the first hour of each."""
    hour = int(clock[1])
    if hour <= 12:
        hour = hour % 12 + 12 * (clock[3] in "pP")
    return f"{hour}{clock[2]}"
