"""
Tokens: the words, numbers and identifiers of a text, in any language.

There is one tokeniser. What stands between blanks stays whole as far as it is one thing to a reader: `ERR-4417`,
`max_age`, `3.10`, `/etc/app.conf`, `--flag`, `AT&T`, `C++`, `.NET`, `jane@example.com`; `parts` takes it apart.
Scripts without blanks give one token a run of letters of one kind.
"""

from __future__ import annotations

import re
from enum import Enum
from typing import NamedTuple

from language.scripts import HAN, HANGUL, HIRAGANA, JOINERS, KATAKANA, LETTER, MARKS, SOUTH_EAST

WORD = re.compile(
    rf"""
    [A-Za-z][a-z]*(?=[ ,;)\n]|\.[ \n])  # as most are: the rest need not be tried
    |
    (?:(?<![\w-])--?(?=[A-Za-z])|(?<![\w.])\.(?=[A-Za-z]))?
    (?>  # not a possessive group: what Python 3.11.2 finds for one with an option behind it is wrong
        {LETTER}+
        (?:
            (?:['’.\-‐‑&@/\\]|::?(?://)?|(?<=\d),(?=\d)|-\r?\n[^\S\n]*+(?=[^\W\d_A-Z]))
            {LETTER}+
        )*
    )
    (?:(?:\+\+|(?<=\b[A-Za-z])\#)(?!\w))?
    """,
    re.VERBOSE,
)
"""A token; one of a script without blanks may be part of it."""
_LONGEST_WHOLE = 64
"""Characters; what is longer (an address, a hash) is found by its parts alone."""
_UNSPACED = rf"[{HAN}]+|[{HIRAGANA}]+|[{KATAKANA}]+|[{HANGUL}]+|[{SOUTH_EAST}]+"
_HAS_UNSPACED = re.compile(rf"[{HAN}{HIRAGANA}{KATAKANA}{HANGUL}{SOUTH_EAST}]")
_RUNS = re.compile(rf"(?P<run>{_UNSPACED})|[^{HAN}{HIRAGANA}{KATAKANA}{HANGUL}{SOUTH_EAST}]+")
_LETTERS = re.compile(rf"[^\W\d_](?>(?:[^\W\d_]|[{MARKS}{JOINERS}])*)")
_NUMBER = re.compile(r"\d++(?>(?:[.,:]\d++)*)")
_INITIALS = re.compile(r"[^\W\d_](?:\.[^\W\d_])+")
_PLURAL_ACRONYM = re.compile(r"[A-Z]{2,}s")
_VERSION = re.compile(r"[vV](\d++(?:\.\d++)+)")
_STAYS_WHOLE = re.compile(r"(?!\d{1,2}\.\d{1,2}\.\d{4}$)\d++(?>(?:[.,]\d++)+)|[^\W\d_](?:\.[^\W\d_])+|[A-Z]{2,}s")
"""Numbers, but for dates; initials; acronyms in the plural."""
_SEGMENT = re.compile(r"[^/\\:@,]+")
_PIECE = re.compile(r"[^.\-‐‑_'’&/\\:@,\s]+")
_CAMEL = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^A-Za-z\d]+")


class Kind(Enum):
    """What a token looks like."""

    WORD = "word"
    NUMBER = "number"
    """Digits with their marks."""
    IDENTIFIER = "identifier"
    """One thing with parts: a compound with hyphens, a path, a name in code, a version."""
    UNSPACED = "unspaced"
    """A run of letters of a script that does not part words."""


class Token(NamedTuple):
    """A token: `text[start:end]`."""

    start: int
    end: int
    kind: Kind


class Piece(NamedTuple):
    """What a token is found by: a part of it as it is written, and where that stands in it."""

    written: str
    start: int
    end: int


def tokens(text: str) -> list[Token]:
    """The tokens of a text in order; none over another."""
    found: list[Token] = []
    for match in WORD.finditer(text):
        word, start = match[0], match.start()
        if not word.isascii() and _HAS_UNSPACED.search(word):
            found += (
                Token(start + run.start(), start + run.end(), Kind.UNSPACED if run["run"] else _kind(run[0]))
                for run in _RUNS.finditer(word)
            )
        else:
            found.append(Token(start, match.end(), _kind(word)))
    return found


