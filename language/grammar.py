"""Grammar: a text as lexemes with a class each, and rules, which are patterns over the classes."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import accumulate
from typing import NamedTuple, TypeAlias

from language.lexicon import LEXEME, Lexicon, lexicon
from myriad.agent.v1.text_pb2 import SpanType


class Lexemes:
    """The lexemes of a text: `classes` has one character for each."""

    def __init__(self, text: str, language: str, order: str) -> None:
        self.text = text
        self.order = order
        self.lexicon: Lexicon = lexicon(language)
        self.words: list[str] = LEXEME.findall(text)
        self.starts: list[int] = [0, *accumulate(map(len, self.words))]
        self.classes = "".join(map(self.lexicon.__getitem__, self.words))

    def said(self, first: int, last: int) -> str:
        """The text of lexemes."""
        return self.text[self.starts[first] : self.starts[last]]

    def first(self, classes: str, first: int, last: int) -> str:
        """The first of lexemes that is of one of the classes; empty if none is."""
        return next((self.words[at] for at in range(first, last) if self.classes[at] in classes), "")

    def all(self, classes: str, first: int, last: int) -> list[str]:
        """Those of lexemes that are of one of the classes."""
        return [self.words[at] for at in range(first, last) if self.classes[at] in classes]


class Found(NamedTuple):
    """What a rule makes of the lexemes `first` to `last`."""

    first: int
    last: int
    type: SpanType.ValueType
    normal: str


Reader: TypeAlias = Callable[[Lexemes, "re.Match[str]"], Found | None]


class Rule(NamedTuple):
    """
    Where `pattern` matches classes, `read` says what is there, or None; only where a class of `needs` occurs, and
    `within`, which is in all that the pattern matches and is found sooner, if there is one.
    """

    needs: str
    pattern: re.Pattern[str]
    read: Reader
    within: re.Pattern[str] | None = None


ONE = r"(?:(?:(?<![^ (\n])[-+])?(?<![wkfCKI])[dyn](?: ?S\.?){0,2}|[NS](?:[ -]N|[ -]S|(?<=S) (?:a )?N){0,8})"
"""A number in figures or words."""
TO = r"(?: ?[–-] ?| t )"
"""Between the two ends of a range."""
AMOUNT = rf"(?:{ONE}(?:{TO}{ONE})?|(?:(?<![^ (\n])-)?r(?: S\.?)?)"
"""A number, or a range of numbers."""
AMOUNT_END = r"[dynNSr.]"
"""The last of its lexemes."""
