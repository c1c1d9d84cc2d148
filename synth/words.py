"""Words of quotes and titles, as far as composing an answer needs them."""

from __future__ import annotations

import re
from functools import lru_cache

from language.folding import fold
from language.terms import terms
from language.tokens import WORD

QUESTION_MARKS = ("?", "？", "؟")
_PARENTHESIS = re.compile(r"(?<!\s)\s*+\([^()]*+\)\s*$")


def fold_space(text: str) -> str:
    """`text` with each run of white space as one blank, none at its ends."""
    return " ".join(text.split())


def fold_lines(text: str) -> str:
    """Line by line the same, but for the white space that a line begins with; no line is empty."""
    lines = ((line[: len(line) - len(line.lstrip())], fold_space(line)) for line in text.splitlines())
    return "\n".join(f"{indent}{said}" for indent, said in lines if said).strip()


def bare_title(title: str) -> str:
    """A title without what tells it from others of the name: `Ed Wood (film)`."""
    return _PARENTHESIS.sub("", fold_space(title)) or title


@lru_cache(maxsize=4_096)
def name(title: str) -> str:
    """What a title calls a thing, folded."""
    return fold(bare_title(title))


@lru_cache(maxsize=8_192)
def words(text: str) -> frozenset[str]:
    """The words of a text, in lower case."""
    return frozenset(WORD.findall(text.lower()))


@lru_cache(maxsize=8_192)
def terms_of(text: str, language: str) -> frozenset[str]:
    """The terms that a text has."""
    return frozenset(one.term for one in terms(text, language))


def count(text: str) -> int:
    """How many words a text has."""
    return len(text.split())