def _kind(word: str) -> Kind:
    if _LETTERS.fullmatch(word):
        return Kind.WORD if len(_split(word)) == 1 else Kind.IDENTIFIER
    if _NUMBER.fullmatch(word):
        return Kind.NUMBER
    bare = word.removesuffix("'s").removesuffix("’s")
    return Kind.WORD if bare.isalpha() or "'" in bare or "’" in bare else Kind.IDENTIFIER


def parts(word: str) -> list[Piece]:
    """
    What a token is found by, in order of place: the whole, and of an identifier its parts.

    The whole has no hyphen, underscore or capital to tell spellings apart: `max-age`, `max_age` and `maxAge` are one.
    Between digits marks stay: `3.10` is not `310`.
    """
    if word.isascii() and (word.isdecimal() or (word.islower() and word.isalpha())):
        return [Piece(word, 0, len(word))]
    if not word.isascii() and _HAS_UNSPACED.search(word):
        return [piece for run in _RUNS.finditer(word) for piece in _of_run(run)]
    return _taken_apart(word, 0)


def _of_run(run: re.Match[str]) -> list[Piece]:
    written, at = run[0], run.start()
    if not run["run"]:
        return _taken_apart(written, at)
    size = 3 if "\u0e00" <= written[0] < "\u1100" or "\u1780" <= written[0] < "\u1800" else 2
    if "\u30a0" <= written[0] <= "\u31ff" or len(written) <= size:
        return [Piece(written, at, at + len(written))]
    return [Piece(written[i : i + size], at + i, at + i + size) for i in range(len(written) - size + 1)]


def _taken_apart(word: str, at: int) -> list[Piece]:
    found: dict[Piece, None] = {}
    if len(word) <= _LONGEST_WHOLE and (whole := _whole(word)):
        found[Piece(whole, at, at + len(word))] = None
    if version := _VERSION.fullmatch(word):
        found[Piece(word[version.start(1) :], at + version.start(1), at + len(word))] = None
    elif not (found and _STAYS_WHOLE.fullmatch(word)):
        segments = list(_SEGMENT.finditer(word))
        for segment in segments:
            if len(segments) > 1 and len(segment[0]) <= _LONGEST_WHOLE and (whole := _whole(segment[0])):
                found[Piece(whole, at + segment.start(), at + segment.end())] = None
            found.update(dict.fromkeys(_pieces(segment[0], at + segment.start())))
    return list(found)


def _pieces(word: str, at: int) -> list[Piece]:
    found = [
        Piece(one, at + piece.start() + start, at + piece.start() + start + len(one))
        for piece in _PIECE.finditer(word)
        for one, start in _split(piece[0])
    ]
    return [one for one in found if len(one.written) > 1 or one.written.isdecimal()] if len(found) > 1 else found


def _split(word: str) -> list[tuple[str, int]]:
    """The words of `camelCase` and of `FY2023`, with where they begin; one whose parts are too short is one."""
    if (word.islower() and word.isalpha()) or word.isdecimal() or _PLURAL_ACRONYM.fullmatch(word):
        return [(word, 0)]
    found = [(match[0], match.start()) for match in _CAMEL.finditer(word)] if word.isascii() else [(word, 0)]
    return found if all(len(one) > 1 for one, _ in found) else [(word, 0)]


_BETWEEN_DIGITS = re.compile(r"(?<=\d)[-‐‑_](?=\d)")
_DROPPED = re.compile(r"[-‐‑_'’](?:\r?\n[^\S\n]*+)?")
_KEPT = "\x00"


def _whole(word: str) -> str:
    """The token as it is found whole."""
    if _INITIALS.fullmatch(word):
        return word.replace(".", "").upper()
    word = word.strip("_")
    if word.isalnum():
        return word
    sigil = word[: len(word) - len(word.lstrip("-."))]
    kept = _BETWEEN_DIGITS.sub(_KEPT, word[len(sigil) :])
    return sigil + _DROPPED.sub("", kept).replace(_KEPT, "-")
