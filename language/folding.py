"""Folding: how spellings of one text become equal."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_WORD = re.compile(r"[^\W_]+")
_REMEMBERED = 120
"""Characters of a text that is folded once for all: a word, a name, a title, of which questions meet the same again."""


def bare(text: str) -> str:
    """Lower case without accents; its length may differ from the text's."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def fold(text: str) -> str:
    """Lower case, no accents, single blanks between words."""
    return _folded(text) if len(text) <= _REMEMBERED else " ".join(_WORD.findall(bare(text)))


@lru_cache(maxsize=16_384)
def _folded(text: str) -> str:
    return " ".join(_WORD.findall(bare(text)))
