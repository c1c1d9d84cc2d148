"""
Dates and times of day.

Of two numbers before a year that may both be a month, `3/4/2025`: the document's other dates decide, if they are given
(`day_order`); else the day comes first, but in English, with strokes, as Americans write it, the month.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from language import tables
from language.grammar import TO, Found, Lexemes, Rule
from language.numbers import number
from myriad.agent.v1.text_pb2 import SPAN_TYPE_DATE, SPAN_TYPE_TIME

_DATE, _TIME = SPAN_TYPE_DATE, SPAN_TYPE_TIME
_NUMERIC = re.compile(r"(?<![\d./-])(\d{1,2})([/.-])(\d{1,2})\2(?:\d{4}|\d{2})(?![\d/-]|\.\d)")
_MAY_BE_NUMERIC = re.compile(r"\d[/.-]\d{1,2}[/.-]\d")
_DIGITS = re.compile(r"\d++")
_CLOCK = re.compile(r"(\d{1,2})(?::(\d\d)(?::(\d\d))?)?")
_LONG_MONTH = 4
_MONTH = "|".join(
    name for key, names in tables.entries("lexicons/en").items() if key.startswith("month ") for name in names
)
DAY = re.compile(
    rf"\b(?:\d{{4}}-\d\d-\d\d|\d{{1,2}}(?:st|nd|rd|th)?\s+(?:of\s+)?(?:{_MONTH})\.?,?\s+\d{{4}}"
    rf"|(?:{_MONTH})\.?\s+\d{{1,2}}(?:st|nd|rd|th)?,?\s+\d{{4}}|\d{{1,2}}[./]\d{{1,2}}[./]\d{{4}})\b",
    re.IGNORECASE,
)
"""A day of a year in a line by itself, such as a heading, whose language nobody knows yet."""
_SURE = frozenset((*range(1700, 2101),))
"""Years that a bare figure may be."""


def day_order(text: str) -> str:
    """`dmy` or `mdy`, as the numeric dates of a document show; empty if none does, or they differ."""
    if not _MAY_BE_NUMERIC.search(text):
        return ""
    shown = {
        "dmy" if int(match[1]) > 12 else "mdy"
        for match in _NUMERIC.finditer(text)
        if (int(match[1]) > 12) != (int(match[3]) > 12) and max(int(match[1]), int(match[3])) <= 31
    }
    return shown.pop() if len(shown) == 1 else ""


def _day_month_year(read: Lexemes, match: re.Match[str]) -> Found | None:
    """`Monday, 5 Oct. 2025`, `May 5`, `5–7 May 2020`, `March 2025`, `May–July 2020`."""
    first, last = match.span()
    months = [read.lexicon.value("month", word) for word in read.all("M", first, last)]
    year = read.first("y", first, last)
    days = [day for figure in read.all("dr", first, last) for day in _DIGITS.findall(figure)]
    if any(int(day) > 31 for day in days) or len(days) > 2:
        return None
    if len(months) == 2 and len(days) == 2:
        dates = [_iso(year, month, day) for month, day in zip(months, days, strict=True)]
    elif len(months) == 2:
        dates = [_iso(year, month) for month in months]
    else:
        dates = [_iso(year, months[0], day) for day in days] or [_iso(year, months[0])]
    return Found(first, last, _DATE, "/".join(dates))


def _month(read: Lexemes, match: re.Match[str]) -> Found | None:
    """`in May`."""
    at = match.end() - 1
    word = read.words[at]
    if len(word) < _LONG_MONTH - 1 or read.words[match.start()].lower() not in read.lexicon.prepositions:
        return None
    return Found(at, at + 1, _DATE, _iso("", read.lexicon.value("month", word)))


def _numeric(read: Lexemes, match: re.Match[str]) -> Found | None:
    """`2025-03-05`, `2025-03-05T10:00`, `01.07.2026`, `30/06/2025`."""
    first, last = match.span()
    figure = read.first("Tp", first, last)
    parts = _DIGITS.findall(figure)
    if len(parts) == 2 and len(parts[1]) == 4:
        date = _iso(parts[1], parts[0])
    elif len(parts[0]) == 4:
        date = _iso(*parts)
    else:
        order = read.order or ("mdy" if "/" in figure and read.lexicon.language in ("", "en") else "dmy")
        one, other, year = parts
        if int(one) > 12 or (order == "dmy" and int(other) <= 12):
            one, other = other, one
        if not (1 <= int(one) <= 12 and 1 <= int(other) <= 31):
            return None
        date = _iso(year if len(year) == 4 else _full(year), one, other)
    clock = read.first("h", first, last)
    return Found(first, last, _DATE, f"{date}T{_time(clock)}" if clock else date)


def _quarter(read: Lexemes, match: re.Match[str]) -> Found | None:
    """`Q3 2024`, `third quarter of 2024`, `H1 2025`."""
    first, last = match.span()
    which_of, _, year = read.first("p", first, last).rpartition("/")
    year = year or read.first("y", first, last)
    if word := read.first("O", first, last):
        which, months = int(read.lexicon.value("ordinal", word)), 3
    else:
        which = int(which_of or read.first("d", first, last))
        months = 6 if read.first("Q", first, last) in ("H", "h") else 3
    if not 1 <= which * months <= 12:
        return None
    begins = (which - 1) * months + 1
    return Found(first, last, _DATE, f"{_iso(year, str(begins))}/{_iso(year, str(begins + months - 1))}")


def _fiscal(read: Lexemes, match: re.Match[str]) -> Found | None:
    """`FY2023`, `FY23`, `fiscal year 2023`."""
    first, last = match.span()
    figure = read.words[last - 1]
    if read.classes[last - 1] == "R":
        return Found(first, last, _DATE, _years(figure))
    if len(figure) not in (2, 4):
        return None
    return Found(first, last, _DATE, figure if len(figure) == 4 else _full(figure))


def _century(read: Lexemes, match: re.Match[str]) -> Found | None:
    first, last = match.span()
    figure = read.first("dn", first, last) or read.lexicon.value("ordinal", read.words[first])
    if not figure.isdecimal() or not 1 <= int(figure) <= 30:
        return None
    return Found(first, last, _DATE, f"{(int(figure) - 1) * 100 + 1:04d}/{int(figure) * 100:04d}")


def _decade(read: Lexemes, match: re.Match[str]) -> Found | None:
    """`1990s`, `1990er`."""
    first, last = match.span()
    year = read.first("y", first, last)
    if not year.endswith("0") or read.words[last - 1] not in ("s", "er"):
        return None
    ends = int(year) + (99 if year.endswith("00") else 9)
    return Found(first, last, _DATE, f"{year}/{ends}")


def _year_range(read: Lexemes, match: re.Match[str]) -> Found | None:
    """`2019-21`, `2019/2020`, `from 2019 to 2021`, `between 2019 and 2021`."""
    first, last = match.span()
    while read.classes[first] not in "Ry":
        first += 1
    years = _years("-".join(read.all("Ry", first, last)))
    return Found(first, last, _DATE, years) if years else None


def _years(written: str) -> str:
    first, last = _DIGITS.findall(written)
    last = first[:2] + last if len(last) == 2 else last
    return f"{first}/{last}" if int(first) < int(last) <= 2199 else ""


def _era(read: Lexemes, match: re.Match[str]) -> Found | None:
    first, last = match.span()
    value = number(read.first("dyn", first, last), read.lexicon)
    if value is None or not 0 < value < 10_000 or value % 1:
        return None
    is_before = read.first("B", first, last).startswith("BC")
    return Found(first, last, _DATE, f"-{int(value) - 1:04d}" if is_before else f"{int(value):04d}")


def _year(read: Lexemes, match: re.Match[str]) -> Found | None:
    """A year alone; a round figure before a word in lower case counts things: `2000 users`."""
    at = match.end() - 1
    figure = read.words[at]
    before = read.words[match.start()].lower() if match.start() < at else ""
    is_announced = before in read.lexicon.prepositions or before in ("year", "©", "jahr", "année", "año")
    counts = read.classes[at + 1 : at + 3] in (" w", "-w") and (figure.endswith("00") or not int(figure) & 0x7F)
    if not is_announced and (int(figure) not in _SURE or counts):
        return None
    if is_announced and counts:
        return None
    return Found(at, at + 1, _DATE, figure)


def _unspaced(read: Lexemes, match: re.Match[str]) -> Found | None:
    """`2025年3月5日`, `3月5日`."""
    first, last = match.span()
    figures = read.all("dyn", first, last)
    if read.classes[first + 1] == "月":
        figures = ["", *figures]
    if figures[0] and len(figures[0]) != 4:
        return None
    if any(not 1 <= int(figure) <= most for figure, most in zip(figures[1:], (12, 31), strict=False)):
        return None
    return Found(first, last, _DATE, _iso(*figures))


def _time_of_day(read: Lexemes, match: re.Match[str]) -> Found | None:
    """`17:30`, `5 pm`, `9:00–17:00`, `17 Uhr`, with the zone in its words."""
    first, last = match.span()
    half = read.first("A", first, last).lower()[:1]
    clocks = [_time(clock, half) for figure in read.all("hHdr", first, last) for clock in re.split("[-–]", figure)]
    if not all(clocks) or not clocks:
        return None
    return Found(first, last, _TIME, "/".join(clocks))


def _french_time(read: Lexemes, match: re.Match[str]) -> Found | None:
    """`17h30`."""
    hour, unit, minute = read.words[match.start() : match.end()]
    if unit != "h" or len(minute) != 2 or int(hour) > 24 or not minute < "60":
        return None
    return Found(*match.span(), _TIME, f"{int(hour):02d}:{minute}")


def _noon(read: Lexemes, match: re.Match[str]) -> Found | None:
    return Found(*match.span(), _TIME, f"{read.lexicon.value('noon', read.words[match.start()])}:00")


def _time(clock: str, half: str = "") -> str:
    match = _CLOCK.match(clock)
    if not match:
        return ""
    hour = int(match[1])
    if half and not 1 <= hour <= 12:
        return ""
    hour = hour % 12 + (12 if half == "p" else 0) if half else hour
    shown = f"{hour:02d}:{match[2] or '00'}"
    return "" if hour > 24 else f"{shown}:{match[3]}" if match[3] else shown


def _iso(year: str, month: str = "", day: str = "") -> str:
    """ISO 8601 at its precision; `--05-02` without a year."""
    head = year or "-"
    return "-".join((head, *(f"{int(part):02d}" for part in (month, day) if part)))


def _full(year: str) -> str:
    """The year of two digits that lies nearer to our time."""
    return f"20{year}" if int(year) < 70 else f"19{year}"


def joined(dates: list[Found], read: Lexemes) -> Iterator[Found]:
    """Dates, and times, that are the two ends of a range made one: `5 May to 3 June 2020`."""
    before: Found | None = None
    for one in dates:
        if before and before.type == one.type and _is_range(read, before, one):
            start = before.normal
            if start.startswith("-") and not one.normal.startswith("-"):
                start = one.normal[:4] + start[1:]
            before = Found(before.first, one.last, one.type, f"{start}/{one.normal}")
            continue
        if before:
            yield before
        before = one
    if before:
        yield before


def _is_range(read: Lexemes, one: Found, other: Found) -> bool:
    between = read.classes[one.last : other.first]
    if one.type not in (_DATE, _TIME) or "/" in one.normal + other.normal:
        return False
    if between == " a ":
        return read.classes[max(0, one.first - 2) : one.first] == "b "
    return between in ("–", " – ", " t ", " - ")


_DAY = r"dj?\.?"
_OF = r"(?: o(?: f)?)?"
_WEEKDAY = r"(?:W\.?,? (?:f )?)?"
_MONTH_YEAR = rf"M(?:\.?,?{_OF} y)?"
"""The point after what ends a date is the sentence's."""
DATES = (
    Rule("Tp", re.compile(rf"{_WEEKDAY}T(?:Ih[zI]?)?|(?<!\w)p"), _numeric),
    Rule("年月", re.compile(r"[dyn]年(?: ?[d]月(?: ?d日)?)?|d月 ?d日"), _unspaced),
    Rule(
        "M",
        re.compile(
            rf"{_WEEKDAY}(?:{_DAY}{TO}{_DAY}|{_DAY}|r){_OF} {_MONTH_YEAR}(?!\w)|{_WEEKDAY}d-M-y"
            rf"|{_WEEKDAY}M\.? (?:f )?(?:{_DAY}{TO}dj?|dj?|r)(?:\.?,? y)?|M\.?{TO}{_MONTH_YEAR}"
            rf"|M\.?(?:,?{_OF} |-|/)y"
        ),
        _day_month_year,
    ),
    Rule("M", re.compile(r"[ftobw] M(?!\.? [dyr])"), _month),
    Rule("QG", re.compile(rf"Qp|Qd(?:[ /-]|{_OF} )F? ?y|y[ -]?Qd|O G{_OF} F?(?: D)? ?y"), _quarter),
    Rule("F", re.compile(r"F ?(?:D )?[ydnR]"), _fiscal),
    Rule("Z", re.compile(r"[dn]j?\.?[ -]Z|O[ -]Z"), _century),
    Rule("y", re.compile(r"y'?[Dwj](?![A-Za-z])"), _decade),
    Rule("Ry", re.compile(r"R|y(?: ?– ?| t )y|b y a y"), _year_range),
    Rule("B", re.compile(r"[dyn] B|B [dyn]"), _era),
)
TIMES = (
    Rule("hHA", re.compile(r"[hH](?: ?A)?(?: ?z)?(?: u)?|[dr] ?A(?: z)?|(?<!\w)(?:d ?(?:–|-) ?)?d ?A"), _time_of_day),
    Rule("u", re.compile(r"[dhr] ?u"), _time_of_day),
    Rule("D", re.compile(r"dD[dn](?!\w)"), _french_time),
    Rule("m", re.compile(r"m"), _noon),
)
YEARS = (Rule("y", re.compile(r"(?:[a-zA-Z¤] )?y(?![\w%])"), _year),)
