"""Whether the first row of a table is its header though nothing marks it as one."""

from __future__ import annotations

import re
from collections.abc import Sequence

_VALUE = re.compile(r"[-+−(~<>≤≥]?\s?(?:[A-Z]{3}\s)?[$€£¥]?\s?\d")
_YEAR = re.compile(r"(?:FY\s?)?(?:19|20)\d\d\Z")
_DIGITS = re.compile(r"[\d.,\s]+")
_NO_NAME = re.compile(r"free|gratis|none|included|closed|n/?a|varies|on request|[\W_]+", re.IGNORECASE)
"""What stands in the place of a number."""
_LONGEST = 40
_MOST_ROWS = 50
"""Rows that are looked at."""


def has_header(rows: Sequence[Sequence[str]]) -> bool:
    """
    Whether it says what stands below it: a word above numbers. In a table of two columns, where it may be a label with
    its value as well, all these numbers are of one kind.
    """
    first, below = rows[0], [row for row in rows[1 : _MOST_ROWS + 1] if len(row) == len(rows[0])]
    named = first if first[0] else first[1:]
    if len(below) < 2 or len(first) < 2 or not all(named) or len(set(named)) < len(named):
        return False
    if any(len(one) > _LONGEST or one.endswith((".", ":")) for one in named):
        return False
    if not first[0] and all(row and row[0] for row in below):
        return all(_YEAR.match(one) or not _VALUE.match(one) for one in named)
    if any(_VALUE.match(one) for one in named):
        return False
    columns = [[row[at] for row in below if at < len(row)] for at in range(1, len(first))]
    valued = [column for column in columns if len(column) == len(below) and all(map(_VALUE.match, column))]
    if len(first) > 2:
        return bool(valued)
    return bool(valued) and not _NO_NAME.fullmatch(first[1]) and _are_of_one_kind(valued[0])


def _are_of_one_kind(values: Sequence[str]) -> bool:
    kinds = {_DIGITS.sub("", one) for one in values}
    return len(kinds) == 1 and not kinds.isdisjoint("$€£¥%")
