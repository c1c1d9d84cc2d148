"""
Acronyms: what a document says that they stand for: `the change advisory board (CAB)`, `DAU (daily active users)`.

They are paired as Schwartz and Hearst do it (2003): each letter of the short form is found in the long one, from the
last to the first, which begins a word.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence, Set

from language.terms import Term, term, terms

_SHORT = r"[A-Z](?=[A-Za-z0-9&-]{0,8}[A-Z])[A-Za-z0-9&-]{1,8}"
_EXPLAINED = re.compile(r"\((?P<inside>[^()\n]{2,80})\)")
_BEFORE = re.compile(rf"\b({_SHORT})\s?\Z")
_LONGEST_SHORT = 11
"""Characters, with the blank behind it."""
_IS_SHORT = re.compile(_SHORT)
_LONGEST = 80
"""Characters of a long form."""
_BESIDE = 3
"""Characters between a long form and its short one: a blank and a parenthesis."""
MOST = 100
"""Pairs of a document."""


def defined(text: str) -> Iterator[tuple[str, str]]:
    """The acronyms that a text explains, each with what it stands for."""
    for match in _EXPLAINED.finditer(text):
        inside = match["inside"].strip()
        if _IS_SHORT.fullmatch(inside):
            if long := _long_form(
                inside, text[max(0, match.start("inside") - 1 - _LONGEST) : match.start("inside") - 1]
            ):
                yield inside, long
        else:
            before = _BEFORE.search(text, max(0, match.start() - _LONGEST_SHORT), match.start())
            if before and _long_form(before[1], inside) == inside:
                yield before[1], inside


def _long_form(short: str, before: str) -> str:
    """The words at the end of a text that a short form is made of; empty if there are none."""
    at = len(before)
    for number in range(len(short) - 1, -1, -1):
        letter = short[number].lower()
        if not letter.isalnum():
            continue
        at -= 1
        while at >= 0 and (before[at].lower() != letter or (number == 0 and at > 0 and before[at - 1].isalnum())):
            at -= 1
        if at < 0:
            return ""
    long = before[at:].strip()
    words = long.split()
    is_likely = 1 < len(words) <= min(len(short) + 5, 2 * len(short)) and short not in words
    return long if is_likely else ""


def meant(text: str, acronyms: Mapping[str, str], language: str) -> Iterator[Term]:
    """The terms of long forms where a text says the short ones, and of short forms where it says the long ones."""
    low = text.lower()
    for short, long in acronyms.items():
        shorts = [(at, at + len(short)) for at in _places(text, short)]
        longs = [(at, at + len(long)) for at in _places(low, long.lower())]
        if not (shorts or longs):
            continue
        explained, explaining = _beside(shorts, longs), _beside(longs, shorts)
        spelt, key = terms(long, language), term(short, language)
        yield from (Term(one.term, *place) for place in shorts if place not in explained for one in spelt)
        yield from (Term(key, *place) for place in longs if key and place not in explaining)


def _beside(places: Sequence[tuple[int, int]], others: Sequence[tuple[int, int]]) -> Set[tuple[int, int]]:
    """The places right beside one of the others: one explains the other."""
    starts, ends = {start for start, _ in others}, {end for _, end in others}
    return {
        (start, end)
        for start, end in places
        if any(end + gap in starts or start - gap in ends for gap in range(_BESIDE + 1))
    }


def _places(text: str, words: str) -> Iterator[int]:
    at = text.find(words)
    while at >= 0:
        end = at + len(words)
        if not text[at - 1 : at].isalnum() and not text[end : end + 1].isalnum():
            yield at
        at = text.find(words, end)
