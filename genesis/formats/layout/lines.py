"""Lines of a page, and what stands apart in them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple


class Word(NamedTuple):
    """A word, and where it stands."""

    text: str
    left: float
    right: float


@dataclass(slots=True)
class Cell:
    """Words that stand together."""

    words: list[Word]

    @property
    def text(self) -> str:
        return " ".join(word.text for word in self.words)

    @property
    def left(self) -> float:
        return self.words[0].left

    @property
    def right(self) -> float:
        return max(word.right for word in self.words)


@dataclass(slots=True)
class Line:
    """A line: its cells from the left; most lines have one."""

    cells: list[Cell]
    top: float
    bottom: float
    bold: bool

    @property
    def size(self) -> float:
        return round(self.top - self.bottom, 1)

    @property
    def text(self) -> str:
        return " ".join(cell.text for cell in self.cells)
