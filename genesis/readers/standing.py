"""Lines of a Markdown paragraph that stand for themselves, although nothing but their form marks them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise

_CLAUSE = re.compile(r"(\d{1,3}(?:\.\d{1,3}){1,5})\.?[ \t]++(?=\S)")


def clauses(lines: Sequence[str]) -> Mapping[int, re.Match[str]]:
    """By line, the numbers of clauses: `2.1` and `2.2` in order, not a figure that was wrapped to the next line."""
    found = {at: mark for at, line in enumerate(lines) if line[:1].isdigit() and (mark := _CLAUSE.match(line))}
    if len(found) < 2:
        return {}
    at = list(found)
    numbers = [[int(one) for one in found[line][1].split(".")] for line in at]
    follows = [False, *(_follows(*both) for both in pairwise(numbers)), False]
    return {line: found[line] for number, line in enumerate(at) if follows[number] or follows[number + 1]}


def _follows(above: Sequence[int], below: Sequence[int]) -> bool:
    """Whether a clause comes right after another: the next one, the next of a level further out, the first within."""
    if list(below) == [*above, 1]:
        return True
    level = len(below) - 1
    after = list(below[:level]) == list(above[:level]) and level < len(above) and below[level] == above[level] + 1
    return after or (below[0] == above[0] + 1 and set(below[1:]) == {1})
