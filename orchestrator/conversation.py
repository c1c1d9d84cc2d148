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
_ABOUT = re.compile(r"\s*(?:what|how)\s+about\s+(\S.*)", re.IGNORECASE | re.DOTALL)
_PERSON = re.compile(r"\b(he|she|him|her|his|hers)\b", re.IGNORECASE)
_THING = re.compile(r"\b(it|its|they|them|their|theirs)\b", re.IGNORECASE)
_POSSESSIVE = frozenset(("his", "her", "its", "their"))
_NO_REFERENCE = re.compile(
    r"\b(?:is|was|does|did|has|will|can|would|should|may|might)\s+it\s+"
    r"(?:possible|true|necessary|safe|allowed|legal|ok|okay|take|rain|snow|matter|mean)\b",
    re.IGNORECASE,
)
_DEFINITE = re.compile(r"\bthe((?:\s+[\w'’-]+){1,5})", re.IGNORECASE)
_ENDS = frozenset(
    (
        *("a", "an", "and", "are", "as", "at", "be", "been", "by", "can", "could", "did"),
        *("do", "does", "for", "from", "had", "has", "have", "in", "is", "it", "its", "may"),
        *("might", "of", "on", "or", "shall", "should", "that", "the", "their", "this", "to", "was"),
        *("were", "what", "when", "where", "which", "who", "why", "will", "with", "would"),
    )
)
"""Words that are no part of what "the" begins."""
_PARTICIPLE = re.compile(
    r"\w+ed|built|made|written|held|found|kept|paid|sold|lit|born|done|run|open|opens|work|works|cost|costs"
)
_AND_THE = re.compile(r"\s*and\s+(the\s[^?.!]+)", re.IGNORECASE)
_MARKS = " \t\n?.!"
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
    opening = _OPENING.match(message)
    plain = message[opening.end() :] if opening else message
    if about := _ABOUT.fullmatch(plain.rstrip(_MARKS)) or _and_the(message):
        return _instead(turns[-1].asked, about[1]) or message
    if _NO_REFERENCE.search(plain):
        return plain
    if found := _PERSON.search(plain):
        meant = _person(turns)
    elif found := _THING.search(plain):
        meant = _thing(turns)
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


def _person(before: Sequence[Turn]) -> str:
    """Of the latest turn that has a name, the first that the answer adds, else the first in the question."""
    for turn in reversed(before):
        asked = _names(turn.asked)
        fresh = [name for name in _stated(turn.answered[:_FIRST_WORDS]) if name not in asked]
        if some := fresh or asked:
            return some[0]
    return ""


def _thing(before: Sequence[Turn]) -> str:
    """Of the latest turn that has one, what "the" begins in the question, or a name in it, or one in the answer."""
    for turn in reversed(before):
        asked, phrases = _names(turn.asked), list(_definite(turn.asked))
        holding = [phrase for phrase in phrases if any(name in phrase for name in asked)]
        if some := holding or asked or phrases or list(_stated(turn.answered[:_FIRST_WORDS])):
            return some[0]
    return ""


def _definite(text: str) -> Iterator[str]:
    """The parts of a question that "the" begins: "the billing service"."""
    for found in _DEFINITE.finditer(text):
        words = found[1].split()
        end = next((number for number, word in enumerate(words) if word.lower() in _ENDS), len(words))
        if end > 1 and _PARTICIPLE.fullmatch(words[end - 1].lower()):
            end -= 1
        if end:
            yield " ".join((found[0].split()[0], *words[:end]))


def _and_the(message: str) -> re.Match[str] | None:
    """ "And the search service?": no verb, so that it can only mean the same question about something else."""
    about = _AND_THE.fullmatch(message.rstrip(_MARKS))
    return about if about and not _ENDS & set(about[1].lower().split()[1:]) else None


def _instead(asked: str, other: str) -> str:
    """The question of before about something else; empty if it is about nothing that could be told."""
    if other.lower().startswith("the ") and (phrases := list(_definite(asked))):
        before, _, after = asked.rpartition(phrases[-1])
        return before + other + after
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
