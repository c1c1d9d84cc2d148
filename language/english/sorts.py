"""Sorts of things: what an English noun is of, and so what may be called by it."""

from __future__ import annotations

from enum import Enum

from language import tables


class Sort(Enum):
    """Sorts of things."""

    PERSON = "person"
    PLACE = "place"
    DATE = "date"
    NUMBER = "number"
    WORK = "work"
    GROUP = "group"
    NATION = "nation"
    QUALITY = "quality"
    THING = "thing"
    """Any other."""


_SORT_OF = {word: Sort(sort) for sort, words in tables.entries("common_nouns").items() for word in words}
_DOERS = ("er", "or", "ist", "ian", "ess")
"""Names of those who do something end so, and"""
_NO_DOERS = tables.words("no_doers")
"""words that merely look like them."""
_SHORTEST = 5


def sort_of(noun: str) -> Sort | None:
    """What a noun in lower case is of; None if that is not known."""
    if found := _SORT_OF.get(noun):
        return found
    bare = noun.removesuffix("s")
    is_doer = len(bare) >= _SHORTEST and bare.endswith(_DOERS) and bare not in _NO_DOERS
    return Sort.PERSON if is_doer else None


def sort_of_kind(kind: str) -> Sort | None:
    """What something is of that is said to be that: by the last noun of `1986 American comedy film`."""
    return next((found for word in reversed(kind.lower().split()) if (found := sort_of(word))), None)
