"""
The thesaurus: what else a word or phrase of a question may be called in a text.

It is made from `data/thesaurus.txt`, which says how an entry is written. All words are folded.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from language import tables
from language.inflection import noun, verb

_INFLECTED: Mapping[str, Callable[[str], Iterable[str]]] = {"v:": verb, "n:": noun, "w:": lambda word: (word,)}
_ONLY_ASKED = "*"


@dataclass(slots=True)
class _Tables:
    families: dict[str, list[int]] = field(default_factory=dict)
    """By form: the families that it asks for."""
    said: list[dict[str, None]] = field(default_factory=list)
    """By family: the forms that say it, in order."""
    longest: dict[str, int] = field(default_factory=dict)
    """By first word of a phrase: the words of the longest that begins with it."""


def otherwise(form: str) -> Mapping[str, float]:
    """
    The words and phrases that say nearly the same as a folded one, in a fixed order, each with how surely, from 0 to 1.

    The more meanings a word has, the less surely any of them is meant.
    """
    families = _TABLES.families.get(form, ())
    found: dict[str, float] = {}
    for family in families:
        for other in _TABLES.said[family]:
            found[other] = found.get(other, 0.0) + 1 / len(families)
    found.pop(form, None)
    return found


def units(words: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Folded words cut into known phrases, the longest first, and single words: where each starts and ends."""
    at = 0
    while at < len(words):
        most = min(_TABLES.longest.get(words[at], 1), len(words) - at)
        known = (size for size in range(most, 1, -1) if " ".join(words[at : at + size]) in _TABLES.families)
        size = next(known, 1)
        yield at, at + size
        at += size


def _read() -> _Tables:
    found = _Tables()
    for line in tables.lines("thesaurus"):
        _add(found, line)
    return found


def _add(found: _Tables, line: str) -> None:
    left, arrow, right = line.partition(">")
    number = len(found.said)
    found.said.append(dict.fromkeys(_forms(right if arrow else left, asked=False)))
    for form in dict.fromkeys(_forms(left, asked=True)):
        found.families.setdefault(form, []).append(number)
        first, blank, _ = form.partition(" ")
        if blank:
            found.longest[first] = max(found.longest.get(first, 0), form.count(" ") + 1)


def _forms(listing: str, *, asked: bool) -> Iterator[str]:
    """The forms of the entries of a family, folded; without those that are only asked for unless that is wanted."""
    inflected = _INFLECTED["v:"]
    for entry in listing.split():
        if entry in _INFLECTED:
            inflected = _INFLECTED[entry]
        elif asked or not entry.endswith(_ONLY_ASKED):
            for form in inflected(entry.rstrip(_ONLY_ASKED).replace("_", " ")):
                yield form.replace("-", " ")


_TABLES = _read()
