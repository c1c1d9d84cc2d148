"""
What a question asks: its words by what they tell, and what a text says to them.

"Where was the director of Lloyd born?" asks for `direct` and for `birth`: of the names in Lloyd's text, the one beside
"directed by" leads on.
"""

from __future__ import annotations

from bisect import bisect
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from connectome.ports import Agent, LexicalIndex
from connectome.text import spoken, words
from language.function_words import FUNCTION_WORDS
from language.relations import FAMILY_OF

NEAR = 3
"""A word so near to a name counts fully,"""
FADING = 4
"""and half when it is so much farther."""
SURELY = 0.6
"""A word that counts so much beside a name led to what the name stands for."""
APART = 12
"""The words of one sentence are so much farther from those of the next."""
_BREAK = "_"
"""A word that is none, between sentences."""
_ENDS = (". ", "! ", "? ", "\n")


class Cut:
    """A text cut into words, with breaks between its sentences. Where they stand is asked of few: found when asked."""

    def __init__(self, words: Sequence[str], terms: Terms) -> None:
        self.words = words
        self.terms = frozenset(map(terms.__getitem__, set(words)))
        """The terms of its words."""
        self._terms = terms

    @cached_property
    def where(self) -> Mapping[str, Sequence[int]]:
        """By word: where it stands."""
        where: dict[str, list[int]] = {}
        for at, word in enumerate(self.words):
            where.setdefault(word, []).append(at)
        return where

    @cached_property
    def places(self) -> Mapping[str, Sequence[int]]:
        """By term: where its words stand."""
        places: dict[str, list[int]] = {}
        for word, where in self.where.items():
            places.setdefault(self._terms[word], []).extend(where)
        return places


class Terms(dict[str, str]):
    """By word: the form that it has in common with others, its family's or its stem; empty for stop words."""

    MOST_WORDS = 200_000

    def __init__(self, lexical: LexicalIndex) -> None:
        super().__init__()
        self._stems = lexical.stems
        self._stem_of: dict[str, str] = {}
        self.cut = lru_cache(maxsize=2_048)(self._cut)
        """What a title and a text hold: texts that many questions wake are cut once."""

    def __missing__(self, word: str) -> str:
        if len(self) >= self.MOST_WORDS:
            self.clear()
            self._stem_of.clear()
        term = self[word] = FAMILY_OF.get(word) or self.stem(word)
        return term

    def _cut(self, title: str, text: str) -> Cut:
        whole = f"{title}\n{text}"
        for end in _ENDS:
            whole = whole.replace(end, f"{end}{_BREAK} ")
        return Cut(words(whole), self)

    def stem(self, word: str) -> str:
        """A word's stem; empty for stop words."""
        if (known := self._stem_of.get(word)) is None:
            known = self._stem_of[word] = "" if word in FUNCTION_WORDS else next(iter(self._stems(word)), "")
        return known


@lru_cache(maxsize=8)
def terms_of(lexical: LexicalIndex) -> Terms:
    """The terms of an index, remembered from question to question."""
    return Terms(lexical)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question's words, and its terms with what each tells: the rarer in the mind, the more."""

    terms: Terms
    words: Sequence[str]
    spoken: Sequence[str]
    weights: Mapping[str, float]

    def share(self, held: Collection[str]) -> float:
        """How much of what is asked these terms are, from 0 to 1."""
        total = sum(self.weights.values())
        return sum(weight for term, weight in self.weights.items() if term in held) / total if total else 0.0

    def without(self, words: Collection[str]) -> Asked:
        """What is asked besides some of the words."""
        known = {self.terms[word] for word in words}
        left = {term: weight for term, weight in self.weights.items() if term not in known}
        return Asked(self.terms, self.words, self.spoken, left)

    @property
    def stems(self) -> list[str]:
        """What the lexical index is asked for: the stems of all words that tell something."""
        return list(dict.fromkeys(stem for word in self.words if (stem := self.terms.stem(word))))

    def found_by(self, held: Collection[str]) -> list[str]:
        """The question's own words for these terms, in its order."""
        return [said for word, said in zip(self.words, self.spoken, strict=True) if self.terms[word] in held]


def asked(lexical: LexicalIndex, mind: str, question: str) -> Asked:
    """What a question asks in a mind."""
    terms, parts = terms_of(lexical), words(question)
    stems = {word: terms.stem(word) for word in dict.fromkeys(parts)}
    rarities = lexical.rarities(mind, [stem for stem in stems.values() if stem])
    weights: dict[str, float] = {}
    for word, stem in stems.items():
        if stem:
            weights[terms[word]] = max(rarities[stem], weights.get(terms[word], 0.0))
    said = spoken(question)
    return Asked(terms, parts, said if len(said) == len(parts) else parts, weights)


@dataclass(frozen=True, slots=True)
class Beside:
    """What of a question stands beside a name in a text."""

    share: float
    """How much of what is asked, from 0 to 1."""
    terms: frozenset[str]
    """Those that are surely said of it."""


class Reading:
    """An agent's text, read for a question."""

    def __init__(self, agent: Agent, asked: Asked) -> None:
        self.agent = agent
        self._cut = asked.terms.cut(agent.title, agent.text)
        self.held = asked.weights.keys() & self._cut.terms
        """The question's terms in the text and its title."""

    def beside(self, names: Iterable[tuple[int, str]], left: Asked, known: Collection[str]) -> dict[int, Beside]:
        """What of `left`, without the terms that are `known`, stands beside each of the names (concept, key)."""
        weights = left.weights
        breaks = self._cut.where.get(_BREAK, ())
        places = [
            (at, bisect(breaks, at), term)
            for term in self.held & weights.keys()
            if term not in known
            for at in self._cut.places[term]
        ]
        if not places:
            return {}
        total, found = sum(weights.values()), dict[int, Beside]()
        for concept, key in names:
            near: dict[str, float] = {}
            parts = key.split(" ")
            for start in self._starts(parts):
                sentence = bisect(breaks, start)
                for at, among, term in places:
                    apart = APART * abs(among - sentence)
                    near[term] = max(near.get(term, 0.0), _nearness(at, start, start + len(parts), apart))
            if near:
                share = sum(weights[term] * amount for term, amount in sorted(near.items())) / total
                found[concept] = Beside(share, frozenset(term for term, amount in near.items() if amount > SURELY))
        return found

    def _starts(self, parts: list[str]) -> Iterator[int]:
        words = self._cut.words
        for start in self._cut.where.get(parts[0], ()):
            if words[start : start + len(parts)] == parts:
                yield start


def _nearness(at: int, start: int, end: int, apart: int) -> float:
    """How near a word is to those from `start` to `end`, from 0 to 1; a name's own words say nothing of it."""
    if start <= at < end:
        return 0.0
    distance = apart + (start - at if at < start else at - end + 1)
    return 1.0 if distance <= NEAR else FADING / (FADING + distance - NEAR)
