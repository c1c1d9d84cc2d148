"""Set forms: what a sentence says in few words of a form that tells what they are: quantities, long forms, commands."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from agent_host.clause import Clause
from agent_host.spans import DATE


class Stated(NamedTuple):
    """`sentence[start:end]`, and how surely it is what was asked for, from 0 to 1."""

    start: int
    end: int
    sure: float


_SURELY = 0.92
_NUMBER = (
    r"(?:\d[\d,.]{0,30}|an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|"
    r"(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(?:-\w+)?)"
)
_TIME = (
    r"(?:(?:calendar|business|working) )?(?:milli)?"
    r"(?:seconds?|minutes?|hours?|days?|weeks?|months?|years?|decades?)"
)
_LENGTH = r"(?:km|m|cm|mm|metres?|meters?|kilomet(?:re|er)s?|miles?|feet|ft|foot|inch(?:es)?)"
_MONEY = r"(?:euros?|dollars?|pounds?|USD|EUR|GBP|cents?|crowns?|francs?|yen)"
_UNITS = {
    "long": re.compile(rf"\b{_NUMBER}[ -](?:{_TIME}|{_LENGTH})\b"),
    "old": re.compile(rf"\b{_NUMBER}[ -]years?(?=[ -]old\b)|(?<=at the age of )[\w-]+|(?<=\baged )[\w-]+"),
    "age": re.compile(rf"\bborn (?:on )?(?:{DATE.pattern})"),
    "much": re.compile(rf"[$€£]\s?\d[\d,.]*\d|\b{_NUMBER} {_MONEY}\b"),
    "far": re.compile(rf"\b{_NUMBER}[ -]{_LENGTH}\b"),
    "tall": re.compile(rf"\b{_NUMBER}[ -]{_LENGTH}\b"),
    "high": re.compile(rf"\b{_NUMBER}[ -]{_LENGTH}\b"),
    "often": re.compile(r"\b(?:once|twice|every \w+(?: \w+)?|daily|weekly|monthly|yearly)\b"),
}
_LONG_FORM = r"[^\W\da-z_][\w&'’-]*(?: (?:[^\W\da-z_][\w&'’-]*|of|and|the|for|to|on|in|[a-z]+(?= \())){0,14}"
_CODE = re.compile(r"```[^\n`]*+\n\s*+([^\s`]++(?:[^\S\n]++[^\s`]++)*+)\s*(?:\n|```)|(?<!`)`([^`\n]{2,80})`(?!`)")


def set_forms(clause: Clause, text: str) -> Iterator[Stated]:
    """What the sentence `text` says in a set form that the clause asks for."""
    yield from _measured(clause, text)
    yield from _abbreviated(clause, text)
    yield from _command(clause, text)


def _measured(clause: Clause, text: str) -> Iterator[Stated]:
    """`for 25 minutes` to `How long ...?`, `born 4 May 1979` to `How old is ...?`, if nothing else there is that."""
    unit = _UNITS.get(clause.measure)
    found = list(unit.finditer(text)) if unit else []
    if len(found) == 1:
        yield Stated(*found[0].span(), _SURELY)


def _abbreviated(clause: Clause, text: str) -> Iterator[Stated]:
    """`Staff Affairs (SA)`, `SA (Staff Affairs)` to `What does SA stand for?`"""
    short = clause.stands
    if short and short in text:
        initial, name = f"(?=[{short[0].upper()}{short[0].lower()}])", re.escape(short)
        long = rf"\b({initial}{_LONG_FORM}) ?\({name}\)|\b{name} (?:\(|stands for )({_LONG_FORM})"
        for match in re.finditer(long, text):
            yield Stated(*match.span(match.lastindex or 0), _SURELY)


def _command(clause: Clause, text: str) -> Iterator[Stated]:
    """What to type, to `How do I ...?`"""
    if clause.is_how_to:
        for match in _CODE.finditer(text):
            yield Stated(*match.span(match.lastindex or 0), _SURELY)
