"""
Masks, the number formats of Excel: a number as the program shows it under `#,##0.00 "kg"`, `0.0%` or `d mmm yyyy`.

A date of figures alone is written as ISO 8601 has it: of `05/03/2024` nobody knows which is the month, and what the
program shows differs from country to country.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Context, Decimal, InvalidOperation
from fractions import Fraction
from functools import lru_cache
from math import isfinite
from typing import NamedTuple

from genesis.formats.excel.calendar import ISO, dated

_LONGEST = 255
_CONTEXT = Context(prec=60)
_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*+)"?|\\(?P<escaped>.?)|[_*].?|\[(?P<told>[^\]]*+)\]?|(?P<general>General)'
    r"|(?P<noon>AM/PM|A/P)|(?P<exponent>[eE][+-])|(?P<date>[yY]++|[mM]++|[dD]++|[hH]++|[sS]++)|(?P<digit>[0#?])"
    r"|(?P<mark>[.,%/;@])|(?P<sign>.)",
    re.DOTALL,
)
_CURRENCY = re.compile(r"\$([^-]*+)")
_ELAPSED = re.compile(r"[hms]++", re.IGNORECASE)
_CONDITION = re.compile(r"(<=|>=|<>|[<>=])\s*+(-?\d{1,15}+(?:\.\d{1,15}+)?)")
_PLAIN = ("said", "general")
_DATES = {14: ISO, 15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy", 18: "h:mm AM/PM", 19: "h:mm:ss AM/PM", 20: "h:mm"}
_TIMES = {21: "h:mm:ss", 22: f"{ISO} hh:mm", 45: "mm:ss", 46: "[h]:mm:ss", 47: "mm:ss"}
_FIGURES = {1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 11: "0.00E+00", 12: "# ?/?"}
_MONEY = {41: "#,##0;-#,##0", 42: "$#,##0;-$#,##0", 43: "#,##0.00;-#,##0.00", 44: "$#,##0.00;-$#,##0.00"}
BUILT_IN = {
    **(_FIGURES | {13: "# ??/??", 48: "##0.0E+0"} | _DATES | _TIMES | _MONEY),
    **dict.fromkeys((5, 6), "$#,##0_);($#,##0)"),
    **dict.fromkeys((7, 8), "$#,##0.00_);($#,##0.00)"),
    **dict.fromkeys((37, 38), "#,##0_);(#,##0)"),
    **dict.fromkeys((39, 40), "#,##0.00_);(#,##0.00)"),
    **dict.fromkeys((*range(27, 37), *range(50, 59)), ISO),
}
"""By number, those that a file does not write out; 0 and 49 show a number as it is."""


class Token(NamedTuple):
    """A piece of a mask: `said` as it is, a `digit`, a part of a `date`, `elapsed` time, `noon`, or a `mark`."""

    kind: str
    text: str


class _Section(NamedTuple):
    tokens: Sequence[Token]
    condition: tuple[str, Decimal] | None

    @property
    def is_date(self) -> bool:
        return any(one.kind in ("date", "elapsed") for one in self.tokens)


@lru_cache(maxsize=512)
def is_date(mask: str) -> bool:
    """Whether a number under it is a day or a time."""
    return _sections(mask)[0].is_date


@lru_cache(maxsize=4096)
def shown(value: float, mask: str, *, from_1904: bool = False) -> str:
    """The number as the mask shows it, without padding; as it is where the mask says nothing, or what none can be."""
    if not isfinite(value):
        return ""
    sections = _sections(mask)
    exact = Decimal(repr(value))
    section, is_own = _chosen(sections, exact)
    if section.is_date:
        return dated(value, section.tokens, from_1904=from_1904) or general(value)
    kinds = {one.kind for one in section.tokens}
    if "general" in kinds or "digit" not in kinds:
        pieces = [one.text if one.kind == "said" else general(value) for one in section.tokens if one.kind in _PLAIN]
        return " ".join("".join(pieces).split()) or general(value)
    try:
        said = _number(section.tokens, abs(exact))
    except (InvalidOperation, OverflowError):
        return general(value)
    is_negative = value < 0 and not is_own and re.search("[1-9]", said) is not None
    return " ".join(f"{'-' if is_negative else ''}{said}".split())


def general(value: float) -> str:
    """A number that has no mask, of so many figures as a cell has room for; nothing of what is no number."""
    if not isfinite(value):
        return ""
    whole = value == int(value) or abs(value) >= 1e10
    return f"{value:.15g}" if whole else f"{value:.10g}"


@lru_cache(maxsize=512)
def _sections(mask: str) -> Sequence[_Section]:
    """At most four, of which the last is for texts."""
    sections: list[_Section] = []
    tokens: list[Token] = []
    condition: tuple[str, Decimal] | None = None
    for found in _TOKEN.finditer(mask[:_LONGEST]):
        kind, text = found.lastgroup or "", found[0]
        if kind == "mark" and text == ";":
            sections.append(_Section(tokens, condition))
            tokens, condition = [], None
        elif kind == "told":
            if currency := _CURRENCY.match(found["told"]):
                tokens.append(Token("said", currency[1]))
            elif _ELAPSED.fullmatch(found["told"]):
                tokens.append(Token("elapsed", found["told"].lower()))
            elif compared := _CONDITION.match(found["told"]):
                condition = compared[1], Decimal(compared[2])
        elif kind in ("quoted", "escaped", "sign"):
            tokens.append(Token("said", found[kind]))
        elif kind:
            tokens.append(Token(kind, text.lower() if kind == "date" else text))
    return [*sections, _Section(tokens, condition)]


def _chosen(sections: Sequence[_Section], value: Decimal) -> tuple[_Section, bool]:
    """The section for a value, and whether it says itself that the value is below 0."""
    if sections[0].condition:
        for one in sections[:3]:
            if one.condition is None or _holds(one.condition, value):
                return one, False
        return sections[-1], False
    if value < 0 and len(sections) > 1:
        return sections[1], True
    return (sections[2], False) if not value and len(sections) > 2 else (sections[0], False)


def _holds(condition: tuple[str, Decimal], value: Decimal) -> bool:
    sign, bound = condition
    return (value < bound and "<" in sign) or (value > bound and ">" in sign) or (value == bound and "=" in sign)


def _number(tokens: Sequence[Token], value: Decimal) -> str:
    value *= 100 ** sum(one == ("mark", "%") for one in tokens)
    digits = [at for at, one in enumerate(tokens) if one.kind == "digit"]
    if ("mark", "/") in tokens[digits[0] : digits[-1]]:
        return _fraction(tokens, digits, value)
    commas = [at for at, one in enumerate(tokens) if one == ("mark", ",")]
    scale = sum(at > digits[-1] or _ends(tokens, at) for at in commas)
    value /= 1000**scale
    point = next((at for at, one in enumerate(tokens) if one == ("mark", ".")), len(tokens))
    behind = "".join(tokens[at].text for at in digits if at > point)
    if exponent := next((at for at, one in enumerate(tokens) if one.kind == "exponent"), 0):
        places = sum(point < at < exponent for at in digits)
        return f"{float(value):.{places}E}"
    exact = value.quantize(Decimal(1).scaleb(-len(behind)), ROUND_HALF_UP, _CONTEXT)
    whole, _, part = f"{exact:f}".partition(".")
    while part and behind[len(part) - 1] != "0" and part[-1] == "0":
        part = part[:-1]
    before = [at for at in digits if at < point]
    least = sum(tokens[at].text == "0" for at in before)
    whole = whole.lstrip("0").zfill(least)
    is_grouped = any(before[0] < at < before[-1] for at in commas) if before else False
    return _filled(tokens, before, point, whole, part, is_grouped=is_grouped)


def _ends(tokens: Sequence[Token], at: int) -> bool:
    """Whether a comma stands right before the point, where it divides by a thousand."""
    behind = next((one for one in tokens[at + 1 :] if one != ("mark", ",")), None)
    return behind == ("mark", ".")


def _filled(
    tokens: Sequence[Token], before: Sequence[int], point: int, whole: str, part: str, *, is_grouped: bool
) -> str:
    """The figures in their places, from the right; the first place takes all that are left."""
    places: dict[int, str] = {}
    is_parted = bool(before) and any(one.kind == "said" for one in tokens[before[0] : before[-1]])
    for at in reversed(before if is_parted else before[:1]):
        cut = max(len(whole) - 1, 0) if at != before[0] else 0
        places[at], whole = whole[cut:], whole[:cut]
    if is_grouped and not is_parted:
        places[before[0]] = f"{int(places[before[0]] or 0):,}" if places[before[0]] else ""
    said = [whole] if not before else []
    for at, one in enumerate(tokens):
        if one.kind == "said" or one == ("mark", "%"):
            said.append(one.text)
        elif at in places:
            said.append(places[at])
        elif at == point and part:
            said.append(f".{part}")
    return "".join(said)


def _fraction(tokens: Sequence[Token], digits: Sequence[int], value: Decimal) -> str:
    stroke = tokens.index(Token("mark", "/"))
    most = 10 ** sum(at > stroke for at in digits) - 1
    whole = int(value)
    rest = Fraction(value - whole).limit_denominator(max(most, 1))
    whole, rest = (whole + 1, Fraction(0)) if rest == 1 else (whole, rest)
    said = " ".join(str(one) for one in (whole, rest) if one) or "0"
    behind = "".join(one.text for one in tokens[digits[-1] + 1 :] if one.kind == "said")
    return f"{said}{behind}"
