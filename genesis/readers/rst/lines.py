"""Lines: where each of a document begins and ends, and which of them stand in one thing."""

from __future__ import annotations

import re

from genesis.readers.lines import Line

EXPLICIT = re.compile(r"\.\.(?:[ \t]++|\Z)")
"""What begins a directive, a footnote, a target or a remark."""
BAR = re.compile(r"^[ \t]*+\|(?:[ \t]++|$)", re.MULTILINE)
"""What begins a line that is to stay one."""
RULE = re.compile(r"([!-/:-@\[-`{-~])\1{2,}")
"""What parts texts, or stands below a title."""
_LINE = re.compile(r"([^\S\n]*+)([^\n]*+)(?:\n|\Z)")


class Lines:
    """Those of a document."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.text = source.replace("\r\n", " \n").replace("\r", "\n") if "\r" in source else source
        """As long as the source, with simple line ends."""
        self.all = [_line(one) for one in _LINE.finditer(self.text)]

    def __getitem__(self, at: int) -> Line:
        return self.all[at]

    def said(self, at: int) -> str:
        """The words of a line."""
        return self.all[at].said(self.text)

    def is_blank(self, first: int, last: int) -> bool:
        """Whether nothing stands in them."""
        return all(line.is_blank for line in self.all[first:last])

    def inside(self, at: int, last: int, margin: int) -> int:
        """Where lines end that are blank or stand further in than the margin; blank ones at the end are outside."""
        end = at
        while at < last and (self.all[at].is_blank or self.all[at].indent > margin):
            at += 1
            if not self.all[at - 1].is_blank:
                end = at
        return end

    def text_end(self, at: int, last: int) -> int:
        """Where the text ends that goes on from the line before."""
        while at < last and not self.all[at].is_blank and not EXPLICIT.match(self.said(at)):
            at += 1
        return at

    def until_blank(self, at: int, last: int) -> int:
        while at < last and not self.all[at].is_blank:
            at += 1
        return at


def _line(match: re.Match[str]) -> Line:
    indent = match[1].expandtabs(8) if "\t" in match[1] else match[1]
    said = match[2].rstrip()
    return Line(match.start(2), match.start(2) + len(said), len(indent) if said else 0)
