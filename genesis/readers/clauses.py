"""Numbers of clauses, `2.1` and `2.2` in order, and figures that only stand at the beginning of a line."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise


def standing(numbers: Sequence[str]) -> list[bool]:
    """Which of the numbers, as they come in a text, are of clauses: each comes right before or behind another."""
    levels = [[int(one) for one in number.split(".")] for number in numbers]
    follows = [False, *(_follows(*both) for both in pairwise(levels)), False]
    return [any(follows[at : at + 2]) for at in range(len(numbers))]


def _follows(above: Sequence[int], below: Sequence[int]) -> bool:
    """Whether a clause comes right after another: the next one, the next of a level further out, the first within."""
    if list(below) == [*above, 1]:
        return True
    level = len(below) - 1
    after = list(below[:level]) == list(above[:level]) and level < len(above) and below[level] == above[level] + 1
    return after or (below[0] == above[0] + 1 and set(below[1:]) == {1})
