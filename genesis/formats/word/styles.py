"""Styles of Word: which paragraphs are headings, numbered, or of a table of contents, by their style or its own."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lxml import etree

from genesis.formats.word.names import W, counted, value

_DEEPEST = 20
"""Styles that are each based on the next."""
_HEADING = re.compile(r"heading ([1-9])", re.IGNORECASE)
_CONTENTS = re.compile(r"(?:toc|contents|index) ?(?:\d|heading)|table ?of ?(?:figures|authorities)", re.IGNORECASE)
TITLE = 1
"""The level of the title; headings are one deeper than Word calls them."""


@dataclass(frozen=True, slots=True)
class _Style:
    name: str
    based_on: str
    properties: etree._Element | None


class Styles:
    """Those of one document."""

    def __init__(self, root: etree._Element | None) -> None:
        self._styles: Mapping[str, _Style] = {
            one.get(f"{W}styleId", ""): _Style(value(one, f"{W}name"), value(one, f"{W}basedOn"), one.find(f"{W}pPr"))
            for one in (root.iter(f"{W}style") if root is not None else ())
        }

    def level(self, paragraph: etree._Element) -> int:
        """Of a heading, the title's first; 0 of any other paragraph."""
        for one in self._chain(paragraph):
            if one.name.casefold() == "title":
                return TITLE
            if head := _HEADING.fullmatch(one.name):
                return TITLE + int(head[1])
        for properties in self._properties(paragraph):
            if (outline := counted(properties, f"{W}outlineLvl")) >= 0:
                return TITLE + outline + 1 if outline < 9 else 0
        return 0

    def numbered(self, paragraph: etree._Element) -> tuple[str, int, str]:
        """The list that a paragraph is of, how deep, or -1, and by which style; no list if it is of none."""
        depth = -1
        style = value(paragraph, f"{W}pPr/{W}pStyle")
        for properties in self._properties(paragraph):
            depth = depth if depth >= 0 else counted(properties, f"{W}numPr/{W}ilvl")
            if number := value(properties, f"{W}numPr/{W}numId"):
                return ("", 0, "") if number == "0" else (number, depth, style)
        return "", 0, ""

    def list_of(self, style: str) -> str:
        """The list that a style is for."""
        given = self._styles.get(style)
        return value(given.properties, f"{W}numPr/{W}numId") if given else ""

    def is_contents(self, paragraph: etree._Element) -> bool:
        """Whether it only says on which page something stands."""
        names = (value(paragraph, f"{W}pPr/{W}pStyle"), *(one.name for one in self._chain(paragraph)))
        return any(map(_CONTENTS.fullmatch, names))

    def _chain(self, paragraph: etree._Element) -> Iterator[_Style]:
        name = value(paragraph, f"{W}pPr/{W}pStyle")
        for _ in range(_DEEPEST):
            if (style := self._styles.get(name)) is None:
                return
            yield style
            name = style.based_on

    def _properties(self, paragraph: etree._Element) -> Iterator[etree._Element | None]:
        yield paragraph.find(f"{W}pPr")
        yield from (one.properties for one in self._chain(paragraph))
