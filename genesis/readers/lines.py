"""A line: where it begins and ends in a text."""

from __future__ import annotations

from typing import NamedTuple


class Line(NamedTuple):
    """Where its words begin and end, and how far in it stands."""

    start: int
    end: int
    indent: int

    @property
    def is_blank(self) -> bool:
        return self.start == self.end

    def said(self, text: str) -> str:
        """Its words."""
        return text[self.start : self.end]
