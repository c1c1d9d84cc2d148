"""
Concepts: the names that a passage is about, and those that it mentions.

Names are given as they are written: the connectome folds case, articles and inflection. Better a few too many
mentions than a missing one: a name that nobody else uses links nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from language.english import entities
from language.english import opening as openings
from language.english.entities import TOKEN
from language.english.vocabulary import CONNECTORS, GENERIC_HEADINGS

MOST_CONCEPTS = 10
MOST_MENTIONS = 64
LONGEST_NAME = 100
_MOST_WORDS = 9
_QUOTED = re.compile(r'"\s?([^"\n]{2,80}?)[\s,.;]*"|[“«]\s?([^“”«»\n]{2,80}?)[\s,.;]*[”»]|`{1,2}([^`\n]{2,60})`{1,2}')
_BOLD = re.compile(r"(?:\*\*|__|''')(\w[^*\n]{0,98}?)(?:\*\*|__|''')")
_FINAL_PARENTHESIS = re.compile(r"(?<!\s)\s*+\(([^()]*+)\)\s*$")
_NUMBERING = re.compile(
    r"^(?:(?:chapter|section|part|appendix)\s+)?(?:\d{1,3}(?:\.\d{1,3})+[.):]?|\d{1,3}[.):]|[A-Z][.):])\s+",
    re.IGNORECASE,
)
_KNOWN_AS = re.compile(
    r"\b(?:(?:also|better|formerly|originally|commonly|professionally|usually|previously|otherwise|sometimes)"
    r" (?:known|called|written|spelled|named|titled|published|released|credited)(?: professionally)?(?: as)?|"
    r"known (?:professionally )?as|abbreviated(?: as| to)?|nicknamed|(?:pen|stage|ring) ?name|a\.k\.a\.|aka|short for|"
    r"née|or simply|or just|simply as)[:,]?\s+"
)
_ACRONYM = re.compile(r"\(\s?([A-Z][a-z]*+[A-Z][A-Za-z0-9]*+)\s?[),;]")


@dataclass(frozen=True, slots=True)
class Concepts:
    """Names, the most telling first."""

    handled: Sequence[str]
    mentioned: Sequence[str]


def subject(title: str, opening: str) -> list[str]:
    """What a document is about: its title, its aliases, and what its first sentence calls it."""
    names = [title, *_title_aliases(title)] if title else []
    words = set(_words(title))
    # One word of the title ("Henry" of "Henry, Count of Looz") would be everybody's of that name.
    names.extend(
        name
        for name in openings.of(opening).names
        if not title
        or (not name.startswith("The ") and (_stands_for(title, name) or (words & set(_words(name)) and " " in name)))
    )
    names.extend(match[1] for match in _BOLD.finditer(opening))
    for match in _KNOWN_AS.finditer(opening):
        names.extend(_name_at(opening, match.end()))
    for match in _ACRONYM.finditer(opening):
        if any(_stands_for(match[1], name) for name in names):
            names.append(match[1])
    return _distinct(names, MOST_CONCEPTS)


def concepts(
    subject: Sequence[str], heading_path: Sequence[str], text: str, sentences: Sequence[tuple[int, int]]
) -> Concepts:
    """The concepts of a passage; `sentences` are spans of `text`, `subject` is its document's."""
    opening = openings.of(text[slice(*sentences[0])] if sentences else "")
    headings = [name for heading in reversed(heading_path) for name in _heading_names(heading)]
    own = [*subject[:1], *headings[:4], *subject[1:], *headings[4:]]
    handled = _distinct(own or opening.names, MOST_CONCEPTS)
    quoted = [name for match in _QUOTED.finditer(text) if _is_title(name := match[1] or match[2] or match[3], match)]
    known = {name.casefold() for name in handled}
    found = _distinct(chain(opening.perhaps, quoted, entities.names(text, sentences)), MOST_MENTIONS + len(known))
    return Concepts(handled, [name for name in found if name.casefold() not in known][:MOST_MENTIONS])


def _is_title(name: str, match: re.Match[str]) -> bool:
    """Whether what is in quotes is a name: code, or few words that begin with a capital."""
    if match[3]:
        return True
    return (name[0].isupper() or name[0].isdecimal()) and name.count(" ") < _MOST_WORDS and not name.isdecimal()


def _title_aliases(title: str) -> Iterator[str]:
    final = _FINAL_PARENTHESIS.search(title)
    if final and final.start():
        bare = title[: final.start()]
        yield bare
        if _stands_for(final[1], bare) or _stands_for(bare, final[1]):
            yield final[1]


def _heading_names(heading: str) -> Iterator[str]:
    name = _NUMBERING.sub("", heading).strip().rstrip(":")
    if name.casefold() in GENERIC_HEADINGS or not name:
        return
    yield name
    yield from _title_aliases(name)


def _name_at(text: str, at: int) -> Iterator[str]:
    """The name, or the quoted words, that begin at `at`."""
    if quoted := _QUOTED.match(text, at):
        yield quoted[1] or quoted[2] or quoted[3]
        return
    if bold := _BOLD.match(text, at):
        yield bold[1]
        return
    run = next(entities.runs(text, at, min(len(text), at + LONGEST_NAME)), None)
    if run and run.start - at <= 4:
        yield run.said(text)


def _stands_for(acronym: str, words: str) -> bool:
    """Whether the acronym is made of the first letters of the last words (connectors may be left out)."""
    letters = [letter for letter in acronym if letter.isupper()]
    if not 2 <= len(letters) <= 10 or len(letters) < len(acronym) / 2:
        return False
    said = TOKEN.findall(words)
    every = [part[0].upper() for word in said for part in word.split("-") if part]
    capitals = [part[0].upper() for word in said for part in word.split("-") if part and word not in CONNECTORS]
    return every[-len(letters) :] == letters or capitals[-len(letters) :] == letters


def _words(name: str) -> Iterator[str]:
    return (word.casefold() for word in TOKEN.findall(name) if len(word) > 1)


def _distinct(names: Iterable[str], most: int) -> list[str]:
    """The first of each name, folding case; none that is too long or says nothing."""
    found: dict[str, str] = {}
    for name in names:
        said = name.strip(" .,;:*_") if not name.startswith("_") else name
        if 1 < len(said) <= LONGEST_NAME:
            found.setdefault(said.casefold(), said)
            if len(found) == most:
                break
    return list(found.values())
