"""
Naming: what an opening sentence calls its subject.

"Demon Dice, originally published as …, is a game", "A warship (from …) is", "Paul Michael Gross, OC (born 1959) is".
Only sentences that say what something is name a subject; of people the usual short forms of a name are names too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from language.english.vocabulary import HONORIFICS, NO_NAMES, NO_SUBJECTS, OF, SAYING_VERBS, STYLES

_MOST_WORDS = 10
_MOST_COMMON_WORDS = 4
_LONGEST_PERSON = 6
_INTRODUCTION = re.compile(r"(?:In|On|At|For|As|Under|Within) [^,.()]{2,60}, (?=\S)")
_ARTICLE = re.compile(r"(?:the|an?) ", re.IGNORECASE)
_QUOTED = re.compile(r'"\s?([^"\n]{2,100}?)[\s,.]*"|“([^“”\n]{2,100}?)[\s,.]*”')
_VERB = rf"(?:{'|'.join(sorted(SAYING_VERBS))})"
_STOP = re.compile(rf"(?<!\s)\s++\(|\(|,\s|\s(?={_VERB}\s)")
_PREDICATE = re.compile(rf"(?:^|[\s),]){_VERB}\s")
_LIFE = re.compile(
    r"[^(]{0,20}\((?=[^()]*(?:\b(?:born|died|née?)\b|\b[bc]\.|†|\d\s?[–—-]\s?(?:\d|[A-Z]|c\.|after|before)))|, born "
)
"""What follows a person's name: "(born 1959)", ", OC (1952–2010)"."""
_IS_A = re.compile(r"\s(?:is|was|are|were) (?:an?|the|one) ")
_WORD = re.compile(r"[^\s\"“”]+")
_NICKNAME = re.compile(r"[\"“]\s?([^\"“”]{2,30}?)\s?[\"”]")
_NUMBERS = (("ies", "y"), ("ches", "ch"), ("shes", "sh"), ("sses", "ss"), ("xes", "x"), ("s", ""))
_NO_PLURAL = ("ss", "us", "is", "ics", "series", "species")
_SUFFIXES = frozenset(["jr", "jr.", "sr", "sr.", "ii", "iii", "iv"])


@dataclass(frozen=True, slots=True)
class Naming:
    """The names of a subject."""

    names: tuple[str, ...]
    perhaps: tuple[str, ...] = ()
    """What others may call it too, though somebody else may bear the name."""


@lru_cache(maxsize=64)  # a document's opening is that of its first passage too
def of(sentence: str) -> Naming:
    """What the sentence names as its subject; no names if it does not say what something is."""
    at = match.end() if (match := _INTRODUCTION.match(sentence)) else 0
    article = _ARTICLE.match(sentence, at)
    bare = article.end() if article else at
    if (quoted := _QUOTED.match(sentence, bare)) and _PREDICATE.search(sentence, quoted.end()):
        return Naming((quoted[1] or quoted[2],))
    stop = _STOP.search(sentence, bare)
    if not stop:
        return Naming(())
    name, rest = _trimmed(sentence[bare : stop.start()]), sentence[stop.end() :]
    if not _may_name(name, sentence[stop.start() :], article is not None):
        return Naming(())
    person = _is_person(name) and bool(_LIFE.match(sentence, stop.start()) or _NICKNAME.search(name))
    if not person and not _PREDICATE.search(sentence, stop.start()):
        return Naming(())
    names = list(_with_place_or_style(name, rest, stop[0]))
    if person:
        first_and_last, perhaps = _short_forms(name)
        return Naming((*names, *first_and_last), tuple(perhaps))
    if name[0].islower():
        return Naming(tuple(_both_numbers(name)))
    names += _parts(name)
    if article and sentence.startswith(name, bare):
        names = [f"{article[0]}{names[0]}", *(one for one in names if " " in one)]
    return Naming(tuple(names))


