"""
Paragraphs of Markdown: what one that is open becomes.

An item, a definition, a table; headings in bold and what stands below them, clauses, entries, a footnote.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from genesis.readers.inline import Inline
from genesis.readers.markdown import bars, standing
from genesis.readers.markdown.bars import Bars
from genesis.readers.markdown.definitions import Definitions
from genesis.readers.markdown.lines import Lines
from genesis.readers.markdown.lists import Lists
from genesis.readers.markdown.standing import Line, is_bare
from genesis.readers.writer import BELOW_ALL, Writer
from genesis.structure import Kind, Shown

FOOTNOTE = re.compile(r"\[\^[^\[\]\s]{1,80}\]:[ \t]*+")
_UNMARKED = re.compile(r"(?>(?:\n[ \t]*[^\W\d_](?![.)][ \t])[^\n|]*(?=\n|\Z))+)")
_BOLD = re.compile(
    r"(?:\*{2,3}+|_{2,3}+)(?=[^\s*_])((?>(?:[^*_\n]|(?<=[^\W_])[*_](?=[^\W_])){1,300}))(?:\*{2,3}+|_{2,3}+)(:?)"
    r"[ \t]*+(?:\\|<br ?/?>)?[ \t]*+"
)
_MOST_HEADING_WORDS = 20
_SENTENCE_ENDS = (".", "?", "!", ":", "。", "？", "！", "\\", "<br>")
_NEAR = 100
"""Characters of what stands above or below that are looked at."""
_MOST_UNDERLINED = 1_000
"""Characters of an underlined heading."""


@dataclass(slots=True)
class Open:
    """The paragraph, the item or the definition that is open."""

    start: int
    end: int
    quoted: bool
    kind: Kind = Kind.PARAGRAPH
    mark: str = ""
    inside: bool = False
    """Whether it stands in an item."""


class Paragraphs:
    """Which one is open, and in which lists."""

    def __init__(self, lines: Lines, inline: Inline, out: Writer) -> None:
        self._lines = lines
        self._inline = inline
        self._out = out
        self._bars = Bars(lines, inline, out)
        self.definitions = Definitions(lines, inline, out)
        self.lists = Lists(out)
        self.open: Open | None = None
        self.level = BELOW_ALL
        """Of a heading by its form alone: below the summaries that are open."""

    def extend(self) -> None:
        """Take the lines that nothing marks all at once."""
        now, lines = self.open, self._lines
        if now is None or now.quoted or self.level > BELOW_ALL or lines.at > lines.end:
            return
        if more := _UNMARKED.match(lines.text, lines.at - 1, lines.end):
            now.end = more.end()
            lines.at = more.end() + 1

    def end(self) -> None:
        """It closes, and the lists end."""
        self.close()
        self.lists.end()

    def close(self) -> None:
        """Write what is open as what it is."""
        now, self.open = self.open, None
        if now is None or now.start >= now.end:
            if now and now.kind is Kind.ITEM:
                self.lists.leads_here = False
            return
        if now.kind is Kind.ITEM:
            self._item(now)
        elif now.kind is Kind.DEFINITION:
            self.definitions.write(now.start, now.end, now.quoted)
        elif self._lines.text[now.start] == "|" and self._bars.without_header(now.start, now.end):
            pass
        elif now.inside and self.lists.open:
            self.lists.leads_here = False
            for one in self._parts(now):
                self._out.add(Kind.PARAGRAPH, one, group=self.lists.group, depth=len(self.lists.open))
        else:
            self._paragraph(now)

    def _item(self, now: Open) -> None:
        text, *below = self._parts(now)
        group, depth = self.lists.group, len(self.lists.open) - 1
        self._out.add(Kind.ITEM, text, group=group, depth=depth, lead=self.lists.lead, mark=now.mark)
        for one in below:
            self._out.add(Kind.PARAGRAPH, one, group=group, depth=depth + 1)

    def _paragraph(self, now: Open) -> None:
        self.lists.end()
        text = self._lines.text
        if footnote := FOOTNOTE.match(text, now.start, now.end):
            now.start = footnote.end()
        headed = False
        for start, end, _, _ in [] if now.quoted else self._lines.within(now.start, now.end):
            bold = _BOLD.fullmatch(text, start, end) if text[start] in "*_" else None
            if bold and self._is_heading(bold, start, now, headed):
                self._plain(now, start)
                self._out.heading(self.level, self._inline.shown(*bold.span(1)))
                now.start, headed = end, True
        self._plain(now, now.end)

    def _plain(self, now: Open, end: int) -> None:
        """What is left of a paragraph up to `end`."""
        lines = self._lines.within(now.start, end)
        if not lines:
            return
        if clauses := standing.clauses(lines):
            self._clauses(lines, clauses, now.quoted)
            return
        names = standing.entries(lines)
        pieces = standing.pieces(lines, names)
        is_list = len(pieces) > 2 and not names and all(one == last and is_bare(lines[one]) for one, last in pieces)
        group, lead = 0, Shown()
        if names or is_list:
            group, lead = self._out.group(), self._out.lead(Kind.PARAGRAPH) if is_list else lead
        for first, last in pieces:
            text = self._of_lines(lines[first : last + 1], now.quoted)
            if first in names:
                self._out.add(Kind.ENTRY, text, group=group, mark=names[first])
            elif is_list:
                self._out.add(Kind.ITEM, text, group=group, lead=lead)
            else:
                self._out.add(Kind.PARAGRAPH, text)

    def _parts(self, now: Open) -> list[Shown]:
        """What stands in an item, parted where its author broke it; at least one text."""
        lines = self._lines.within(now.start, now.end)
        parts = standing.pieces(lines, standing.entries(lines))
        return [self._of_lines(lines[first : last + 1], now.quoted) for first, last in parts] or [Shown()]

    def _of_lines(self, lines: Sequence[Line], quoted: bool) -> Shown:
        return self._inline.shown(lines[0].start, lines[-1].last, quoted=quoted)

    def _clauses(self, lines: Sequence[Line], clauses: Mapping[int, re.Match[str]], quoted: bool) -> None:
        """Items by their numbers, each with the lines below it; what stands above the first is a paragraph."""
        first, *following = clauses
        if first:
            self._out.add(Kind.PARAGRAPH, self._of_lines(lines[:first], quoted))
        group, lead = self._out.group(), self._out.lead(Kind.PARAGRAPH, Kind.TURN)
        outermost = min(one[1].count(".") for one in clauses.values())
        for at, below in zip(clauses, (*following, len(lines)), strict=True):
            mark = clauses[at]
            text = self._inline.shown(lines[at].start + mark.end(), lines[below - 1].last, quoted=quoted)
            depth = mark[1].count(".") - outermost
            self._out.add(Kind.ITEM, text, group=group, depth=depth, lead=lead, mark=mark[1])

    def _is_heading(self, bold: re.Match[str], start: int, now: Open, headed: bool) -> bool:
        """Whether a line that is bold as a whole heads what follows, and is not in the middle of a sentence."""
        said, end = bold[1].rstrip(), bold.end()
        if bold[1][-1] in ".,;!" or said.count(" ") >= _MOST_HEADING_WORDS or self._out_of_words(said):
            return False
        below = self._lines.text[end + 1 : min(end + _NEAR, now.end)].lstrip()
        if start == now.start:
            return not below or said.endswith("?") or not below[0].islower()
        above = self._lines.text[max(now.start, start - _NEAR) : start].rstrip()
        ended = not above or above.endswith(_SENTENCE_ENDS)
        return ended and (headed or bool(below)) and not below[:1].islower()

    def _out_of_words(self, said: str) -> bool:
        return not any(char.isalpha() for char in said)

    def underlined(self, level: int) -> bool:
        """Whether a line below what is open may make it a heading; then it is one."""
        now = self.open
        if now is None or now.kind is not Kind.PARAGRAPH or now.inside or now.quoted:
            return False
        if now.end - now.start > _MOST_UNDERLINED or self._lines.text[now.start] == "|":
            return False
        self.open = None
        self.lists.end()
        self._out.heading(level, self._inline.shown(now.start, now.end))
        return True

    def table(self, said: str) -> bool:
        """Whether the line is below the header of a table, which is the last line of what is open."""
        now, text = self.open, self._lines.text
        if now is None or now.kind is Kind.DEFINITION or not bars.is_rule(said):
            return False
        begins = max(text.rfind("\n", now.start, now.end) + 1, now.start)
        if "|" not in text[begins : now.end]:
            return False
        header = self._bars.cells(begins, now.end)
        if begins > now.start:
            now.end = begins - 1
            self.close()
        self.open = None
        if not self.lists.open:
            self.lists.end()
        self._bars.below(header)
        return True

    def defined(self, first: int, end: int, quoted: bool) -> bool:
        """Whether the line says what a term is that stands on a line of its own above it."""
        now = self.open
        if now and now.kind is Kind.PARAGRAPH and self.definitions.are_terms(now.start, now.end):
            self.open = None
            self.definitions.take(now.start, now.end, now.quoted)
        elif now and now.kind is Kind.DEFINITION:
            self.close()
        elif now or self.definitions.term is None:
            return False
        self.definitions.open(first)
        self.open = Open(first + 1, end, quoted, Kind.DEFINITION)
        return True

    def is_defined_below(self) -> bool:
        """Whether what is open above a blank line is a term, and the line below says what it is."""
        now = self.open
        if now is None or now.kind is not Kind.PARAGRAPH or now.inside or now.quoted:
            return False
        return self.definitions.is_below(now.start, now.end)
