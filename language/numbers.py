"""Numbers: what figures and words for numbers come to: `1,234.50`, `1.234,5` and `1 234.5` are `1234.5`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Context, Decimal

from language.lexicon import Lexicon

_CONTEXT = Context(prec=60)
_LONGEST = 40
"""Digits of a number that is worked out."""
_GROUPS = re.compile(r"\d{1,3}(?>(?:[ \u00a0\u202f'’]\d{3})+)")
COMMA_GROUPS = re.compile(r"\d{1,3}(?>(?:,\d{3})+)(?:\.\d++)?")
DOT_GROUPS = re.compile(r"\d{1,3}(?>(?:\.\d{3})+)(?:,\d++)?")
_MIXED_DOT_GROUPS = re.compile(r"\d{1,3}(?>(?:\.\d{3}){2,})(?:,\d++)?|\d{1,3}\.\d{3},\d++")


def number(figure: str, lexicon: Lexicon) -> Decimal | None:
    """
    What a figure comes to.

    A comma or full stop before three digits parts thousands as the language has it: `1,234` is `1234` in English and
    `1.234` in German; with both, or with the same mark twice, there is no doubt.
    """
    if len(figure) > _LONGEST:
        return None
    bare = _GROUPS.sub(lambda match: re.sub(r"\D", "", match[0]), figure)
    comma_decimals = lexicon.has_comma_decimals
    if _MIXED_DOT_GROUPS.fullmatch(bare) or (comma_decimals and DOT_GROUPS.fullmatch(bare)):
        bare = bare.replace(".", "").replace(",", ".")
    elif COMMA_GROUPS.fullmatch(bare) and not (comma_decimals and bare.count(",") == 1 and "." not in bare):
        bare = bare.replace(",", "")
    else:
        bare = bare.replace(",", ".")
    return Decimal(bare) if bare.count(".") <= 1 and bare.replace(".", "").isascii() else None


def amounts(lexemes: Iterable[tuple[str, str]], lexicon: Lexicon) -> list[Decimal]:
    """What an amount, or the two ends of a range, comes to: of lexemes, each with its class."""
    found: list[_Amount] = [_Amount()]
    for lexeme, kind in lexemes:
        if kind in "-–t" and found[-1].is_said:
            if kind != "-" or not found[-1].is_word:
                found.append(_Amount())
        elif kind == "-":
            found[-1].is_negative = True
        elif kind == "r":
            first, last = re.split("[-–]", lexeme)
            found[-1].add(number(first, lexicon))
            found.append(_Amount())
            found[-1].add(number(last, lexicon))
        elif kind in "dyn":
            found[-1].add(number(lexeme, lexicon))
        elif kind == "N":
            found[-1].add(Decimal(lexicon.value("number", lexeme) or 0))
            found[-1].is_word = True
        elif kind == "S":
            found[-1].times(Decimal(lexicon.value("scale", lexeme) or 1))
    said = [one for one in found if one.is_said]
    if len(said) == 2 and said[0].scale == 1 and said[0].total < said[1].total / said[1].scale:
        said[0].times(said[1].scale)
    return [one.total for one in said]


class _Amount:
    """A number while its words are read: `two` `hundred` `twelve` `thousand`."""

    def __init__(self) -> None:
        self._done, self._open = Decimal(0), Decimal(0)
        self.scale = Decimal(1)
        self.is_said = self.is_negative = self.is_word = False

    def add(self, value: Decimal | None) -> None:
        self.is_said = True
        self._open += value or 0

    def times(self, scale: Decimal) -> None:
        self.is_said = True
        self._open = _CONTEXT.multiply(self._open or Decimal(1), scale)
        self.scale = max(self.scale, scale)
        if scale >= 1000:
            self._done, self._open = self._done + self._open, Decimal(0)

    @property
    def total(self) -> Decimal:
        total = self._done + self._open
        return -total if self.is_negative else total


def times(value: Decimal, factor: str) -> Decimal:
    """A value in a base unit."""
    return _CONTEXT.multiply(value, Decimal(factor))


def plain(value: Decimal) -> str:
    """A number's one form."""
    shown = format(value, "f")
    if "." in shown:
        shown = shown.rstrip("0").rstrip(".")
    return "0" if shown == "-0" else shown
