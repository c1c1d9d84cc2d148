"""
What the last message of a conversation asks, in words that stand alone: "and who directed it?" after "When was
Inception released?" is "who directed Inception?".

Three things refer back: a pronoun, an opening such as "what about", and nothing else that could be known for sure;
where nothing in what was said before can be meant, the message stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from language.languages import detect
from language.naming import names
from language.spans import spans
from myriad.agent.v1.text_pb2 import SPAN_TYPE_NAME

MOST_TURNS = 20
"""Messages of the user that are looked back at."""
_OPENING = re.compile(r"\s*(?:and|but|so|then|ok(?:ay)?|also)\b[,:]?\s+(?=\S)", re.IGNORECASE)
_ABOUT = re.compile(r"\s*(?:what|how)\s+about\s+(.+?)\s*[?.!]*\s*$", re.IGNORECASE | re.DOTALL)
_PERSON = re.compile(r"\b(he|she|him|her|his|hers)\b", re.IGNORECASE)
_THING = re.compile(r"\b(it|its|they|them|their|theirs)\b", re.IGNORECASE)
_POSSESSIVE = frozenset(("his", "her", "its", "their"))
_NO_REFERENCE = re.compile(
    r"\b(?:is|was|does|did|has|will|can|would|should|may|might)\s+it\s+"
    r"(?:possible|true|necessary|safe|allowed|legal|ok|okay|take|rain|snow|matter|mean)\b",
    re.IGNORECASE,
)
_FIRST_WORDS = 400
"""Characters of an answer that are looked at for who is meant: what it leads with."""


class Turn(NamedTuple):
    """A question of before, in words that stand alone, and what it was answered."""

    asked: str
    answered: str


def standalone(message: str, turns: Sequence[Turn]) -> str:
    """The message with what it refers to in the turns before, oldest first, put in its place."""
    if not turns:
        return message
    plain = _OPENING.sub("", message, count=1)
    if about := _ABOUT.fullmatch(plain):
        return _instead(turns[-1].asked, about[1]) or message
    if _NO_REFERENCE.search(plain):
        return plain
    if found := _PERSON.search(plain):
        meant = _named(turns, answers_first=True)
    elif found := _THING.search(plain):
        meant = _named(turns, answers_first=False)
    else:
        return plain
    if not meant or meant.lower() in plain.lower():
        return plain
    return plain[: found.start()] + _as(meant, found[1], plain[found.end() :]) + plain[found.end() :]


def turns(messages: Sequence[tuple[str, str]]) -> list[Turn]:
    """The turns of a conversation of (role, text), each question made to stand alone by those before it."""
    found: list[Turn] = []
    for role, text in messages:
        if role == "user":
            found.append(Turn(standalone(text, found[-MOST_TURNS:]), ""))
        elif role == "assistant" and found:
            found[-1] = found[-1]._replace(answered=text)
    return found[-MOST_TURNS:]


def _as(meant: str, pronoun: str, following: str) -> str:
    """The name in the pronoun's place: "her" is possessive only where a noun follows."""
    low = pronoun.lower()
    if low in _POSSESSIVE and (low != "her" or re.match(r"\s+\w", following)):
        return f"{meant}'" if meant.endswith("s") else f"{meant}'s"
    return meant


def _named(before: Sequence[Turn], *, answers_first: bool) -> str:
    """The name most likely meant: of the latest turn that has one, the first in what was answered or asked."""
    for turn in reversed(before):
        asked, answered = _names(turn.asked), list(_stated(turn.answered[:_FIRST_WORDS]))
        fresh = [name for name in answered if name not in asked]
        for some in (fresh, asked) if answers_first else (asked, fresh):
            if some:
                return some[0]
    return ""


def _instead(asked: str, other: str) -> str:
    """The question of before about something else; empty if it is about nothing by name."""
    found = names(asked, detect(asked))
    if not found:
        return ""
    return asked[: found[-1].start] + other + asked[found[-1].end :]


def _names(text: str) -> list[str]:
    return [one.name for one in names(text, detect(text))]


def _stated(text: str) -> Iterator[str]:
    """The names in a text that tells, line by line."""
    for line in text.splitlines():
        for one in spans(line, detect(line)):
            if one.type == SPAN_TYPE_NAME:
                yield line[one.start : one.end]
