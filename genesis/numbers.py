"""Numbers at the beginning of a line: of versions, and of paragraphs that are no headings."""

from __future__ import annotations

import re

_VERSION = re.compile(
    r"\*{0,2}\[?(?:(?:changes|what['’]s new)\s+(?:with|in|since|for)\s+|version\s+|release\s+)?"
    r"(?:[\w.-]{1,30}\s+){0,2}?"
    r"\(?v?(?:\d{1,4}(?:\.\d{1,5}){1,3}[\w.+~:-]*|(?<=with )\d{1,4}\b)[\])]*.{0,60}",
    re.IGNORECASE,
)
_AMOUNT = re.compile(r"\d{1,4}\.\d{1,5} ([^\W\dA-Z_]\w*+)")
_STAGES = frozenset(("alpha", "beta", "final", "pre", "preview", "rc", "release", "released", "stable", "unreleased"))
"""What may stand behind the number of a version, where it is not the unit of an amount."""
_LEADING = re.compile(r"\d{1,3}")
_NUMBERED_TEXT = re.compile(
    r"(?:\A|(?<=\n\n)|(?<=\n\r\n)|(?<=\n[ \t]\n))[^\S\n]{0,40}+(\d{1,3}(?:\.\d{1,3}){0,5})\.?[^\S\n]++\S"
)


def is_version(title: str, words: int, dated: bool) -> bool:
    """Whether a title is of a version, and not of an amount such as `1.5 m of hose`."""
    if title[-1] in ".?!" or not (words <= 4 or dated) or not _VERSION.fullmatch(title):
        return False
    amount = _AMOUNT.match(title)
    return dated or not amount or amount[1] in _STAGES


def of_paragraphs(text: str) -> set[str]:
    """The numbers that paragraphs begin with."""
    return {one[1] for one in _NUMBERED_TEXT.finditer(text)}


def beside(number: str) -> set[str]:
    """The numbers before and after one."""
    above, dot, last = number.rpartition(".")
    return {f"{above}{dot}{int(last) + step}" for step in (-1, 1)} if last.isdecimal() else set()


def leading(title: str) -> int:
    """The first number of a numbered title; 0 if it is a letter."""
    first = _LEADING.match(title)
    return int(first[0]) if first else 0
