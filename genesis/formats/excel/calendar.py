"""Days and times of Excel, which are numbers of days, under a mask that says how they are shown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Protocol

ISO = "yyyy-mm-dd"
_LAST = 2_958_466
"""The first day after 9999-12-31."""
_MISSED = 60
"""A 29 February 1900, which the program has and no calendar."""
_SECONDS = 24 * 60 * 60
_IN_SECONDS = {"h": 3600, "m": 60, "s": 1}


class Piece(Protocol):
    """A piece of a mask."""

    @property
    def kind(self) -> str: ...

    @property
    def text(self) -> str: ...


def dated(value: float, tokens: Sequence[Piece], *, from_1904: bool) -> str:
    """A number of days as the mask shows it; nothing of what is no day."""
    if not 0 <= value < _LAST:
        return ""
    epoch = datetime(1904, 1, 1) if from_1904 else datetime(1899, 12, 30 + (value < _MISSED))
    seconds = round(value * _SECONDS)
    try:
        at = epoch + timedelta(seconds=seconds)
    except OverflowError:
        return ""
    parts = [one for one in tokens if one.kind in ("date", "elapsed", "noon")]
    units = [_unit(parts, number) for number in range(len(parts))]
    is_numeric = "d" in units and "M" in units
    said = "".join(_said(tokens, iter(units), at, seconds, is_plain=not is_numeric))
    return " ".join(f"{at:%Y-%m-%d} {said}".split()) if is_numeric else " ".join(said.split())


def _unit(parts: Sequence[Piece], number: int) -> str:
    """What a part is of: `y`, `M` a month in figures, `N` its name, `d` a day, `w` its name, `h`, `m`, `s`, `t`."""
    one = parts[number]
    if one.kind == "noon":
        return "t"
    letter, size = one.text[0], len(one.text)
    if letter != "m":
        return "w" if letter == "d" and size > 2 else letter
    timed = [each.text[0] for each in (*parts[max(number - 1, 0) : number], *parts[number + 1 : number + 2])]
    before = parts[number - 1].text[0] if number else ""
    if one.kind == "elapsed" or (size < 3 and (before == "h" or timed[-1:] == ["s"])):
        return "m"
    return "N" if size > 2 else "M"


def _said(
    tokens: Sequence[Piece], units: Iterator[str], at: datetime, seconds: int, *, is_plain: bool
) -> Iterator[str]:
    """What each piece says; without the day's own, if that is not `is_plain`."""
    is_half = any(one.kind == "noon" for one in tokens)
    timed = is_plain
    for one in tokens:
        if one.kind == "elapsed":
            next(units)
            yield f"{seconds // _IN_SECONDS[one.text[0]]:0{len(one.text)}}"
        elif one.kind in ("date", "noon"):
            unit = next(units)
            if unit in "hmst":
                timed = True
            if is_plain or unit in "hmst":
                yield _part(unit, len(one.text), at, is_half=is_half)
        elif one.kind in ("said", "mark") and timed and one.text != "@":
            yield one.text


def _part(unit: str, size: int, at: datetime, *, is_half: bool) -> str:
    match unit:
        case "y":
            return f"{at.year:04}" if size > 2 else f"{at.year % 100:02}"
        case "N":
            return f"{at:%B}"[:1] if size == 5 else f"{at:%b}" if size == 3 else f"{at:%B}"
        case "w":
            return f"{at:%a}" if size == 3 else f"{at:%A}"
        case "t":
            return f"{at:%p}"
        case "h":
            return f"{(at.hour - 1) % 12 + 1 if is_half else at.hour:0{min(size, 2)}}"
        case _:
            figure = {"M": at.month, "d": at.day, "m": at.minute, "s": at.second}[unit]
            return f"{figure:0{min(size, 2)}}"
