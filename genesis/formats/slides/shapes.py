"""The shapes of a slide that say something, in the order in which one reads them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any

_DEEPEST = 10
"""Groups of shapes in groups."""
_FURNITURE = frozenset(("dt", "ftr", "hdr", "sldNum"))
"""Placeholders that say on every slide the same, or its number."""


def ordered(shapes: Iterable[Any], depth: int = 0) -> Iterator[Any]:
    """
    From above, those side by side from the left; a group by where it stands. A layout's own places are read in the
    layout's order: of two columns first the one, then the other.
    """
    shown = [one for one in shapes if not _is_furniture(one)]
    if not all(one.is_placeholder for one in shown):
        shown = list(chain.from_iterable(_rows(shown)))
    for one in shown:
        if not hasattr(one, "shapes"):
            yield one
        elif depth < _DEEPEST:
            yield from ordered(one.shapes, depth + 1)


def _rows(shapes: Iterable[Any]) -> Iterator[list[Any]]:
    """Those that begin in the upper half of the first of them stand beside it."""
    row: list[Any] = []
    for one in sorted(shapes, key=lambda one: one.top or 0):
        if row and (one.top or 0) >= (row[0].top or 0) + (row[0].height or 0) / 2:
            yield sorted(row, key=lambda one: one.left or 0)
            row = []
        row.append(one)
    yield sorted(row, key=lambda one: one.left or 0)


def _is_furniture(shape: Any) -> bool:
    names = shape.element.xpath(".//*[local-name()='nvPr']/*[local-name()='ph']/@type")
    hidden = shape.element.xpath("./*/*[local-name()='cNvPr']/@hidden")
    return (bool(names) and not hasattr(shape, "shapes") and names[0] in _FURNITURE) or hidden in (["1"], ["true"])
