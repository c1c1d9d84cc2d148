"""
Spelling: a question's words as the sources write them.

A word that no source has, but that differs by a letter or two from a word of a name, is that word; a name in a question
without capitals gets its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence, Set
from typing import NamedTuple

from language.folding import fold
from language.function_words import FUNCTION_WORDS
from language.nouns import sort_of
from language.relations import FAMILY_OF

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
_DOUBLE = re.compile(r"(.)\1")


class Respelt(NamedTuple):
    """A question as it is understood, and the words that were taken as others."""

    question: str
    taken: Sequence[tuple[str, str]]


class _Word(NamedTuple):
    start: int
    end: int
    folded: str


def respelt(question: str, heard: Set[str], names: Iterable[str]) -> Respelt:
    """
    The question with the words that are not among the folded words `heard` as `names`, the likelier first, have them.

    Numbers and words of four letters or fewer stay as they are.
    """
    question = _MISASKED.sub(lambda asking: _ASKING[asking[0].lower()], _CONTRACTED.sub(r"\1 is", question))
    known = list(dict.fromkeys(_PARENTHESIS.sub("", name) for name in names))
    asked = list(_words(question))
    folded = frozenset(one.folded for one in asked)
    unheard = [word for word in dict.fromkeys(one.folded for one in asked) if _may_be_wrong(word, heard)]
    taken = {word: other for word in unheard if (other := _nearest(word, folded, known))}
    changes = [(one.start, one.end, taken[one.folded]) for one in asked if one.folded in taken]
    said = dict.fromkeys((question[start:end], other) for start, end, other in changes)
    whole = _changed(question, changes)
    has_capitals = any(question[one.start].isupper() for one in asked[1:])
    return Respelt(whole if has_capitals else _capitalised(whole, known), tuple(said))


def _words(text: str) -> Iterator[_Word]:
    return (_Word(*match.span(), fold(match[0])) for match in _WORD.finditer(text))


def _changed(text: str, changes: Sequence[tuple[int, int, str]]) -> str:
    for start, end, words in reversed(changes):
        text = f"{text[:start]}{words}{text[end:]}"
    return text


def _may_be_wrong(word: str, heard: Set[str]) -> bool:
    is_known = word in FUNCTION_WORDS or word in FAMILY_OF
    return len(word) >= SHORTEST and word.isalpha() and not is_known and not _is_heard(word, heard)


def _is_heard(word: str, heard: Set[str]) -> bool:
    """Whether it is there as it is, or inflected."""
    begin = _ENDING.sub("", word)
    return word in heard or any(other.startswith(begin) and _ENDING.sub("", other) == begin for other in heard)


def _nearest(word: str, asked: Set[str], names: Sequence[str]) -> str:
    """The word of a name that it is, as written there; empty if there is none."""
    for name in names:
        parts = list(_words(name))
        beside = any(part.folded in asked and part.folded not in FUNCTION_WORDS for part in parts)
        most = (2 if beside else 1) if len(word) >= _TWO_WRONG else int(beside)
        for part in parts:
            if part.folded not in asked and part.folded[0] == word[0] and _differ(word, part.folded, most):
                return name[part.start : part.end]
    doubled = _DOUBLE.sub(r"\1", word)
    return next((one for one in FAMILY_OF if one[0] == word[0] and _DOUBLE.sub(r"\1", one) == doubled), "")


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
    taken = [False] * len(asked)
    changes: list[tuple[int, int, str]] = []
    for name in sorted(names, key=len, reverse=True):
        parts = fold(name).split()
        if not parts or not name[0].isupper() or (len(parts) == 1 and not _is_name(parts[0])):
            continue
        for at in range(len(folded) - len(parts) + 1):
            if folded[at : at + len(parts)] == parts and not any(taken[at : at + len(parts)]):
                taken[at : at + len(parts)] = [True] * len(parts)
                changes.append((asked[at].start, asked[at + len(parts) - 1].end, name))
    return _changed(question, sorted(changes))


def _is_name(word: str) -> bool:
    """Whether a single word, which is a name, is hardly meant as the common word that it may be."""
    return len(word) >= SHORTEST and word not in FAMILY_OF and sort_of(word) is None
