"""What a question confines its answer to: dates, one end of an order, what is not so."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from functools import cache

from language import tables
from language.cues import cues
from language.spans import Span
from myriad.agent.v1.question_pb2 import (
    EXTREME_FIRST,
    EXTREME_LAST,
    EXTREME_LEAST,
    EXTREME_MOST,
    EXTREME_UNSPECIFIED,
    Extreme,
)
from myriad.agent.v1.text_pb2 import SPAN_TYPE_DATE

_EXTREMES = {"first": EXTREME_FIRST, "last": EXTREME_LAST, "most": EXTREME_MOST, "least": EXTREME_LEAST}
_BEFORE_DATE = re.compile(
    r"(?i)\b(since|after|before|until|till|by|up to|from|starting|between|prior to)\s+(?:the\s+)?$"
)
_TO = frozenset(("and", "to", "-", "–", "until", "till"))
_TAG = re.compile(
    r",\s*(?:is|are|was|were|do|does|did|has|have|can|will|would|should)n['’]?t (?:it|they|he|she|we|you|there|i)\W*$",
    re.IGNORECASE,
)
_POLITE_NOT = re.compile(
    r"^\W*(?:can['’]?t|couldn['’]?t|won['’]?t|wouldn['’]?t) you (?:please )?(?:tell|show|explain|give|list|help)",
    re.IGNORECASE,
)
_CHOOSING = frozenset(("which", "who", "whose"))
"""With these a comparative asks for one of two."""


def extreme(low: Sequence[str]) -> Extreme.ValueType:
    """Which end of an order the words of a question ask for."""
    ends, no_order = _ends(), frozenset(tables.entries("extremes")["no order"])
    compares = "than" not in low and not _CHOOSING.isdisjoint(low)
    for at, word in enumerate(low):
        before, after = (low[at - 1] if at else ""), (low[at + 1] if at + 1 < len(low) else "")
        if not no_order.isdisjoint((f"{word} {after}", f"{before} {word}")):
            continue
        if compares and word in ("more", "less") and after in ends["adjective"]:
            return ends["adjective"][after] if word == "more" else _opposite(ends["adjective"][after])
        if compares and word in ends["comparative"]:
            return ends["comparative"][word]
        if word in ("most", "least") and after in ends["adjective"]:
            found = ends["adjective"][after]
            return found if word == "most" else _opposite(found)
        if word in ends["word"]:
            return ends["word"][word]
    return EXTREME_UNSPECIFIED


def _opposite(end: Extreme.ValueType) -> Extreme.ValueType:
    pairs = {
        EXTREME_MOST: EXTREME_LEAST,
        EXTREME_LEAST: EXTREME_MOST,
        EXTREME_LAST: EXTREME_FIRST,
        EXTREME_FIRST: EXTREME_LAST,
    }
    return pairs[end]


@cache
def _ends() -> dict[str, dict[str, Extreme.ValueType]]:
    """By superlative, by comparative and by adjective: the end of an order that it asks for, the last with `most`."""
    words: dict[str, Extreme.ValueType] = {}
    adjectives: dict[str, Extreme.ValueType] = {}
    comparatives = {"better": EXTREME_MOST, "worse": EXTREME_LEAST}
    for key, listed in tables.entries("extremes").items():
        end, _, is_word = key.partition(" ")
        if end not in _EXTREMES:
            continue
        for one in listed:
            if is_word:
                words.setdefault(one, _EXTREMES[end])
                continue
            adjectives[one] = _EXTREMES[end]
            comparative, doubled, superlative, doubled_superlative = degrees(one)
            for word in (superlative, doubled_superlative):
                words.setdefault(word, _EXTREMES[end])
            for word in (comparative, doubled):
                comparatives.setdefault(word, _EXTREMES[end])
    return {"word": words, "adjective": adjectives, "comparative": comparatives}


def degrees(adjective: str) -> tuple[str, str, str, str]:
    """Its comparative and its superlative, each also with its last letter doubled."""
    stem = adjective[:-1] + "i" if adjective.endswith("y") else adjective.removesuffix("e")
    return f"{stem}er", f"{stem}{stem[-1]}er", f"{stem}est", f"{stem}{stem[-1]}est"


@cache
def order_words() -> frozenset[str]:
    """Words that ask for one end of an order."""
    ends = _ends()
    return frozenset((*ends["word"], *ends["comparative"]))


def is_negated(low: Sequence[str], text: str) -> bool:
    """Whether a question asks for what is not so."""
    if _POLITE_NOT.match(text):
        return False
    known = cues("en").words
    end = len(low) - 2 if _TAG.search(text) else len(low)
    for at in range(end):
        word = low[at]
        before, after = (low[at - 1] if at else ""), (low[at + 1] if at + 1 < len(low) else "")
        if not known["not_meant"].isdisjoint((f"{word} {after}", f"{before} {word}")):
            continue
        if word in known["not"] or f"{word} {after}" in known["not"] or word.endswith(("n't", "n’t")):
            return True
    return False


def dates(text: str, typed: Sequence[Span]) -> list[str]:
    """The dates that it confines its answer to, ranges as `first/last`, open ends as `..`."""
    found: list[str] = []
    listed = [span for span in typed if span.type == SPAN_TYPE_DATE and span.normal]
    at = 0
    while at < len(listed):
        one = listed[at]
        before = _BEFORE_DATE.search(text[max(0, one.start - 24) : one.start])
        word = before[1].lower() if before else ""
        other = listed[at + 1] if at + 1 < len(listed) else None
        if other and word in ("between", "from") and text[one.end : other.start].strip().lower() in _TO:
            found.append(f"{one.normal}/{other.normal}")
            at += 1
        else:
            found.append(_confined(one.normal, word))
        at += 1
    return list(dict.fromkeys(found))


def _confined(date: str, word: str) -> str:
    if "/" in date:
        return date
    if word in ("since", "from", "starting"):
        return f"{date}/.."
    if word in ("until", "till", "by", "up to"):
        return f"../{date}"
    if word in ("before", "prior to"):
        return f"../{_beside(date, -1)}"
    return f"{_beside(date, 1)}/.." if word == "after" else date


def _beside(date: str, step: int) -> str:
    """The year, month or day before or after."""
    parts = [int(one) for one in date.split("-") if one.isdecimal()]
    try:
        if len(parts) == 1:
            return f"{parts[0] + step:04}"
        if len(parts) == 2:
            months = parts[0] * 12 + parts[1] - 1 + step
            return f"{months // 12:04}-{months % 12 + 1:02}"
        return (dt.date(*parts[:3]) + dt.timedelta(days=step)).isoformat()
    except (ValueError, OverflowError, TypeError):
        return date
