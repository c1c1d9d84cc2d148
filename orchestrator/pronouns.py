"""Whom or what a pronoun of a question means: "it" is no person, "she" no company."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from language.english.sorts import Sort, sort_of
from language.spans import spans
from myriad.agent.v1.text_pb2 import SPAN_TYPE_NAME
from orchestrator.phrases import PERIOD, determined, is_of_person, named

_PERSON = re.compile(r"\b(he|she|him|her|his|hers)\b", re.IGNORECASE)
_THING = re.compile(r"\b(it|its|they|them|their|theirs)\b", re.IGNORECASE)
_POSSESSIVE = frozenset(("his", "her", "its", "their"))
_NO_REFERENCE = re.compile(
    r"\b(?:is|was|does|did|has|will|can|would|should|may|might)\s+it\s+"
    r"(?:possible|true|necessary|safe|allowed|legal|ok|okay|take|rain|snow|matter|mean)\b",
    re.IGNORECASE,
)
_WHO = re.compile(r"\s*(?:(?:by|to|for|with|from)\s+)?whom?\b", re.IGNORECASE)
_WHO_IS = re.compile(r"\s*who\s+(?:is|was)\s+", re.IGNORECASE)
_OF_PERSONS = re.compile(
    r"\b(?:born|die[sd]?|live[sd]?|work(?:s|ed)?|marr(?:y|ied)|stud(?:y|ied)|join(?:s|ed)?|retired?|hired|report(?:s|ed)?"
    r"|leave|left|succeed(?:s|ed)?|earns?)\b",
    re.IGNORECASE,
)
_OF_THINGS = re.compile(
    r"\b(?:released|founded|built|published|located|launched|made|bought|acquired|costs?|sold)\b", re.IGNORECASE
)
_NO_PERSONS = frozenset(
    (
        *("analytics", "inc", "llc", "ltd", "gmbh", "ag", "corp", "corporation", "company", "co", "group", "holding"),
        *("bank", "university", "institute", "systems", "software", "labs", "foundation", "association", "partners"),
        *("street", "service", "services", "plan", "database", "server", "hotel", "airport", "policy", "technologies"),
        *("team", "department", "solutions", "industries", "consulting", "logistics", "energy", "foods", "the"),
    )
)
"""Words of names that are no person's."""
_FIRST_WORDS = 400
"""Characters of an answer that are looked at for who is meant: what it leads with."""
_SENTENCE_ENDS = re.compile(r"\n|(?<=[a-z)\]\d][.?!])\s")


class Turn(NamedTuple):
    """A question of before, in words that stand alone, and what it was answered."""

    asked: str
    answered: str


def resolved(plain: str, before: Sequence[Turn]) -> str:
    """The question with the name in the place of its first pronoun, if one can be meant."""
    if _NO_REFERENCE.search(plain):
        return plain
    if found := _PERSON.search(plain):
        meant = _person(before)
    elif found := _THING.search(plain):
        meant = _thing(before, any_sort=found[1].lower().startswith("the"))
    else:
        return plain
    if not meant or meant.lower() in plain.lower():
        return plain
    return plain[: found.start()] + _as(meant, found[1], plain[found.end() :]) + plain[found.end() :]


def _as(meant: str, pronoun: str, following: str) -> str:
    """The name in the pronoun's place: "her" is possessive only where a noun follows."""
    low = pronoun.lower()
    if low in _POSSESSIVE and (low != "her" or re.match(r"\s+\w", following)):
        return f"{meant}'" if meant.endswith("s") else f"{meant}'s"
    return meant


def _person(before: Sequence[Turn]) -> str:
    """
    Of the latest turn that has somebody: whom it asked for and got, or else whom it asked about, or else whom its
    answer begins with; whom the answer names further below only if that is one alone.
    """
    for turn in reversed(before):
        lead = [name for name in _stated(_lead(turn.answered)) if _may_be_person(name)]
        about = list(_persons_asked(turn.asked))
        whom = [name for name in lead if name not in turn.asked] if _WHO.match(turn.asked) else []
        several = [name for name in lead if " " in name]
        below = [name for name in _stated(turn.answered[:_FIRST_WORDS]) if " " in name and _may_be_person(name)]
        if some := whom or about or several or (below if len(set(below)) == 1 else []):
            return some[0]
    return ""


def _persons_asked(asked: str) -> Iterator[str]:
    """Who a question is about: a full name, one of a single word by what is asked of it, "the managing director"."""
    sure = bool(_WHO_IS.match(asked) or _OF_PERSONS.search(asked))
    for one in named(asked):
        if _may_be_person(one.text) and (sure or (" " in one.text and not _OF_THINGS.search(asked))):
            yield one.text
    if not _WHO_IS.match(asked):
        yield from (one.text for one in determined(asked) if is_of_person(one.text))


def _thing(before: Sequence[Turn], *, any_sort: bool) -> str:
    """Of the latest turn that has one, what "the" begins in the question, or a name in it, or one in the answer."""
    for turn in reversed(before):
        persons = set() if any_sort else set(_surely_persons(turn.asked))
        asked = [one.text for one in named(turn.asked) if one.text not in persons]
        phrases = [
            _whole(one.text, turn.asked[one.end :])
            for one in determined(turn.asked)
            if (any_sort or not is_of_person(one.text)) and not turn.asked[one.end :].startswith(" of ")
        ]
        holding = [phrase for phrase in phrases if any(name in phrase for name in asked)]
        stated = [name for name in _stated(_lead(turn.answered)) if any_sort or not _may_be_person(name)]
        if some := holding or asked or phrases or (stated if len(set(stated)) == 1 else []):
            return some[0]
    return ""


def _surely_persons(asked: str) -> Iterator[str]:
    if _WHO_IS.match(asked) or _OF_PERSONS.search(asked):
        yield from (one.text for one in named(asked) if " " in one.text and _may_be_person(one.text))


def _whole(phrase: str, following: str) -> str:
    """ "The limit" with what it is for."""
    return phrase + following.rstrip(" ?.!") if following.startswith(" for ") else phrase


def _may_be_person(name: str) -> bool:
    words = [word.strip(".") for word in name.lower().split()]
    return (
        0 < len(words) <= 5
        and _NO_PERSONS.isdisjoint(words)
        and not any(letter.isdigit() for letter in name)
        and not PERIOD.fullmatch(name)
        and not (name.isupper() and len(words) == 1)
        and sort_of(words[-1]) in (None, Sort.PERSON)
    )


def _lead(answered: str) -> str:
    """The first sentence of an answer, or its first line if that is short."""
    return _SENTENCE_ENDS.split(answered[:_FIRST_WORDS].lstrip(), maxsplit=1)[0]


def _stated(text: str) -> Iterator[str]:
    """The names in a text that tells, line by line."""
    for line in text.splitlines():
        for one in spans(line, "en"):
            if one.type == SPAN_TYPE_NAME:
                yield line[one.start : one.end]
