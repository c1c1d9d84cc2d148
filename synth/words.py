"""Words of questions, quotes and titles, as far as composing an answer needs them."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_WORD = re.compile(r"[^\W_]+")
_PARENTHESIS = re.compile(r"\s*\([^()]*\)\s*$")
_STEM_LETTERS = 5
_SMALL = re.compile(
    r"(?:an?|the|th[aeio][a-z]{1,2}|of|in|on|at|to|by|as|or|and|for|from|with|into|than|is|are|was|were|be|been|do|does|"
    r"did|has|have|had|can|will|who|whom|whose|which|what|when|where|why|how|many|much|it|its|he|him|his|she|her|both|"
    r"same|also|not|one|name|named|s)"
)


def fold_space(text: str) -> str:
    """`text` with each run of white space as one blank, none at its ends."""
    return " ".join(text.split())


def fold(text: str) -> str:
    """`text` for comparing: lower case, no accents, single blanks between words."""
    if text.isascii():
        return " ".join(_WORD.findall(text.lower()))
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return " ".join(_WORD.findall(bare))


def subject(title: str) -> str:
    """A title without what tells it from others of the same name: `Ed Wood (film)` is `Ed Wood`."""
    return _PARENTHESIS.sub("", fold_space(title)) or fold_space(title)


def content(text: str) -> dict[str, str]:
    """The words of `text` that carry meaning: the beginnings that inflections share, each with the word as written."""
    found: dict[str, str] = {}
    for word in _WORD.findall(text):
        if beginning := _beginning(word):
            found.setdefault(beginning, word)
    return found


@lru_cache(maxsize=65_536)
def _beginning(word: str) -> str:
    folded = fold(word)
    return "" if len(folded) < 2 or _SMALL.fullmatch(folded) else folded[:_STEM_LETTERS]
