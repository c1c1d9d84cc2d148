"""Lines: where the reader of a Markdown document is, and what stands on the lines there."""

from __future__ import annotations

import re

from genesis.readers.markdown import standing
from genesis.readers.markdown.standing import Line

PREFIX = re.compile(r"[ \t]*+((?>(?:>[ \t]?)*))[ \t]*+")
"""What stands in front of the words of a line: blanks, and the marks of a quote."""


class Lines:
    """A document, and the stretch of it that is read line by line."""

    def __init__(self, source: str, start: int) -> None:
        self.source = source
        self.text = source.replace("\r\n", " \n").replace("\r", "\n") if "\r" in source else source
        """As long as the source, with simple line ends."""
        self.at = start
        """Where the line below begins."""
        self.end = len(self.text)
        """Of the stretch."""

    def stop(self, at: int) -> int:
        """Where the line ends that `at` stands in."""
        stop = self.text.find("\n", at, self.end)
        return self.end if stop < 0 else stop

    def skip(self, at: int) -> None:
        """Go on below the line that `at` stands in."""
        self.at = min(self.stop(at) + 1, self.end)

    def words(self, start: int, end: int) -> int:
        """Where the words of a line begin."""
        prefix = PREFIX.match(self.text, start, end)
        return prefix.end() if prefix else start

    def within(self, start: int, end: int) -> list[Line]:
        """The lines of a paragraph, without what is blank."""
        lines = []
        at = start
        for said in self.text[start:end].split("\n"):
            stop = at + len(said)
            begins = self.words(at, stop)
            if begins < stop:
                lines.append(standing.line(self.source, begins, stop))
            at = stop + 1
        return lines
