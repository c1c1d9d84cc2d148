"""Cells: what tables consist of, however they are written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from genesis.stretches import Span


@dataclass(slots=True)
class Cell:
    """The stretches of the text in it, and how many columns and rows it spans."""

    parts: list[Span] = field(default_factory=list)
    columns: int = 1
    rows: int = 1


Row = list[Cell]


class Table(NamedTuple):
    """The rows of the header, if there is one, the others, and the line that stands below."""

    header: Sequence[Row]
    rows: Sequence[Row]
    end: int
