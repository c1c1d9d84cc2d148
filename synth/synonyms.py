"""Synonyms: the words of a question that a quote says in other words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from language.folding import fold
from language.inflection import derived
from language.thesaurus import otherwise, units
from synth.words import CONTENT_WORD, content, read

_SURELY = 0.5
"""A word that means what the question's does less surely than this does not say it."""


@dataclass(frozen=True, slots=True)
class Synonyms:
    """
    The beginnings of a question's words (`content`); and by folded word, and by phrase between blanks: those that it
    says.
    """

    asked: frozenset[str]
    words: Mapping[str, frozenset[str]]
    phrases: Mapping[str, frozenset[str]]

    def heard(self, text: str) -> frozenset[str]:
        """The beginnings of the question's words that a text says, be it otherwise."""
        beginnings, folded = read(text)
        return (beginnings & self.asked) | self.said(f" {folded} ")

    def said(self, text: str) -> frozenset[str]:
        """The beginnings of the question's words that a text says otherwise; it is folded, between blanks."""
        found = [self.words[word] for word in self.words.keys() & text.split()]
        found += [keys for phrase, keys in self.phrases.items() if phrase in text]
        return frozenset[str]().union(*found)


@lru_cache(maxsize=64)
def synonyms(question: str) -> Synonyms:
    """The synonyms of a question's words; its names have none."""
    spoken = CONTENT_WORD.findall(question)
    folded = [fold(word) for word in spoken]
    words: dict[str, frozenset[str]] = {}
    phrases: dict[str, frozenset[str]] = {}
    for start, end in units(folded):
        keys = frozenset(content(" ".join(spoken[start:end])))
        if not keys or (end - start == 1 and start and spoken[start][0].isupper()):
            continue
        for other in _others(" ".join(folded[start:end])):
            kind = phrases if other[0] == " " else words
            kind[other] = kind.get(other, frozenset()) | keys
    return Synonyms(frozenset(content(question)), words, phrases)


@lru_cache(maxsize=4_096)
def _others(unit: str) -> Sequence[str]:
    """What else says a word or phrase; phrases between blanks."""
    sure = [form for form, surely in otherwise(unit).items() if surely >= _SURELY]
    return [f" {form} " if " " in form else form for form in dict.fromkeys((*sure, *derived(unit)))]
