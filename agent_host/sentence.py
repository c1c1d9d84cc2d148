"""A sentence of a passage, with all that scoring needs worked out."""

from __future__ import annotations

import sys
from array import array
from dataclasses import dataclass

from agent_host.form import is_fragment
from agent_host.spans import Span, spans
from agent_host.words import DEMONYMS, NATIONALITY, STOP_WORDS, tokens


@dataclass(frozen=True, slots=True)
class Sentence:
    """
    A sentence: its place in the passage's text, its terms with where each starts in it, its spans; the header of the
    table that it is a row of; whether it is a mere fragment, which is never quoted.
    """

    text: str
    start: int
    terms: frozenset[str]
    term_sequence: tuple[str, ...]
    term_starts: array[int]
    spans: tuple[Span, ...]
    header: str
    header_terms: frozenset[str]
    is_fragment: bool

    @property
    def bytes(self) -> int:
        parts = (self.text, self.terms, self.term_sequence, self.term_starts, self.spans)
        return sum(map(sys.getsizeof, parts)) + len(self.spans) * sys.getsizeof((1, 2, 3))


def analyse(text: str, start: int, header: str = "") -> Sentence:
    """Work out a sentence that starts at `start` in its passage's text, below the header row if it is in a table."""
    found = [(term, at) for term, at in tokens(text) if term not in STOP_WORDS]
    words = {term for term, _ in found}
    if not words.isdisjoint(DEMONYMS):
        words.add(NATIONALITY)
    return Sentence(
        text=text,
        start=start,
        terms=frozenset(words),
        term_sequence=tuple(term for term, _ in found),
        term_starts=array("I", (at for _, at in found)),
        spans=spans(text),
        header=header,
        header_terms=frozenset(term for term, _ in tokens(header) if term not in STOP_WORDS),
        is_fragment=is_fragment(text, header),
    )
