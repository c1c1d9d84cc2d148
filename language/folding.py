"""Folding: how spellings of one text become equal."""

from __future__ import annotations

import re
import unicodedata

_WORD = re.compile(r"[^\W_]+")


def bare(text: str) -> str:
    """Lower case without accents; its length may differ from the text's."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def fold(text: str) -> str:
    """Lower case, no accents, single blanks between words."""
    return " ".join(_WORD.findall(bare(text)))
