"""Synonyms: by which other words a sentence may say those of a question."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from agent_host.sentence import Sentence
from agent_host.words import STOP_WORDS, WORD, term
from language.folding import fold
from language.inflection import derived
from language.thesaurus import otherwise, units

_DERIVED = 0.8
"""How surely a word of the same root says the same."""
_SURE = 0.5
"""What says the noun asked for says it at least so surely."""


@dataclass(frozen=True, slots=True)
class Synonyms:
    """
    By term of a text: the question's terms that it says, each with how surely, from 0 to 1; and the phrases that say
    some, by one of their terms.
    """

    words: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    phrases: Mapping[str, Sequence[tuple[str, Mapping[str, float]]]] = field(default_factory=dict)

    def said(self, sentence: Sentence) -> Mapping[str, float]:
        """The question's terms that a sentence says in other words, each with how surely."""
        found: dict[str, float] = {}
        for one in self.words.keys() & sentence.terms:
            found = _highest(found, self.words[one])
        for cue in self.phrases.keys() & sentence.terms:
            for phrase, meant in self.phrases[cue]:
                if phrase in sentence.folded:
                    found = _highest(found, meant)
        return found

    def saying(self, key: str) -> frozenset[str]:
        """The terms that say a term of the question, itself among them."""
        return frozenset((key, *(one for one, meant in self.words.items() if meant.get(key, 0.0) >= _SURE)))


def synonyms(text: str) -> Synonyms:
    """The synonyms of a question's words; its names have none."""
    found = list(WORD.finditer(text))
    folded = [fold(match.group()) for match in found]
    words: dict[str, Mapping[str, float]] = {}
    phrases: dict[str, list[tuple[str, Mapping[str, float]]]] = {}
    for start, end in units(folded):
        if end - start == 1 and (_is_name(found[start].group(), start) or folded[start] in STOP_WORDS):
            continue
        said = (term(match.group()) for match in found[start:end])
        terms = [one for one in said if one not in STOP_WORDS]
        levels: dict[float, Mapping[str, float]] = {}
        for other, cue, surely in _others(" ".join(folded[start:end])):
            meant = levels.get(surely) or levels.setdefault(surely, dict.fromkeys(terms, surely))
            if other:
                phrases.setdefault(cue, []).append((other, meant))
            else:
                words[cue] = _highest(words[cue], meant) if cue in words else meant
    return Synonyms(words, phrases)


@lru_cache(maxsize=4_096)
def _others(unit: str) -> Sequence[tuple[str, str, float]]:
    """What else says a word or phrase: a phrase between blanks, or nothing, its first term, and how surely."""
    found: dict[tuple[str, str], float] = {}
    for form, surely in (*otherwise(unit).items(), *((form, _DERIVED) for form in derived(unit))):
        cue = next((one for one in map(term, form.split()) if one not in STOP_WORDS), "")
        if cue and (" " in form or cue != term(unit)):
            key = (f" {form} " if " " in form else "", cue)
            found[key] = max(found.get(key, 0.0), surely)
    return [(phrase, cue, surely) for (phrase, cue), surely in found.items()]


def _is_name(word: str, at: int) -> bool:
    return (at > 0 and word[0].isupper()) or not word[0].isalpha()


def _highest(one: Mapping[str, float], other: Mapping[str, float]) -> dict[str, float]:
    """Each key with the higher of its values."""
    return {key: max(one.get(key, 0.0), other.get(key, 0.0)) for key in (*one, *other)}
