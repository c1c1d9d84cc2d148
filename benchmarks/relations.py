"""What passages of an encyclopedia state in so many words: (relation, value), found by their usual phrases."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from benchmarks.datasets import Record

MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_MONTH = f"(?:{'|'.join(MONTHS)})"
DAY = rf"(?:\d{{1,2}} {_MONTH} \d{{4}}|{_MONTH} \d{{1,2}}, \d{{4}})"
_PART = r"[A-ZÀ-ÞŠŽČĆŚŻŁ][\w'’-]+"
_NAME = rf"{_PART}(?: (?:(?:de|van|von|der|di|da|la|bin|al) )?(?:[A-Z]\.|{_PART})){{1,3}}"
_PLACE = rf"{_PART}(?: {_PART}){{0,2}}(?:, {_PART}(?: {_PART})?)?"
_IN_BRACKETS = r"\(\s?(?:[^()]{0,40}[;,] ?)?"

_PATTERNS: Mapping[str, re.Pattern[str]] = {
    relation: re.compile(pattern)
    for relation, pattern in {
        "director": rf"\bdirected by ({_NAME})",
        "composer": rf"\b(?:music (?:was |is )?(?:composed )?by|composed by|score by) ({_NAME})",
        "performer": rf"\b(?:song|single|album) (?:recorded |released )?by (?:[a-z-]+ |American |British )*({_NAME})",
        "writer": rf"\bwritten by ({_NAME})",
        "producer": rf"\bproduced by ({_NAME})",
        "star": rf"\b(?:starring|stars) ({_NAME})",
        "father": rf"\b(?:son|daughter) of ({_NAME})",
        "spouse": rf"\b(?:wife of|husband of|married to) ({_NAME})",
        "birthplace": rf"\b(?:was born in|[Bb]orn in|born {DAY} in) ({_PLACE})",
        "birth date": rf"{_IN_BRACKETS}(?:born )?({DAY})(?=\s?[-–—)])",
        "death date": rf"{DAY}\s?[–—-]\s?({DAY})\s?\)",
        "year": r"^[^.]{0,120}?\bis an? (\d{4}) [^.]{0,60}\b(?:film|album|song|single)\b",
    }.items()
}


class Phrases(NamedTuple):
    """How one speaks of a relation."""

    question: str
    """What asks for its value."""
    of: str = ""
    """Its value, by whom or what it is of; empty if that is nobody to ask more about."""
    another: str = ""
    """A work, by the relation's value."""


PHRASES: Mapping[str, Phrases] = {
    "director": Phrases("Who directed {}?", "the director of {}", "the other film directed by {}"),
    "composer": Phrases("Who composed the music of {}?", "the composer of {}", "the other film with music by {}"),
    "performer": Phrases("Who performed {}?", "the performer of {}"),
    "writer": Phrases("Who wrote {}?", "the writer of {}", "the other film written by {}"),
    "producer": Phrases("Who produced {}?", "the producer of {}", "the other film produced by {}"),
    "star": Phrases("Who starred in {}?", "the star of {}", "the other film starring {}"),
    "father": Phrases("Who is the father of {}?", "the father of {}"),
    "spouse": Phrases("Who is the spouse of {}?", "the spouse of {}"),
    "birthplace": Phrases("Where was {} born?"),
    "birth date": Phrases("When was {} born?"),
    "death date": Phrases("When did {} die?"),
    "year": Phrases("In what year was {} released?"),
}
_OF_WORKS = frozenset(("director", "composer", "writer", "producer", "star"))


class Statement(NamedTuple):
    """`subject`'s `relation` is `value`, says the passage of that title."""

    title: str
    subject: str
    relation: str
    value: str


def statements(passage: Record) -> Iterator[Statement]:
    """One at most for each relation, the first that the passage makes; a maker only of what is called a work."""
    subject, text = named(passage["title"]), passage["text"]
    is_work = bool(_PATTERNS["year"].search(text))
    for relation, pattern in _PATTERNS.items():
        if relation in _OF_WORKS and not is_work:
            continue
        if (match := pattern.search(text)) and match[1] not in subject:
            yield Statement(passage["title"], subject, relation, match[1])


def named(title: str) -> str:
    """A title without what tells it from others of the same name."""
    return re.sub(r"\s*\([^()]*\)$", "", title)
