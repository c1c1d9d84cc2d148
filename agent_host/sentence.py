"""A sentence of a passage; what scoring needs of it is worked out when it is first looked at, and kept."""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from functools import cached_property

from agent_host.coreference import Resolved
from agent_host.form import is_fragment
from agent_host.spans import Span, spans
from agent_host.words import DEMONYMS, NATIONALITY, STOP_WORDS, WORD, term, tokens
from language.folding import fold


@dataclass(frozen=True, eq=False)
class Sentence:
    """
    A sentence: its place in the passage's text, the header of the table that it is a row of, and what its first
    pronoun or description stands for.
    """

    text: str
    start: int
    header: str
    resolved: Resolved

    @cached_property
    def terms(self) -> frozenset[str]:
        found = set(map(term, WORD.findall(self.text))) - STOP_WORDS
        if not found.isdisjoint(DEMONYMS):
            found.add(NATIONALITY)
        return frozenset(found)

    @cached_property
    def folded(self) -> str:
        """Its words folded, between blanks."""
        return f" {fold(self.text)} "

    @cached_property
    def header_terms(self) -> frozenset[str]:
        return frozenset(map(term, WORD.findall(self.header))) - STOP_WORDS if self.header else frozenset()

    @cached_property
    def term_sequence(self) -> tuple[str, ...]:
        """Its terms in order."""
        return tuple(found for found, _ in self._places)

    @cached_property
    def term_starts(self) -> array[int]:
        """Where the word of each term of the sequence starts."""
        return array("I", (at for _, at in self._places))

    @property
    def _places(self) -> list[tuple[str, int]]:
        return [(found, at) for found, at in tokens(self.text) if found not in STOP_WORDS]

    @cached_property
    def spans(self) -> tuple[Span, ...]:
        return spans(self.text)

    @cached_property
    def is_fragment(self) -> bool:
        """Whether it says nothing by itself and is never quoted."""
        return is_fragment(self.text, self.header)
