"""Tags in Markdown: lines of HTML, comments and templates, and what can be unfolded below a summary."""

from __future__ import annotations

import re

from genesis.readers.inline import Inline
from genesis.readers.markdown.lines import Lines
from genesis.readers.markdown.paragraphs import Paragraphs
from genesis.readers.writer import BELOW_ALL, Writer

_MARKUP = re.compile(r"<(/?)([a-zA-Z][\w-]*+)|<!--|\{%|\{#")
_CLOSING = {"<!--": "-->", "{%": "%}", "{#": "#}"}
_RAW = frozenset({"script", "style", "svg", "template"})
_HEADING = re.compile(r"<(h[1-6])(?:[ \t][^<>]*+)?>", re.IGNORECASE)
_SUMMARY = re.compile(r"(?:<details(?:[ \t][^<>]{0,200}+)?>[ \t]*+)?<summary(?:[ \t][^<>]{0,200}+)?>", re.IGNORECASE)
_HIDDEN = re.compile(r"^[ \t>]*+%%[ \t]*+$", re.MULTILINE)
_LONGEST_HEADING = 2_000
_LONGEST_SUMMARY = 2_000
_MOST_SUMMARIES = 5
"""Within each other."""


class Tags:
    """Reads the lines of tags in a document; it knows which summaries are open."""

    def __init__(self, lines: Lines, inline: Inline, out: Writer, paragraphs: Paragraphs) -> None:
        self._lines = lines
        self._inline = inline
        self._out = out
        self._paragraphs = paragraphs
        self._hides = True
        """Whether a comment may be closed below."""
        self.details = 0
        """How many answers are open below their summaries."""

    def read(self, first: int, end: int, said: str, *, apart: bool, inside: bool) -> bool:
        """
        Whether a line is of tags, a comment or a template that hold no words of this paragraph. Known are whether a
        blank line stands above, and whether it is inside a note.
        """
        mark = _MARKUP.match(said)
        if not mark:
            return False
        name = (mark[2] or "").lower()
        if closing := f"</{name}>" if name in _RAW else _CLOSING.get(mark[0]):
            return self._unshown(first, closing, apart)
        if (summary := _SUMMARY.match(said)) and not inside and self._summary(first, first + summary.end()):
            return True
        if name and (heading := _HEADING.match(said)) and self._heading(first, heading):
            return True
        if said.endswith(">") and not self._inline.shown(first, end):
            self._paragraphs.close()  # only tags
            return True
        return False

    def _unshown(self, first: int, closing: str, apart: bool) -> bool:
        """Whether nothing stands behind what is closed, on the same line."""
        found = self._lines.text.find(closing, first, self._lines.end)
        if found < 0:
            return False
        stop = found + len(closing)
        line_end = self._lines.stop(stop)
        if self._lines.text[stop:line_end].strip():
            return False
        if self._paragraphs.open is None or apart:
            self._paragraphs.close()
        self._lines.at = line_end + 1
        return True

    def _heading(self, first: int, heading: re.Match[str]) -> bool:
        closed = self._lines.text.find(f"</{heading[1]}", first, min(first + _LONGEST_HEADING, self._lines.end))
        if closed < 0:
            return False
        self._paragraphs.end()
        self._out.heading(int(heading[1][1]), self._inline.shown(first + heading.end(), closed))
        self._lines.skip(closed)
        return True

    def hidden(self) -> bool:
        """Whether a line of two percent signs opens a comment of Obsidian, which another one closes."""
        end = _HIDDEN.search(self._lines.text, self._lines.at, self._lines.end) if self._hides else None
        if end is None:
            self._hides = False
            return False
        self._paragraphs.close()
        self._lines.at = end.end() + 1
        return True

    def _summary(self, first: int, begins: int) -> bool:
        """What can be unfolded stands below its summary, as an answer does below a question in bold."""
        closed = self._lines.text.find("</summary>", begins, min(first + _LONGEST_SUMMARY, self._lines.end))
        if closed < 0:
            return False
        self._paragraphs.end()
        self._out.heading(self._paragraphs.level, self._inline.shown(begins, closed))
        self._unfold(self.details + 1)
        self._lines.at = closed + len("</summary>")
        return True

    def end_details(self, said: str) -> None:
        """What follows stands below as many summaries less as are closed here."""
        for _ in range(min(said.lower().count("</details>"), self.details)):
            self._paragraphs.end()
            self._unfold(self.details - 1)
            self._out.leave(self._paragraphs.level)

    def _unfold(self, details: int) -> None:
        self.details = details
        self._paragraphs.level = BELOW_ALL + min(details, _MOST_SUMMARIES)
