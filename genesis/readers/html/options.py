"""What may be chosen from: the few options of a field that has a label."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from genesis.readers.html.tags import Tag

_MOST = 12
"""Options that somebody reads: more are countries, or years."""
_LONGEST = 4_000
"""Characters of the page that are looked at."""


def options(source: str, tags: Sequence[Tag], number: int) -> list[tuple[int, int]]:
    """Where the options of a field stand, whose tag has a number; none if they are too many."""
    field = tags[number]
    if tags[field.closed].start - field.end > _LONGEST:
        return []
    found = list(_said(source, tags[number + 1 : field.closed + 1]))
    return found if 1 < len(found) <= _MOST else []


def _said(source: str, tags: Sequence[Tag]) -> Iterator[tuple[int, int]]:
    """Each that can be chosen, without what asks to choose."""
    for one, following in pairwise(tags):
        if one.name != "option" or one.closes:
            continue
        given = one.given()
        if "disabled" not in given and given.get("value") != "" and source[one.end : following.start].strip():
            yield one.end, following.start
