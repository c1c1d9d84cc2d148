"""Verdicts: yes or no to questions whether two things are both so, or the same in something."""

from __future__ import annotations

import re
from collections.abc import Sequence

from language.english.sorts import Sort, sort_of
from language.nations import countries
from myriad.agent.v1.question_pb2 import Question
from synth.compared import Comparison, Option, asked_of, is_said, stated_of

_SAME = re.compile(r"\bsame (?:type of |kind of )?(\w+)", re.IGNORECASE)
_NATION = frozenset(("nationality", "country"))
_PLACED = re.compile(r"\b(?:in|of|from|at|near) (?:the )?([A-Z][\w.’'-]*(?:,? (?:of )?[A-Z][\w.’'-]*)*)")
_PLACES = frozenset(("place", "birthplace", "deathplace", "headquarters"))


def verdict(question: Question, options: Sequence[Option]) -> Comparison | None:
    """Whether both are so: the same in what is asked for, or all that is asked is said of both."""
    asked = asked_of(question, options)
    if not asked:
        return None
    if same := _SAME.search(question.read_as or question.text):
        noun = same[1].lower()
        if noun in _NATION and all(nations := [_nations(one) for one in options]):
            return _said(options, not nations[0].isdisjoint(nations[1]))
        if sort_of(noun) is Sort.PLACE and all(places := [_places(one) for one in options]):
            return _said(options, not places[0].isdisjoint(places[1]))
    stated = [stated_of(one, asked.keys(), question.language) for one in options]
    if all(stated) and (shared := stated[0].keys() & stated[1].keys()):
        return _said(options, all(stated[0][key] & stated[1][key] for key in shared))
    return _said(options, all(is_said(question, one, asked) for one in options))


def _nations(option: Option) -> set[str]:
    """The countries that something is of or in, by what is stated of it, or else by its first unit."""
    stated = [
        country
        for _, claim in option.claims()
        if claim.attribute == "nationality"
        for country in countries(claim.value)
    ]
    return set(stated[:1]) or set(countries(option.units[0].evidence.quote)[:1])


def _places(option: Option) -> set[str]:
    """The places that something is in, without the country."""
    stated = [claim.value for _, claim in option.claims() if claim.attribute in _PLACES]
    found = stated or _PLACED.findall(option.units[0].evidence.quote)[:2]
    return {part for one in found for part in re.split(r", | of ", one) if not countries(part)}


def _said(options: Sequence[Option], is_so: bool) -> Comparison:
    return Comparison("Yes" if is_so else "No", [one.units[0] for one in options])
