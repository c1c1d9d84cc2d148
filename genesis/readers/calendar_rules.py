"""When an event of a calendar is, and how often it comes again, in words."""

from __future__ import annotations

import re
from calendar import day_name, month_name
from datetime import date, timedelta

_DAYS = dict(zip(("MO", "TU", "WE", "TH", "FR", "SA", "SU"), day_name, strict=True))
_WORKDAYS = {"MO", "TU", "WE", "TH", "FR"}
_FREQUENCIES = {
    "SECONDLY": "second", "MINUTELY": "minute", "HOURLY": "hour", "DAILY": "day", "WEEKLY": "week",
    "MONTHLY": "month", "YEARLY": "year",
}  # fmt: skip
_ORDINALS = {1: "first", 2: "second", 3: "third", 4: "fourth", 5: "fifth", -1: "last", -2: "second to last"}
_STAMP = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})(?:T([01][0-9]|2[0-3])([0-5][0-9])[0-9]{0,2}(Z?))?")
_LENGTH = re.compile(r"P(?:(\d{1,3})W)?(?:(\d{1,3})D)?(?:T(?:(\d{1,3})H)?(?:(\d{1,4})M)?(?:\d{1,5}S)?)?")
_BY_DAY = re.compile(r"([+-]?[0-9]{1,2})?([A-Z]{2})")
_COUNTED = re.compile(r"0{0,5}([1-9][0-9]{0,4})")
_POSITION = re.compile(r"[+-]?[0-9]{1,2}")
_MONTH = re.compile(r"0?[1-9]|1[0-2]")
_MOST = 31
"""Days of a rule that are told."""


def when(start: str, end: str, length: str, zone: str, end_zone: str = "") -> str:
    """
    `Tuesday, 18 March 2025, 14:00 to 15:00 (Europe/Berlin)`; a day's end is the day behind it. An end in a zone of its
    own is said with that; one before the start is not said.
    """
    begins, ends = _STAMP.match(start), _STAMP.match(end)
    if not begins or not (first := _day(begins)):
        return ""
    if not begins[4]:
        return first + _until(begins, ends, length)
    zone = "UTC" if begins[6] else zone.strip()
    said = f"{first}, {begins[4]}:{begins[5]}"
    if ends and ends[4] and (last := _day(ends)):
        other = "UTC" if ends[6] else end_zone.strip() or zone
        ended = f" to {ends[4]}:{ends[5]}" if last == first else f" to {last}, {ends[4]}:{ends[5]}"
        if other != zone:
            return f"{_in(said, zone)}{_in(ended, other)}"
        said += ended if ends[0] >= begins[0] else ""
    elif lasts := _lasting(length):
        said += f", for {lasts}"
    return _in(said, zone)


def _until(begins: re.Match[str], ends: re.Match[str] | None, length: str) -> str:
    """What is said behind the first of several days."""
    if ends and ends[0] > begins[0]:
        last = _day_before(ends)
        return f" to {last}" if last and last != _day(begins) else ""
    lasts = "" if ends else _lasting(length)
    return f", for {lasts}" if lasts and lasts != "1 day" else ""


def _in(said: str, zone: str) -> str:
    return f"{said} ({zone})" if zone else said


def recurs(rule: str) -> str:
    """`every 2 weeks on Tuesday, 6 times`; nothing of a rule that cannot be understood."""
    told = dict(one.upper().split("=", 1) for one in rule.split(";")[:20] if "=" in one)
    unit = _FREQUENCIES.get(told.get("FREQ", ""))
    every, times = _COUNTED.fullmatch(told.get("INTERVAL", "1")), _COUNTED.fullmatch(told.get("COUNT", "1"))
    until = _STAMP.match(told.get("UNTIL", ""))
    if not (unit and every and times) or ("UNTIL" in told and not (until and _day(until))):
        return ""
    days = [one for part in told.get("BYDAY", "").split(",")[:_MOST] if (one := _BY_DAY.fullmatch(part))]
    if {one[2] for one in days} == _WORKDAYS and unit in ("day", "week") and every[1] == "1":
        said = "every working day"
    else:
        said = f"every {unit}" if every[1] == "1" else f"every {every[1]} {unit}s"
        said += _on(days, told)
    if "COUNT" in told:
        said += ", once" if times[1] == "1" else f", {times[1]} times"
    elif until:
        said += f", until {_day(until)}"
    return said


def _on(days: list[re.Match[str]], told: dict[str, str]) -> str:
    said = ""
    if names := [_named(one, told.get("BYSETPOS", "")) for one in days if one[2] in _DAYS]:
        said += f" on {_listed(names)}"
    if numbers := [one for one in told.get("BYMONTHDAY", "").split(",")[:_MOST] if _POSITION.fullmatch(one)]:
        said += " on the last day" if numbers == ["-1"] else f" on day {_listed(numbers)}"
    months = [int(one) for one in told.get("BYMONTH", "").split(",")[:12] if _MONTH.fullmatch(one)]
    return said + (f" in {_listed([month_name[one] for one in months])}" if months else "")


def _named(day: re.Match[str], position: str) -> str:
    number = day[1] or (position if _POSITION.fullmatch(position) else "")
    ordinal = _ORDINALS.get(int(number), f"{int(number)}.") if number and int(number) else ""
    return f"the {ordinal} {_DAYS[day[2]]}" if ordinal else _DAYS[day[2]]


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _day(stamp: re.Match[str]) -> str:
    try:
        return _said(date(int(stamp[1]), int(stamp[2]), int(stamp[3])))
    except ValueError:
        return ""


def _day_before(stamp: re.Match[str]) -> str:
    try:
        before = date(int(stamp[1]), int(stamp[2]), int(stamp[3])) - timedelta(days=1)
    except (ValueError, OverflowError):
        return ""
    return _said(before)


def _said(one: date) -> str:
    return f"{one:%A}, {one.day} {one:%B} {one.year}"


def _lasting(length: str) -> str:
    found = _LENGTH.fullmatch(length)
    units = ("week", "day", "hour", "minute")
    parts = zip(found.groups(), units, strict=True) if found else ()
    return " ".join(f"{int(number)} {unit}{'s' * (int(number) != 1)}" for number, unit in parts if number)
