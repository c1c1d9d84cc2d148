"""Words of questions, quotes and titles, as far as composing an answer needs them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from language.folding import fold
from language.function_words import FUNCTION_WORDS

# A contraction is one word, and so is the number of a version.
CONTENT_WORD = re.compile(r"v?\d+(?:\.\d+)+|[^\W_]+(?:['’][^\W_]+)*")
_PARENTHESIS = re.compile(r"(?<!\s)\s*+\([^()]*+\)\s*$")
_STEM_LETTERS = 5
# Words that carry no meaning in questions for a fact ("what is the name of", "both of the same").
_VAGUE = frozenset(("one", "name", "named"))


def fold_space(text: str) -> str:
    """`text` with each run of white space as one blank, none at its ends."""
    return " ".join(text.split())


@lru_cache(maxsize=4_096)
def subject(title: str) -> str:
    """A title without what tells it from others of the same name: `Ed Wood (film)` is `Ed Wood`."""
    return _PARENTHESIS.sub("", fold_space(title)) or fold_space(title)


@lru_cache(maxsize=4_096)
def content(text: str) -> Mapping[str, str]:
    """The words of `text` that carry meaning: the beginnings that inflections share, each with the word as written."""
    found: dict[str, str] = {}
    for word in CONTENT_WORD.findall(text):
        if beginning := _read(word)[0]:
            found.setdefault(beginning, word)
    return found


@lru_cache(maxsize=4_096)
def read(text: str) -> tuple[frozenset[str], str]:
    """The beginnings of `content`, and `fold`, of `text`: both at once, for each text that several
    stages read once."""
    words = [_read(word) for word in CONTENT_WORD.findall(text)]
    beginnings = frozenset(beginning for beginning, _ in words if beginning)
    return beginnings, " ".join(folded for _, folded in words if folded)


@lru_cache(maxsize=65_536)
def _read(word: str) -> tuple[str, str]:
    """The beginning of one word, empty if it carries no meaning, and the word folded."""
    folded = fold(word)
    plain = word.lower().replace("’", "'").removesuffix("'s")
    if plain in FUNCTION_WORDS or plain in _VAGUE:
        return "", folded
    if plain[:-1].count(".") or plain.isdecimal():
        return plain.removeprefix("v"), folded
    bare = fold(plain)
    return bare[:_STEM_LETTERS] if len(bare) > 1 else "", folded
