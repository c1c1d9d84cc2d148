"""
Terms: what index, question and answer take a word for.

A term is folded (lower case, no accents), stemmed in its language, and no function word. Numbers have one form:
`1,234`, `1234` and, where that is how they are written, `1.234` are one.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from typing import NamedTuple

import Stemmer

from language import tables
from language.numbers import COMMA_GROUPS, DOT_GROUPS
from language.scripts import JOINERS
from language.tokens import WORD, parts

_STEMMED_BY = {
    "": "english", "ar": "arabic", "ca": "catalan", "cs": "czech", "da": "danish", "de": "german", "el": "greek",
    "en": "english", "es": "spanish", "et": "estonian", "eu": "basque", "fi": "finnish", "fr": "french", "ga": "irish",
    "hi": "hindi", "hu": "hungarian", "hy": "armenian", "id": "indonesian", "it": "italian", "lt": "lithuanian",
    "ne": "nepali", "nl": "dutch", "no": "norwegian", "pl": "polish", "pt": "portuguese", "ro": "romanian",
    "ru": "russian", "sr": "serbian", "sv": "swedish", "ta": "tamil", "tr": "turkish",
}  # fmt: skip
_PIECES = re.compile(f"({WORD.pattern})", re.VERBOSE)
"""What stands between words, and words, by turns."""
_MANY_DOT_GROUPS = re.compile(r"\d{1,3}(?>(?:\.\d{3}){2,})(?:,\d++)?")
_COMMA_DECIMAL = re.compile(r"\d++,\d++")
_HIDDEN = re.compile(rf"[{JOINERS}\s]")
_POSSESSIVE = re.compile(r"['’][sS]?$")
_ELIDED = re.compile(
    r"(?:[cdjlmnstCDJLMNST]|[Qq]u|[Ll]orsqu|[Pp]uisqu|(?:[Dd]e|[Aa]|[Dd]a|[Nn]e|[Ss]u)ll|[Uu]n)['’](?=\w{2})"
)
_ACRONYMS = frozenset(("IT", "US", "WHO"))
"""Names that but for their capitals are function words."""
_REMEMBERED = 1 << 16
"""Words of a language."""
_LONGEST_REMEMBERED = 40


class Term(NamedTuple):
    """A term, and where its word stands: `text[start:end]`."""

    term: str
    start: int
    end: int


def terms(text: str, language: str) -> list[Term]:
    """The terms of a text in order; an identifier gives its whole and its parts at one place."""
    found: list[Term] = []
    made = tuple.__new__
    known = _known(language)
    at = 0
    pieces = _PIECES.split(text)
    for gap, word in zip(pieces[::2], pieces[1::2], strict=False):
        at += len(gap)
        for one, first, last in known[word]:
            found.append(made(Term, (one, at + first, at + last)))
        at += len(word)
    return found


def said(text: str, language: str) -> frozenset[str]:
    """The terms of a text, wherever they stand."""
    known = _known(language)
    return frozenset(one for word in WORD.findall(text) for one, _, _ in known[word])


def term(word: str, language: str) -> str:
    """The term of one word; empty for a function word."""
    return _term(word, language) if len(word) <= _LONGEST_REMEMBERED else _reader(language).term(word)


@lru_cache(1 << 14)
def _term(word: str, language: str) -> str:
    return _reader(language).term(word)


class _Known(dict[str, tuple[tuple[str, int, int], ...]]):
    """By token, the terms that it is found by; worked out once for each."""

    def __init__(self, language: str) -> None:
        self._reader = _reader(language)

    def __missing__(self, word: str) -> tuple[tuple[str, int, int], ...]:
        read = self._reader.read(word)
        if len(word) <= _LONGEST_REMEMBERED:
            if len(self) >= _REMEMBERED:
                self.clear()
            self[word] = read
        return read


@cache
def _known(language: str) -> _Known:
    return _Known(language)


@cache
def _reader(language: str) -> _Reader:
    return _Reader(language)


class _Reader:
    """What makes terms in one language."""

    def __init__(self, language: str) -> None:
        self._stem = Stemmer.Stemmer(_STEMMED_BY[language]).stemWord if language in _STEMMED_BY else str
        named = f"function_words/{language or 'en'}"
        listed = tables.words(named) if language in ("", *tables.names("function_words")) else frozenset()
        self._function_words = listed | {_unaccented(word) for word in listed}
        self._has_dot_groups = language not in ("", "en", "zh", "ja", "ko", "th", "he", "hi")

    def read(self, word: str) -> tuple[tuple[str, int, int], ...]:
        """The terms that a token is found by, each with its place in it."""
        plain = self._without_small_words(word)
        if plain is None:
            return ()
        inner, before = plain
        found: dict[str, tuple[str, int, int]] = {}
        for written, start, end in parts(inner):
            if made := self.term(written):
                found.setdefault(made, (made, before + start, before + end))
        return tuple(found.values())

    def _without_small_words(self, word: str) -> tuple[str, int] | None:
        """Without a possessive or an elided article, and how much was cut before; None for a function word."""
        if "'" not in word and "’" not in word:
            return word, 0
        if word.replace("’", "'").lower() in self._function_words:
            return None
        elided = _ELIDED.match(word)
        before = elided.end() if elided else 0
        inner = _POSSESSIVE.sub("", word[before:])
        return None if inner.lower() in self._function_words else (inner, before)

    def term(self, word: str) -> str:
        """The term of a word that stands alone."""
        if word.isdecimal():
            return _plain(word) if word.isascii() else _plain(unicodedata.normalize("NFKC", word))
        if word in _ACRONYMS:
            return word.lower()
        if not word.isascii():
            word = _HIDDEN.sub("", unicodedata.normalize("NFKC", word))
            if not word:
                return ""
        lower = word.casefold()
        if lower in self._function_words:
            return ""
        if word[0].isdecimal():
            return self._number(lower)
        stem = self._stem(lower)
        return stem if stem.isascii() else _unaccented(stem)

    def _number(self, word: str) -> str:
        """A number in its one form, without marks between thousands; others as they are."""
        if COMMA_GROUPS.fullmatch(word):
            return word.replace(",", "")
        if (DOT_GROUPS if self._has_dot_groups else _MANY_DOT_GROUPS).fullmatch(word):
            return word.replace(".", "").replace(",", ".")
        return word.replace(",", ".") if _COMMA_DECIMAL.fullmatch(word) else word


def _plain(number: str) -> str:
    return number.lstrip("0") or "0"


@lru_cache(1 << 14)
def _unaccented(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text)
    bare = "".join(letter for letter in decomposed if not unicodedata.combining(letter) or letter > "\u036f")
    return unicodedata.normalize("NFC", bare)
