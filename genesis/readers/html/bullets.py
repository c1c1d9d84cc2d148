"""Lists that are typed: their items are paragraphs, or lines, that begin with a mark."""

from __future__ import annotations

import re

from genesis.readers.writer import Writer
from genesis.structure import Kind, Shown

BULLET = re.compile(r"()[•·‣◦▪●■○➢►✓✔][\s ]*+(?=\S)")
_OFFICE = re.compile(
    r"(?:\(?(\d{1,3}(?:\.\d{1,3}){1,8}(?:\([a-z]{1,4}\)){0,3}(?=\.?\s)|(?:\d{1,3}|[a-zA-Z]|[ivx]{1,5}|[IVX]{1,5})(?=[.)]))"
    r"[.)]?|[o§–-])\s++(?=\S)"
)
"""The mark of an item that an office program wrote, which any paragraph might begin with."""


def marked(said: str, in_office: bool) -> re.Match[str] | None:
    """The mark that an item begins with, and its number."""
    return BULLET.match(said) or (_OFFICE.match(said) if in_office else None)


class Bullets:
    """The list that is open as long as items follow each other."""

    def __init__(self, out: Writer) -> None:
        self._out = out
        self._group = 0
        self._lead = Shown()
        self._written = -1
        """How many blocks were written when the last item was."""

    def going_on(self) -> tuple[int, Shown]:
        """The group of the list above, if nothing stands below it, or a new one, and what opens it."""
        if self._written != len(self._out.blocks):
            self._group, self._lead = self._out.group(), self._out.lead(Kind.PARAGRAPH, Kind.TURN)
        return self._group, self._lead

    def add(self, said: Shown, depth: int, mark: str) -> None:
        """An item."""
        group, lead = self.going_on()
        self._out.add(Kind.ITEM, said, group=group, depth=depth, lead=lead, mark=mark)
        self.wrote(group, lead)

    def wrote(self, group: int, lead: Shown) -> None:
        """An item was written."""
        self._group, self._lead, self._written = group, lead, len(self._out.blocks)
