"""What a question compares: two things, and what is said of each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from myriad.agent.v1.evidence_pb2 import Claim
from myriad.agent.v1.question_pb2 import Question
from synth.ranking import Candidate
from synth.words import terms_of

LOOKED_AT = 3
"""Units of each thing that are read."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """What comes of comparing, in a few words, and a unit about each of the things."""

    answer: str
    units: Sequence[Candidate]


@dataclass(frozen=True, slots=True)
class Option:
    """One of the things compared, and the units about it."""

    name: str
    units: Sequence[Candidate]

    def claims(self) -> Iterator[tuple[Candidate, Claim]]:
        """What is stated of it, with the units that say so."""
        for one in self.units:
            reply = one.reply.reply
            for claim in reply.claims:
                if reply.evidence[claim.evidence].position == one.evidence.position:
                    yield one, claim


def asked_of(question: Question, options: Sequence[Option]) -> dict[str, set[str]]:
    """The terms of a question, with their synonyms, that do not name what is compared."""
    named = frozenset[str]().union(*(terms_of(one.name, question.language) for one in options))
    return {term.term: {term.term, *term.synonyms} for term in question.terms if term.term not in named}


def is_said(question: Question, option: Option, asked: Mapping[str, set[str]]) -> bool:
    said = terms_of(" ".join(one.evidence.quote for one in option.units[:LOOKED_AT]), question.language)
    return all(not words.isdisjoint(said) for words in asked.values())


def stated_of(option: Option, asked: Iterable[str], language: str) -> dict[str, set[str]]:
    """The values of attributes that are asked for."""
    found: dict[str, set[str]] = {}
    wanted = frozenset(asked)
    for one in option.units:
        for claim in one.reply.reply.claims:
            if not terms_of(claim.attribute, language).isdisjoint(wanted):
                found.setdefault(claim.attribute, set()).add(claim.normal or claim.value)
    return found
