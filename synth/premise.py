"""
The premise: whether the sources say of the right things what the question takes for granted.

A question names things and says how they relate (`the father of the director of Stand by Me`). What relates them is
known if a sentence says it that has one of those names, or is about it, and half known if one does that a chain of
such sentences leads to.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import fsum

from language.folding import fold
from synth.asked import ASKING, names
from synth.selection import Supported
from synth.words import content

_NEAR = 0.5
"""What a relation counts for that is said of something one step away from what the question names."""

_WHY = re.compile(
    r"^\s*+(?:why|how come|for what reason|what (?:is|was) the reason)\s++"
    r"(did|does|do|was|were|is|are|has|have|had)\s++(?:the\s++)?(.*[^\s?.!])",
    re.IGNORECASE | re.DOTALL,
)
_FURTHER = re.compile(r"['’]|(?<!\s)\s++(?:of|and|or)\b")
"""After a name: the question is about something of it, or about several things."""
_BECAUSE = re.compile(
    r"\b(?:because|due to|owing to|as a result|caused by|in order to|so that|after|following|over)\b", re.IGNORECASE
)
_LIFE = frozenset(content("born birth birthplace die died death dead"))
_LIVED = re.compile(r"\b\d{3,4}\s*+(?:\)\s*+)?[–—-][^()]{0,40}?\d{3,4}\b")
"""The years of a life: `(8 March 1714 – 14 December 1788)`."""
_KINDRED = (
    "father mother parent parents son daughter child children grandfather grandson",
    "wife husband spouse married marry marriage wed widow",
    "brother sister sibling siblings twin",
)
"""Words of kin of which one may be said for another: whose son somebody is says who his father is."""
_KINSHIP: Mapping[str, frozenset[str]] = {
    key: frozenset(content(words)) for words in _KINDRED for key in content(words)
}


@dataclass(frozen=True, slots=True)
class Premise:
    """The question's relation words by their beginnings, as written, and how far each is known: 1, `_NEAR` or 0."""

    relations: Mapping[str, str]
    known: Mapping[str, float]
    here: Sequence[Supported]
    """The sentences that have a name of the question, or are about it."""
    told: Sequence[str]
    """The names of the question that they have,"""
    unknown_names: Sequence[str]
    """and those that none has."""
    completeness: float
    """How far all relations are known, by weight."""

    @property
    def is_unsaid(self) -> bool:
        """Whether there are relations and none is said."""
        return bool(self.relations) and not any(self.known.values())

    @property
    def open(self) -> list[str]:
        return [written for key, written in self.relations.items() if not self.known[key]]


def examine(question: str, weights: Mapping[str, float], taken: Sequence[Supported]) -> Premise:
    """What the sentences `taken` support of the question."""
    named = names(question)
    in_names = content(" ".join(named)).keys()
    asked = content(question).items()
    relations = {key: word for key, word in asked if key not in in_names and fold(word) not in ASKING}
    here, near = _anchored(named, taken)
    known = {key: 1.0 if _said(key, here) else _NEAR if _said(key, near) else 0.0 for key in relations}
    total = fsum(weights[key] for key in relations)
    share = fsum(weights[key] * known[key] for key in relations) / total if total else float(bool(here))
    told = [name for name in named if any(_is_of(f" {fold(name)} ", one) for one in here)]
    return Premise(relations, known, here, told, [name for name in named if name not in told], share)


def false_premise(question: str, taken: Sequence[Supported]) -> str:
    """
    What a question for a reason takes for granted, if no sentence says it: `X did leave Y`; else nothing.

    A sentence supports it that is of all that is named but numbers, and has the verb or gives a reason. Only questions
    whose subject is a name can be told.
    """
    why = _WHY.match(question)
    named = names(question)
    if not why or not named:
        return ""
    auxiliary, rest = why[1].lower(), why[2].strip()
    subject = next((name for name in named if rest.startswith(name)), "")
    predicate = rest[len(subject) :].strip()
    key = next(iter(content(_without(predicate, named))), "")
    if not subject or not key or _FURTHER.match(rest[len(subject) :]):
        return ""
    folded = [f" {fold(name)} " for name in named if not name.isdecimal()]
    supported = any(
        (_said(key, [one]) or _BECAUSE.search(one.quote.evidence.quote)) and all(_is_of(name, one) for name in folded)
        for one in taken
    )
    return "" if supported else f"{subject} {auxiliary} {predicate}"


def _without(text: str, named: Sequence[str]) -> str:
    for name in named:
        text = text.replace(name, " ")
    return text


def says(key: str, one: Supported) -> bool:
    """Whether a sentence says a relation, if only by the years of a life."""
    return key in one.words or (key in _LIFE and _LIVED.search(one.quote.evidence.quote) is not None)


def kinship(relations: Mapping[str, str], sentences: Sequence[Supported]) -> float:
    """Whether the sentences say of all kin that is asked for that there is any."""
    said = frozenset[str]().union(*(one.words for one in sentences))
    return float(all(said & _KINSHIP[key] for key in relations.keys() & _KINSHIP.keys()))


def _said(key: str, sentences: Sequence[Supported]) -> bool:
    return any(says(key, one) for one in sentences)


def _anchored(named: Sequence[str], taken: Sequence[Supported]) -> tuple[list[Supported], list[Supported]]:
    """
    The sentences that are about what the question names, or have it; and those that a chain of names leads to, or
    that stand in the same passage. All are the former if it names nothing.
    """
    folded = [f" {fold(name)} " for name in named]
    here = [one for one in taken if not folded or any(_is_of(name, one) for name in folded)]
    reached, waiting = list(here), [one for one in taken if all(one is not other for other in here)]
    while near := [one for one in waiting if any(_leads(other, one) for other in reached)]:
        reached += near
        waiting = [one for one in waiting if all(one is not other for other in near)]
    return here, reached[len(here) :]


def _is_of(name: str, one: Supported) -> bool:
    return name in one.said or name in one.context or any(name in about or about in name for about in one.about)


def _leads(one: Supported, other: Supported) -> bool:
    return one.quote.reply.agent == other.quote.reply.agent or one.names(other) or other.names(one)
