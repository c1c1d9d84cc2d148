"""Fences of Markdown: they hold code, prose for which a directive stands, or what is not shown."""

from __future__ import annotations

import re

from genesis.readers.inline import Inline
from genesis.readers.markdown.lines import Lines
from genesis.readers.writer import Writer
from genesis.stretches import Span
from genesis.structure import Kind

_DIRECTIVES = """
admonition note tip hint important warning caution danger attention error seealso info details dropdown tab-set tab-item
grid grid-item card figure list-table glossary versionadded versionchanged deprecated margin sidebar epigraph topic
container div
"""
_PROSE = frozenset(_DIRECTIVES.split())
_UNSHOWN = frozenset({"toctree", "include", "literalinclude", "image", "contents", "tableofcontents", "index"})
_OPTION = re.compile(r":[\w-]++:")


class Fences:
    """Those that are open and hold prose."""

    def __init__(self, lines: Lines, inline: Inline, out: Writer) -> None:
        self._lines = lines
        self._inline = inline
        self._out = out
        self._open: list[str] = []
        """Their marks."""

    def code(self, fence: re.Match[str], first: int) -> Span | None:
        """The code that stands below a fence, if it opens code that is shown: its marks, its directive, its words."""
        marks, directive = fence[1], (fence[2] or "").lower()
        if self._open and not directive and not fence[3].strip() and marks.startswith(self._open[-1]):
            self._open.pop()
            return None
        if directive in _PROSE:
            self._open.append(marks)
            self._prose(fence, first)
            return None
        begins = self._lines.at
        end = self._closed(marks)
        if directive in _UNSHOWN:
            return None
        while directive and _OPTION.match(self._lines.text, begins, end):
            begins = min(self._lines.stop(begins) + 1, end)
        return begins, max(end - 1, begins)

    def _prose(self, fence: re.Match[str], first: int) -> None:
        lines = self._lines
        while _OPTION.match(lines.text, lines.at, lines.end):
            lines.skip(lines.at)
        if title := fence[3].strip():
            begins = first + fence.start(3)
            self._out.add(Kind.PARAGRAPH, self._inline.shown(begins, begins + len(title)))

    def _closed(self, marks: str) -> int:
        """Where the line begins that closes a fence; what is read next stands below it."""
        lines = self._lines
        closing = re.compile(rf"[ \t>]*+{re.escape(marks)}{re.escape(marks[0])}*+[ \t]*+(?:\n|\Z)")
        ends = re.compile(rf"^[ \t>]*+{re.escape(marks)}", re.MULTILINE)
        at = lines.at
        while found := ends.search(lines.text, at, lines.end):
            if closed := closing.match(lines.text, found.start(), lines.end):
                lines.at = closed.end()
                return found.start()
            at = found.end()
        lines.at = lines.end
        return lines.end
