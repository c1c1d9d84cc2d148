"""What stands in the block that is open: stretches of the page, and how much of it is in bold."""

from __future__ import annotations

import re
from html import unescape

from genesis.structure import Edit, Run, Shown, joined, verbatim

_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});?")


class Inline:
    """The text that is open."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._spans: list[Shown] = []
        self._in_bold = 0
        self._plain = 0
        self.pre = 0
        """How many elements are open in which white space is shown."""
        self.bold = 0
        """How many elements are open that make text bold."""
        self.says_something = False

    def __bool__(self) -> bool:
        return bool(self._spans)

    @property
    def is_bold(self) -> bool:
        """Whether all of it is in bold."""
        return bool(self._in_bold and not self._plain)

    def words(self, start: int, end: int) -> None:
        """A stretch of the page without tags."""
        if start >= end:
            return
        said = verbatim(self._source, start, end)
        is_space = said.text.isspace()
        if not self.pre and is_space:
            self._spans.append(Shown(" "))
            return
        self._spans.append(said)
        self.says_something = self.says_something or not is_space
        if self.bold:
            self._in_bold += 1
        elif not is_space:
            self._plain += 1

    def instead(self, said: str, start: int, end: int) -> None:
        """What is shown instead of a stretch of the page."""
        self._spans.append(Shown(said, (Run(0, len(said), start, end),)))
        self.says_something = True

    def space(self) -> None:
        """What stands before is not joined to what follows."""
        self._spans.append(Shown(" "))

    def line(self) -> None:
        """A line ends."""
        self._spans.append(Shown("\n" if self.pre else " "))

    def taken(self) -> Shown:
        """What is open, as it is shown; nothing is open then."""
        whole = joined(self._spans)
        self._spans, self._in_bold, self._plain, self.says_something = [], 0, 0, False
        text = whole.text
        if "&" in text:
            found = ((one, unescape(one[0])) for one in _ENTITY.finditer(text))
            whole = whole.edited(Edit(*one.span(), said) for one, said in found if said != one[0])
        if self.pre:
            first = len(whole.text) - len(whole.text.lstrip("\r\n"))
            return whole[first : len(whole.text.rstrip())] if whole.text.strip() else Shown()
        return whole.folded()
