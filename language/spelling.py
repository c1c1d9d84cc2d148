"""
Spelling: a question's words as the sources write them.

A word that no source has, but that differs by a letter or two from a word of a name, is that word; a name in a question
without capitals gets its own.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from functools import cache
from itertools import chain
from string import ascii_lowercase
from typing import NamedTuple

from language import tables
from language.folding import fold
from language.relations import FAMILY_OF
from language.thesaurus import otherwise

_FUNCTION_WORDS = tables.words("function_words/en")
_COMMON_NOUNS = frozenset(chain.from_iterable(tables.entries("common_nouns").values()))
SHORTEST = 5
"""Letters of a word that may be misspelt;"""
_TWO_WRONG = 7
"""and of one that may have two wrong, or one without another word of the name beside it."""
_WORD = re.compile(r"[^\W_]+")
_PARENTHESIS = re.compile(r"(?<!\s)\s*+\([^()]*+\)\s*$")
_ENDING = re.compile(r"(?:ing|ions?|ors?|ers?|ed|es|ly|[esdyn])$")
_CONTRACTED = re.compile(r"\b(what|who|where|when|how)s\b", re.IGNORECASE)
_ASKING = {
    "wich": "which",
    "whitch": "which",
    "wat": "what",
    "waht": "what",
    "wen": "when",
    "hwo": "who",
    "hwere": "where",
}
_MISASKED = re.compile(rf"\b(?:{'|'.join(_ASKING)})\b", re.IGNORECASE)
_KEYS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_SOUNDS = ("aeiouy", "cksqx", "csz", "gj", "fv", "vw", "dt", "bp", "mn", "lr")
_DOUBLE = re.compile(r"(.)\1")
_SINGLED: dict[str, str] = {}
"""The words of relations by what they are without doubled letters."""
for _word in FAMILY_OF:
    _SINGLED.setdefault(_DOUBLE.sub(r"\1", _word), _word)


class Respelt(NamedTuple):
    """A question as it is understood, and the words that were taken as others."""

    question: str
    taken: Sequence[tuple[str, str]]


class _Word(NamedTuple):
    start: int
    end: int
    folded: str


class _Part(NamedTuple):
    """A word of a name, folded and as written there, and whether another of its words is asked for."""

    folded: str
    written: str
    beside: bool


def respelt(question: str, heard: Set[str], names: Iterable[str]) -> Respelt:
    """
    The question with the words that are not among the folded words `heard` as `names`, the likelier first, have them.

    Numbers and words of four letters or fewer stay as they are.
    """
    question = _MISASKED.sub(lambda asking: _ASKING[asking[0].lower()], _CONTRACTED.sub(r"\1 is", question))
    known = list(dict.fromkeys(_PARENTHESIS.sub("", name) for name in names))
    asked = list(_words(question))
    folded = frozenset(one.folded for one in asked)
    beginnings = frozenset(_ENDING.sub("", word) for word in heard)
    unheard = [word for word in dict.fromkeys(one.folded for one in asked) if _may_be_wrong(word, heard, beginnings)]
    parts = _parts(known, folded) if unheard else {}
    taken = {word: other for word in unheard if (other := _nearest(word, parts.get(word[0], ())))}
    changes = [(one.start, one.end, taken[one.folded]) for one in asked if one.folded in taken]
    said = dict.fromkeys((question[start:end], other) for start, end, other in changes)
    whole = _changed(question, changes)
    has_capitals = any(question[one.start].isupper() for one in asked[1:])
    return Respelt(whole if has_capitals else _capitalised(whole, known), tuple(said))


def is_known(word: str) -> bool:
    """Whether a folded word is written as one of those is of which something is known."""
    return word in FAMILY_OF or word in _COMMON_NOUNS or bool(otherwise(word))


def variants(word: str) -> Set[str]:
    """
    What differs from a word by one letter put in, left out, swapped with the next, or changed into one that a finger or
    an ear takes for it; the first stays.
    """
    split = [(word[:at], word[at:]) for at in range(1, len(word) + 1)]
    shorter = {head + tail[1:] for head, tail in split if tail}
    swapped = {head + tail[1] + tail[0] + tail[2:] for head, tail in split if len(tail) > 1}
    changed = {head + letter + tail[1:] for head, tail in split if tail for letter in _taken_for(tail[0])}
    longer = {head + letter + tail for head, tail in split for letter in ascii_lowercase}
    return (shorter | swapped | changed | longer) - {word}


@cache
def _taken_for(letter: str) -> Set[str]:
    """The letters beside one on a keyboard, and those that sound nearly the same."""
    row, at = next(((number, one.index(letter)) for number, one in enumerate(_KEYS) if letter in one), (0, -9))
    beside = (one[max(0, at - 1) : max(0, at + 2)] for one in _KEYS[max(0, row - 1) : row + 2])
    sounds = (one for one in _SOUNDS if letter in one)
    return frozenset("".join((*beside, *sounds))) - {letter}


def _words(text: str) -> Iterator[_Word]:
    return (_Word(*match.span(), fold(match[0])) for match in _WORD.finditer(text))


def _changed(text: str, changes: Sequence[tuple[int, int, str]]) -> str:
    """With other words at these places, which are in order."""
    pieces, at = [], 0
    for start, end, words in changes:
        pieces += [text[at:start], words]
        at = end
    return "".join((*pieces, text[at:]))


def _may_be_wrong(word: str, heard: Set[str], beginnings: Set[str]) -> bool:
    """Whether nobody knows it, and nobody has it as it is or inflected."""
    is_known = word in _FUNCTION_WORDS or word in FAMILY_OF
    is_heard = word in heard or _ENDING.sub("", word) in beginnings
    return len(word) >= SHORTEST and word.isalpha() and not is_known and not is_heard


def _parts(names: Sequence[str], asked: Set[str]) -> Mapping[str, Sequence[_Part]]:
    """By their first letter the words of the names, in order, that are not asked for."""
    found = defaultdict[str, list[_Part]](list)
    for name in names:
        words = list(_words(name))
        beside = any(one.folded in asked and one.folded not in _FUNCTION_WORDS for one in words)
        for one in words:
            if one.folded not in asked:
                found[one.folded[0]].append(_Part(one.folded, name[one.start : one.end], beside))
    return found


def _nearest(word: str, parts: Sequence[_Part]) -> str:
    """The word of a name that it is, as written there; empty if there is none."""
    for part in parts:
        most = (2 if part.beside else 1) if len(word) >= _TWO_WRONG else int(part.beside)
        if _differ(word, part.folded, most):
            return part.written
    return _SINGLED.get(_DOUBLE.sub(r"\1", word), "")


def _differ(one: str, other: str, most: int) -> bool:
    """Whether `one` becomes `other` by at most so many letters put in, left out, changed or swapped with the next."""
    if abs(len(one) - len(other)) > most or len(other) < SHORTEST - 1 or not other.isalpha():
        return False
    before: list[int] = []
    row = list(range(len(other) + 1))
    for number, letter in enumerate(one, 1):
        last, row, older = row, [number], before
        for at, wanted in enumerate(other, 1):
            cost = min(last[at] + 1, row[at - 1] + 1, last[at - 1] + (letter != wanted))
            if older and at > 1 and letter == other[at - 2] and one[number - 2] == wanted:
                cost = min(cost, older[at - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return False
        before = last
    return row[-1] <= most


def _capitalised(question: str, names: Sequence[str]) -> str:
    """The question with its names as they are written."""
    asked = list(_words(question))
    folded = [one.folded for one in asked]
    places = defaultdict[str, list[int]](list)
    for at, word in enumerate(folded):
        places[word].append(at)
    taken = [False] * len(asked)
    changes: list[tuple[int, int, str]] = []
    for name in sorted(names, key=len, reverse=True):
        parts = fold(name).split()
        if not parts or not name[0].isupper() or (len(parts) == 1 and not _is_name(parts[0])):
            continue
        for at in places.get(parts[0], ()):
            if folded[at : at + len(parts)] == parts and not any(taken[at : at + len(parts)]):
                taken[at : at + len(parts)] = [True] * len(parts)
                changes.append((asked[at].start, asked[at + len(parts) - 1].end, name))
    return _changed(question, sorted(changes))


def _is_name(word: str) -> bool:
    """Whether a single word, which is a name, is hardly meant as the common word that it may be."""
    return len(word) >= SHORTEST and word not in FAMILY_OF and word not in _COMMON_NOUNS
