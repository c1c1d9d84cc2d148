"""Terms of a page, and which of them the next definition is of."""

from __future__ import annotations

from genesis.readers.writer import BELOW_ALL, LONGEST_LEAD, Writer
from genesis.structure import Kind, Shown, joined

_MOST_TERMS = 10
"""Terms that share a definition."""
_DEEPEST = 4
"""Lists of terms within each other that know the term around them."""
BELOW_TERMS = BELOW_ALL + _DEEPEST + 1
"""The level of a heading in what a term is."""


class Terms:
    """Those without a definition so far, and what stands in the list that is open."""

    def __init__(self, out: Writer) -> None:
        self._out = out
        self._waiting: list[Shown] = []
        """Terms without a definition so far; the next is that of all."""
        self._term = Shown()
        self._outer: list[Shown] = []
        """Of each list that is open, the term that it defines."""
        self.is_term = False
        self.is_definition = False

    @property
    def is_nested(self) -> bool:
        """Whether a list is open that stands below a term."""
        return any(self._outer)

    def begin_list(self) -> None:
        """A list of terms begins; one that says what a term is stands below that."""
        term = self.defined() if len(self._outer) < _DEEPEST else Shown()
        self._outer.append(term)
        self._out.heading(BELOW_ALL + len(self._outer), term)
        self.is_definition = False

    def end_list(self) -> None:
        """It ends."""
        self.end()
        if not self._outer:
            return
        level = BELOW_ALL + len(self._outer)
        self._term = self._outer.pop()
        self.is_definition = bool(self._term)
        if self._term:
            self._out.leave(level)

    def open(self, defines: bool) -> None:
        """A term begins, or what it is."""
        self.is_term = self.is_term or not defines
        self.is_definition = defines

    def close_value(self) -> None:
        """What a label says ends."""
        self.end()
        self.is_term = self.is_definition = False

    def begin(self, said: Shown) -> None:
        """A term."""
        if len(self._waiting) >= _MOST_TERMS:
            self.end()
        self.is_term = False
        end = len(said.text.rstrip(" :"))
        self._waiting.append(said[:end] if end else said)

    def end(self) -> None:
        """Terms that nothing defines are text."""
        self._out.add(Kind.PARAGRAPH, joined(self._waiting, ", "))
        self._waiting, self._term = [], Shown()

    def defined(self) -> Shown:
        """The terms of the definition that is open, if one is."""
        if not self.is_definition:
            return Shown()
        if self._waiting:
            self._waiting, self._term = [], joined(self._waiting, ", ")
        return self._term

    def lead(self, *kinds: Kind) -> Shown:
        """What opens a list, a table or code: the term that it defines, or the last sentence above."""
        if self.is_definition and sum(map(len, self._waiting)) > LONGEST_LEAD:
            self.end()
        term = self.defined()
        return term if 0 < len(term) <= LONGEST_LEAD else self._out.lead(*kinds)
