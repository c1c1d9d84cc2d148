"""
What the words of a language ask for, as `data/asking/` says: words that ask, nouns asked for, verbs, units.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from language import tables
from language.folding import bare
from myriad.agent.v1 import question_pb2 as pb
from myriad.agent.v1 import text_pb2 as text_pb

_WANTS: Mapping[str, pb.Want.ValueType] = {
    "fact": pb.WANT_FACT, "yesno": pb.WANT_YES_NO, "definition": pb.WANT_DEFINITION, "how": pb.WANT_HOW,
    "why": pb.WANT_WHY, "list": pb.WANT_LIST, "count": pb.WANT_COUNT, "comparison": pb.WANT_COMPARISON,
    "summary": pb.WANT_SUMMARY,
}  # fmt: skip


class Word(NamedTuple):
    """A word in lower case, where it stands, and what tells how it is to be read."""

    low: str
    start: int
    end: int
    is_broken_off: bool
    """Whether a comma or the like stands before it."""
    is_capital: bool


@dataclass(frozen=True, slots=True)
class Asking:
    """What is asked for; numbers of the words that say so: those of the noun asked for."""

    want: pb.Want.ValueType = pb.WANT_UNSPECIFIED
    types: tuple[text_pb.SpanType.ValueType, ...] = ()
    sought: range = range(0)


class Phrases(dict[str, Asking]):
    """What phrases ask for; it knows how long those are that begin with a word."""

    def __init__(self) -> None:
        super().__init__()
        self._longest: dict[str, int] = {}

    def add(self, phrase: str, asking: Asking) -> None:
        """The first that is said of a phrase holds."""
        first, size = phrase.partition(" ")[0], phrase.count(" ") + 1
        self._longest[first] = max(size, self._longest.get(first, 0))
        self.setdefault(phrase, asking)

    def at(self, words: Sequence[Word], at: int) -> str:
        """The longest phrase that begins there; empty if none does."""
        for size in range(min(self._longest.get(words[at].low, 0), len(words) - at), 0, -1):
            if (phrase := " ".join(word.low for word in words[at : at + size])) in self:
                return phrase
        return ""


@dataclass(frozen=True, slots=True)
class Cues:
    """A language's table: by phrase, what it asks for; its other words by their name."""

    asks: Phrases
    nouns: Phrases
    verbs: Phrases
    units: Phrases
    words: Mapping[str, frozenset[str]]
    misspelt: Mapping[str, str]


@cache
def cues(language: str) -> Cues:
    """What is known of how a language asks."""
    kinds = {mark: Phrases() for mark in ("", "noun", "verb", "unit")}
    words: dict[str, frozenset[str]] = {}
    for key, phrases in tables.entries(f"asking/{language}").items():
        mark, *said = key.split()
        if mark == "words":
            name = "_".join(said)
            words[name] = words.get(name, frozenset()) | frozenset(map(bare, phrases))
            continue
        if mark not in kinds:
            mark, said = "", key.split()
        asking = _asking(said)
        for phrase in phrases:
            kinds[mark].add(bare(phrase), asking)
    if words:
        words["ending"] = (
            words["preposition"] | words["auxiliary"] | words["clause"] | words["article"] | words["pronoun"]
        )
    misspelt = dict(one.split("=") for one in words.get("misspelt", ()))
    return Cues(kinds[""], kinds["noun"], kinds["verb"], kinds["unit"], words, misspelt)


def _asking(said: Sequence[str]) -> Asking:
    want = _WANTS.get(said[0])
    types = said[1:] if want else said
    return Asking(
        want or pb.WANT_UNSPECIFIED, tuple(text_pb.SpanType.Value(f"SPAN_TYPE_{one.upper()}") for one in types)
    )


@cache
def languages() -> tuple[str, ...]:
    """The languages of which something is known of how they ask."""
    return tables.names("asking")


def asks(words: Sequence[Word], at: int, language: str = "en") -> str:
    """The longest phrase that asks and begins there; empty if none does."""
    return cues(language).asks.at(words, at)