def _trimmed(name: str) -> str:
    """Without an adverb after it or a common noun before it: "the film Lloyd"."""
    words = name.split(" ")
    if len(words) > 1 and words[-1].islower() and words[-1].endswith("ly"):
        words.pop()
    if len(words) > 1 and words[0].isalpha() and words[0].islower() and all(word[:1].isupper() for word in words[1:]):
        del words[0]
    return " ".join(words)


def _may_name(name: str, following: str, article: bool) -> bool:
    words = name.split()
    if not 0 < len(words) <= _MOST_WORDS or name[0] in "-*#>|`":
        return False
    if words[0].lower() in NO_SUBJECTS:  # "With the East Wind is a film"
        return len(words) > 1 and words[-1][0].isupper() and _IS_A.match(following) is not None
    if any(word[0].isupper() or word[0].isdecimal() for word in words[0 if article else 1 :]):
        return True
    if article:
        return 1 < len(words) <= _MOST_COMMON_WORDS  # "a demon" is what many texts say: no name
    return len(words) <= _MOST_COMMON_WORDS and words[0].lower() not in NO_NAMES


def _with_place_or_style(name: str, rest: str, stop: str) -> Iterator[str]:
    """ "Leland, North Carolina is"; of "Lambert, Margrave of Tuscany" one word would be everybody's of that name."""
    after = _STOP.search(rest) if stop.startswith(",") else None
    more = rest[: after.start()] if after else ""
    words = more.split()
    belongs = (
        bool(words)
        and not more.isupper()
        and not words[0][0].islower()
        and words[-1][0].isupper()
        and len(words) < _MOST_WORDS
    )
    if belongs:
        yield f"{name}, {more}"
    if " " in name or not (belongs and (OF & set(words) or words[0].lower() in STYLES)):
        yield name


def _parts(name: str) -> Iterator[str]:
    """ "Step by Step or Krok za krokem", "Guide: A Handbook": each is called so alone."""
    yield from (part for part in name.split(" or ") if part != name and part[:1].isupper())
    before, colon, _ = name.partition(": ")
    if colon and " " in before:
        yield before


def _both_numbers(name: str) -> list[str]:
    """A common noun, one and many: others write of "aircraft carriers" what "an aircraft carrier" is."""
    for many, one in _NUMBERS:
        if name.endswith(many) and not name.endswith(_NO_PLURAL):
            return [name, name.removesuffix(many) + one]
    if name.endswith("y") and name[-2:-1] not in "aeiou":
        return [name, f"{name[:-1]}ies"]
    return [name, f"{name}es" if name.endswith(("s", "x", "ch", "sh")) else f"{name}s"]


def _is_person(name: str) -> bool:
    words = _WORD.findall(_NICKNAME.sub(" ", name))
    return 1 < len(words) <= _LONGEST_PERSON and all(word[0].isupper() for word in words)


def _short_forms(name: str) -> tuple[list[str], list[str]]:
    """What other texts call a person: by first and last name, with initials, by the nickname; and perhaps otherwise."""
    words = _WORD.findall(_NICKNAME.sub(" ", name))
    while len(words) > 2 and words[0].lower() in HONORIFICS:
        del words[0]
    while len(words) > 2 and (words[-1].lower() in _SUFFIXES or words[-1].isupper()):
        del words[-1]
    first, *middle, last = words
    surely, perhaps = [f"{first} {last}"], list[str]()
    if middle:
        surely.append(f"{first} {'. '.join(word[0] for word in middle)}. {last}")
        perhaps.append(f"{'. '.join(word[0] for word in words[:-1])}. {last}")
        perhaps += (f"{word} {last}" for word in middle[:2])  # many go by their second name
    if len(middle) > 1:
        surely.append(f"{first} {middle[-1]}")  # and of two family names by the first
    if nickname := _NICKNAME.search(name):
        surely.append(f"{nickname[1]} {last}")
    return surely, perhaps
