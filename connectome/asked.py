"""
What a question asks: its words by what they tell, and how near to them a text names a thing.

"Where was the director of Lloyd born?" asks for `direct`, then for `birth`: of the names in Lloyd's text, the one
beside "directed by" leads on.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from functools import lru_cache

from connectome.ports import LexicalIndex
from connectome.text import words
from language.relations import FAMILY_OF

NEAR = 3
"""A word so near to a name counts fully,"""
FADING = 4
"""and half when it is so much farther."""
BETWEEN_SENTENCES = 20
"""As many words apart are the end of one sentence and the beginning of the next."""
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[\"'“(]?\w)|\n+")


class Terms:
    """Brings words to one form: that of their family of relation words, or their stem; none for stop words."""

    def __init__(self, lexical: LexicalIndex) -> None:
        self._stems = lexical.stems
        self.of = lru_cache(maxsize=65_536)(self._of)

    def _of(self, word: str) -> str:
        return FAMILY_OF.get(word) or next(iter(self._stems(word)), "")


class Asked:
    """The terms of a question with their weights, which add up to 1."""

    def __init__(self, terms: Terms, weights: Mapping[str, float]) -> None:
        self._terms = terms
        self._weights = weights

    def beside(
        self, text: str, names: Iterable[tuple[int, str]], known: Collection[str]
    ) -> dict[int, tuple[float, frozenset[str]]]:
        """By concept (id, key) in the text: how much of what is asked and not `known` stands beside it, and what."""
        placed, at = list[str](), 0
        asked: list[tuple[int, str]] = []
        for sentence in _SENTENCE.split(text):
            for word in words(sentence):
                placed.append(word)
                term = self._terms.of(word)
                if term in self._weights and term not in known:
                    asked.append((len(placed) - 1, term))
            placed += [""] * BETWEEN_SENTENCES
        if not asked:
            return {}
        where: dict[str, list[int]] = {}
        for at, word in enumerate(placed):
            if word:
                where.setdefault(word, []).append(at)
        found = {}
        for concept, key in names:
            parts = key.split(" ")
            size = len(parts)
            best: dict[str, float] = {}
            for start in where.get(parts[0], ()):
                if placed[start : start + size] != parts:
                    continue
                for at, term in asked:
                    if start <= at < start + size:
                        continue
                    distance = start - at if at < start else at - start - size + 1
                    near = 1.0 if distance <= NEAR else FADING / (FADING + distance - NEAR)
                    if near > best.get(term, 0.0):
                        best[term] = near
            if best:
                found[concept] = (
                    sum(self._weights[term] * near for term, near in sorted(best.items())),
                    frozenset(term for term, near in best.items() if near > 0.6),
                )
        return found
