"""Definitions of Markdown: terms, each on a line of its own, and below them what they are."""

from __future__ import annotations

import re
from collections.abc import Iterator

from genesis.readers.inline import Inline
from genesis.readers.markdown.lines import Lines
from genesis.readers.writer import Writer
from genesis.structure import Kind, Shown, joined

_DEFINES = re.compile(r"[ ]{0,3}:[ \t]++\S")
_MOST_TERMS = 5
_LONGEST_TERM = 100
_ENDS = (".", ",", ";", "!", "。")
"""What no term ends with."""


class Definitions:
    """The definition that is open, or whose text may go on."""

    def __init__(self, lines: Lines, inline: Inline, out: Writer) -> None:
        self._lines = lines
        self._inline = inline
        self._out = out
        self.term: Shown | None = None
        """What it is of."""
        self.indent = 0

    def take(self, start: int, end: int, quoted: bool) -> None:
        """The terms of a paragraph are what is defined."""
        self.term = joined(self._terms(start, end, quoted), ", ")

    def open(self, first: int) -> None:
        """A definition begins."""
        text = self._lines.text
        self.indent = len(text[text.rfind("\n", 0, first) + 1 : first].expandtabs(4))

    def goes_on(self, indent: int) -> bool:
        """Whether a line that stands so far in may be of the definition above."""
        return self.term is not None and indent > self.indent + 1

    def write(self, start: int, end: int, quoted: bool) -> None:
        """What the term is."""
        term = self.term or Shown()
        text = joined((term, self._inline.shown(start, end, quoted=quoted)), ": ")
        self._out.add(Kind.DEFINITION, text, mark=term.text)

    def is_below(self, start: int, end: int) -> bool:
        """Whether the paragraph above a blank line is a term, and the line below says what it is."""
        text = self._lines.text
        if not _DEFINES.match(text, self._lines.at, self._lines.end):
            return False
        return text[start] != "|" and text[end - 1] not in _ENDS and self.are_terms(start, end)

    def are_terms(self, start: int, end: int) -> bool:
        """Whether a paragraph is a term, or several short ones below each other that are defined as one."""
        lines = self._lines.text[start:end].split("\n", _MOST_TERMS)
        if len(lines) == 1:
            return True
        said = [line.strip() for line in lines]
        return len(lines) <= _MOST_TERMS and all(len(one) <= _LONGEST_TERM and not one.endswith(_ENDS) for one in said)

    def _terms(self, start: int, end: int, quoted: bool) -> Iterator[Shown]:
        at = start
        while at < end:
            stop = self._lines.text.find("\n", at, end)
            stop = end if stop < 0 else stop
            yield self._inline.shown(at, stop, quoted=quoted)
            at = stop + 1
