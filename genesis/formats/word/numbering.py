"""Numbers that Word counts by itself and no text holds: `2.`, `3.1`, `(a)`, `Article 4`, bullets."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from genesis.formats.core import natural
from genesis.formats.word.names import W, counted, is_on, value
from genesis.formats.word.styles import Styles

_LEVELS = 9
_PLACE = re.compile(r"%([1-9])")
_ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"))
_ROMAN_BELOW = ((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))
_LARGEST = 3_999
_MOST_LETTERS = 3
_LONGEST = 80
BULLET = "•"


@dataclass(frozen=True, slots=True)
class _Level:
    start: int
    form: str
    text: str
    style: str
    is_legal: bool
    restarts: bool


@dataclass(frozen=True, slots=True)
class _List:
    kind: str
    """The lists of one kind count on from each other."""
    starts: dict[int, int]
    levels: dict[int, _Level]


class Numbering:
    """Counts as the paragraphs come."""

    def __init__(self, root: etree._Element | None, styles: Styles) -> None:
        self._styles = styles
        kinds, lists = ([], []) if root is None else (root.iter(f"{W}abstractNum"), root.iter(f"{W}num"))
        self._kinds = {one.get(f"{W}abstractNumId", ""): one for one in kinds}
        self._lists = {one.get(f"{W}numId", ""): one for one in lists}
        self._read: dict[str, _List | None] = {}
        self._counts: dict[str, dict[int, int]] = {}
        self._begun: set[tuple[str, int]] = set()

    def label(self, paragraph: etree._Element) -> tuple[str, int]:
        """What stands before a paragraph, and how deep it is in its list, from 0; nothing if it is in none."""
        number, depth, style = self._styles.numbered(paragraph)
        given = self._list(number) if number else None
        if given is None:
            return "", 0
        if depth < 0:
            depth = next((at for at, level in given.levels.items() if style and level.style == style), 0)
        level = given.levels.get(depth)
        if level is None or level.form == "none":
            return "", 0
        if level.form == "bullet":
            return BULLET, depth
        self._count(number, given, depth)
        return self._said(given, level, depth)[:_LONGEST], depth

    def _count(self, number: str, given: _List, depth: int) -> None:
        counts = self._counts.setdefault(given.kind, {})
        if depth in given.starts and (number, depth) not in self._begun:
            self._begun.add((number, depth))
            counts[depth] = given.starts[depth]
        else:
            counts[depth] = counts[depth] + 1 if depth in counts else given.levels[depth].start
        for below in [one for one in counts if one > depth and (one not in given.levels or given.levels[one].restarts)]:
            del counts[below]

    def _said(self, given: _List, level: _Level, depth: int) -> str:
        counts = self._counts[given.kind]

        def figure(place: re.Match[str]) -> str:
            at = int(place[1]) - 1
            of = given.levels.get(at)
            if of is None or at > depth:
                return ""
            return _figure(counts.get(at, of.start), "decimal" if level.is_legal else of.form)

        return " ".join(_PLACE.sub(figure, level.text).split())

    def _list(self, number: str) -> _List | None:
        if number not in self._read:
            self._read[number] = self._found(number)
        return self._read[number]

    def _found(self, number: str) -> _List | None:
        own = self._lists.get(number)
        kind = value(own, f"{W}abstractNumId")
        if (style := value(self._kinds.get(kind), f"{W}numStyleLink")) and (other := self._styles.list_of(style)):
            kind = value(self._lists.get(other), f"{W}abstractNumId")
        if own is None or kind not in self._kinds:
            return None
        levels = dict(_levels(self._kinds[kind]))
        starts: dict[int, int] = {}
        for one in own.iter(f"{W}lvlOverride"):
            at = natural(one.get(f"{W}ilvl", ""), 0)
            levels.update(_levels(one))
            if (start := counted(one, f"{W}startOverride")) >= 0:
                starts[at] = start
        return _List(kind, starts, levels)


def _levels(parent: etree._Element) -> Iterator[tuple[int, _Level]]:
    for one in parent.iter(f"{W}lvl"):
        at = one.get(f"{W}ilvl", "")
        if at.isdecimal() and len(at) < 3 and int(at) < _LEVELS:
            yield (
                int(at),
                _Level(
                    counted(one, f"{W}start", 0),
                    value(one, f"{W}numFmt") or "decimal",
                    value(one, f"{W}lvlText"),
                    value(one, f"{W}pStyle"),
                    is_on(one.find(f"{W}isLgl")),
                    value(one, f"{W}lvlRestart") != "0",
                ),
            )


def _figure(number: int, form: str) -> str:
    match form:
        case "lowerLetter" | "upperLetter" if 0 < number <= 26 * _MOST_LETTERS:
            said = chr(97 + (number - 1) % 26) * ((number - 1) // 26 + 1)
            return said.upper() if form == "upperLetter" else said
        case "lowerRoman" | "upperRoman" if 0 < number <= _LARGEST:
            said = ""
            for worth, sign in (*_ROMAN, *_ROMAN_BELOW):
                said += sign * (number // worth)
                number %= worth
            return said.upper() if form == "upperRoman" else said
        case "decimalZero":
            return f"{number:02}"
        case "none":
            return ""
        case _:
            return str(number)
