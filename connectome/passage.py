"""
A passage as the graph and the lexical index have it: its terms and where they stand, as `language.text` read them.

Nothing takes the text itself apart when a question comes. Agents that were learned before texts were read once have
only the text; theirs is read when it is needed.
"""

from __future__ import annotations

from bisect import bisect
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property, lru_cache

from language import text as language_text
from language.sentences import sentences
from language.terms import term
from myriad.agent.v1.text_pb2 import UNIT_KIND_SENTENCE, Text, Unit


def said(read: Text, path: Sequence[str], text: str) -> Text:
    """What is kept of a passage: all that finding it takes. It is read here if nobody has."""
    if not (read.terms or read.path_terms):
        read = language_text.read(text, path=path)
    starts = [one.parts[0] for one in read.units if one.kind == UNIT_KIND_SENTENCE and one.parts]
    starts = starts or [start for start, _ in sentences(text, read.language)]
    return Text(
        language=read.language,
        terms=read.terms,
        token_terms=read.token_terms,
        token_starts=read.token_starts,
        path_terms=read.path_terms,
        units=[Unit(kind=UNIT_KIND_SENTENCE, parts=[start]) for start in sorted(set(starts))],
    )


def kept(stored: bytes | None, path: Sequence[str], text: str) -> Text:
    """What the graph has kept of a passage."""
    return Text.FromString(stored) if stored else said(Text(), path, text)


class Passage:
    """What a passage says: its terms, and where they stand, in characters, and in which sentence."""

    def __init__(self, said: Text) -> None:
        self._said = said
        self._named: dict[str, Sequence[tuple[int, int, int]]] = {}
        self.terms = frozenset((*said.terms, *said.path_terms))
        """With those of its title and headings."""

    def places(self, term: str) -> Sequence[tuple[int, int]]:
        """Where a term stands: (place, number of the sentence). The title is a sentence before the others."""
        numbers, starts = self._numbers, self._starts
        found = [(starts[place], self.sentence(starts[place])) for place in numbers.get(term, ())]
        return found or ([(0, 0)] if term in self.terms else [])

    def sentence(self, start: int) -> int:
        return bisect(self._sentences, start)

    def names(self, key: str) -> Sequence[tuple[int, int, int]]:
        """
        Where a name stands, by the terms of its words one after the other.

        The place of the first, that of the last, and the number of the sentence. Few names are asked for, again and
        again: those that lead on.
        """
        if key not in self._named:
            self._named[key] = [(start, end, self.sentence(start)) for start, end in self._find(key)]
        return self._named[key]

    def _find(self, key: str) -> Iterator[tuple[int, int]]:
        parts, numbers = terms_of(key, self._said.language), self._numbers
        if not parts or any(part not in numbers for part in parts):
            return
        after = [frozenset(numbers[part]) for part in parts[1:]]
        for place in numbers[parts[0]]:
            if all(place + far in some for far, some in enumerate(after, 1)):
                yield self._starts[place], self._starts[place + len(after)]

    @cached_property
    def own(self) -> frozenset[str]:
        """The terms of its text alone."""
        return frozenset(self._said.terms)

    @cached_property
    def content(self) -> object:
        """Equal for passages that say the same."""
        return (*self._said.terms, *self._said.token_terms)

    @cached_property
    def _starts(self) -> Sequence[int]:
        """Where each token begins, each place once."""
        return list(dict.fromkeys(self._said.token_starts))

    @cached_property
    def _numbers(self) -> Mapping[str, Sequence[int]]:
        """By term: the numbers of the places where it stands."""
        terms, found = list(self._said.terms), dict[str, list[int]]()
        number, last = -1, -1
        for one, start in zip(self._said.token_terms, self._said.token_starts, strict=False):
            number += start != last
            last = start
            found.setdefault(terms[one], []).append(number)
        return found

    @cached_property
    def _sentences(self) -> Sequence[int]:
        return [unit.parts[0] for unit in self._said.units]


@lru_cache(maxsize=16_384)
def terms_of(key: str, language: str) -> tuple[str, ...]:
    """The terms of a name's words."""
    return tuple(filter(None, (term(word, language) for word in key.split())))
