"""Comments of configurations: lines that begin with a mark, and which of them belong to the key below."""

from __future__ import annotations

import re
from collections.abc import Iterator

from genesis.structure import Shown, joined, verbatim

_APART = re.compile(r"\n[ \t]*+\r?\n")

_INDENT = re.compile(r"[ \t]*+")


class Comments:
    """The lines of comments of a source, taken in order. `line` finds one; its group is what it says."""

    def __init__(self, source: str, line: re.Pattern[str], start: int, end: int) -> None:
        self._source = source
        self._lines: Iterator[re.Match[str]] = line.finditer(source, start, end)
        self._next = next(self._lines, None)

    def before(self, at: int) -> tuple[Shown, Shown]:
        """Those before a place that were not taken yet: those on their own, and those right above it."""
        runs: list[list[Shown]] = [[]]
        last = at
        while self._next and self._next.end() <= at:
            if runs[-1] and _APART.search(self._source, last, self._next.start(1)):
                runs.append([])
            runs[-1].append(verbatim(self._source, *self._next.span(1)).folded())
            last = self._next.end()
            self._next = next(self._lines, None)
        if _APART.search(self._source, last, at):
            runs.append([])
        *loose, above = (joined(filter(None, run), " ") for run in runs)
        return joined(filter(None, loose), " "), above

    def within(self, column: int, at: int) -> Shown:
        """Those before a place that stand as deep as a block, and deeper than what follows: they end the block."""
        line = self._source.rfind("\n", 0, at) + 1
        indent = _INDENT.match(self._source, line)
        following = indent.end() - line if indent and at < len(self._source) else 0
        said: list[Shown] = []
        while self._next and self._next.end() <= at and column <= self._indent(self._next) > following:
            said.append(verbatim(self._source, *self._next.span(1)).folded())
            self._next = next(self._lines, None)
        return joined(filter(None, said), " ")

    def _indent(self, line: re.Match[str]) -> int:
        return self._source.index("#", line.start()) - line.start()

    def skip(self, at: int) -> None:
        """Leave out those before a place: they stand within a text."""
        while self._next and self._next.start() < at:
            self._next = next(self._lines, None)
