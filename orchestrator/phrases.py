"""The phrases of an English question that others may refer to or replace: names, periods, what "the" begins."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from language.english.sorts import Sort, sort_of
from language.languages import detect, likely
from language.naming import names

AUXILIARIES = frozenset(
    (
        *("is", "are", "was", "were", "do", "does", "did", "has", "have", "had", "can", "could", "will", "would"),
        *("shall", "should", "may", "might", "must"),
    )
)
BE = frozenset(("is", "are", "was", "were"))
PREPOSITIONS = frozenset(
    ("in", "on", "at", "for", "from", "to", "of", "by", "with", "since", "until", "during", "before", "after", "under")
)
_ENDS = (
    AUXILIARIES
    | PREPOSITIONS
    | frozenset(
        (
            *("a", "an", "and", "as", "be", "been", "it", "its", "or", "that", "the", "their", "this", "than"),
            *("what", "when", "where", "which", "who", "why", "how"),
        )
    )
)
"""Words that are no part of what "the" begins."""
_BASES = frozenset(
    (
        *("apply", "approve", "begin", "belong", "close", "come", "contain", "cost", "cover", "earn", "end", "expire"),
        *("get", "go", "happen", "have", "hold", "include", "keep", "last", "leave", "lie", "listen", "live", "look"),
        *("make", "mean", "meet", "need", "offer", "own", "pay", "produce", "provide", "receive", "report", "require"),
        *("run", "sell", "serve", "start", "store", "support", "take", "use", "want", "weigh", "work"),
    )
)
"""Verbs, as they stand behind their subject after "does"."""
_PARTICIPLE = re.compile(
    r"\w+ed|built|made|written|held|found|kept|paid|sold|lit|born|done|run|open|opens|work|works|cost|costs"
)
_DETERMINED = re.compile(r"\b(?:(\w+)\s+)?(the|an?|my|our)\b(?=((?:\s+[\w'’-]+){1,6}))", re.IGNORECASE)
_MONTH = r"(?:January|February|March|April|May|June|July|August|September|October|November|December)"
PERIOD = re.compile(
    rf"\b(?:(?:19|20)\d\d-W\d\d|(?:19|20)\d\d-\d\d(?:-\d\d)?|[QH][1-4](?:[ -](?:19|20)\d\d)?"
    rf"|(?:\d{{1,2}} )?{_MONTH}(?: \d{{1,2}})?(?:,? (?:19|20)\d\d)?|(?:19|20)\d\d)(?![\w-])"
)


class Phrase(NamedTuple):
    """A phrase, and where it stands."""

    text: str
    start: int
    end: int


def is_english(text: str) -> bool:
    """Whether a text is in English as far as can be told."""
    return not (found := likely(text)) or "en" in found


def determined(text: str) -> Iterator[Phrase]:
    """What an article begins: "the billing service". Behind "does" it ends before the verb."""
    for found in _DETERMINED.finditer(text):
        words = list(re.finditer(r"\S+", found[3]))
        end = next((number for number, word in enumerate(words) if word[0].lower() in _ENDS), len(words))
        if (found[1] or "").lower() in AUXILIARIES - BE:
            bare = next((number for number in range(1, end) if words[number][0].lower() in _BASES), 0)
            ends = end > 1 and not text[found.start(3) + words[end - 1].end() :].strip(" ?.!")
            end = bare or end - ends
        if end > 1 and _PARTICIPLE.fullmatch(words[end - 1][0].lower()):
            end -= 1
        if end:
            stop = found.start(3) + words[end - 1].end()
            yield Phrase(text[found.start(2) : stop], found.start(2), stop)


def named(text: str) -> list[Phrase]:
    """The names and identifiers of a question; periods are none."""
    return [Phrase(*one) for one in names(text, detect(text)) if not PERIOD.fullmatch(one.name)]


def is_of_person(phrase: str) -> bool:
    """Whether a phrase is of somebody by its last noun: "the managing director"."""
    return sort_of(phrase.lower().rsplit(None, 1)[-1]) is Sort.PERSON


def has_ending(text: str) -> bool:
    """Whether a word of a text can stand in no noun phrase."""
    return not _ENDS.isdisjoint(text.lower().split())
