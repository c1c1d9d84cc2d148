"""The question: what it asks for and which of its terms count how much."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from math import fsum

from agent_host.clause import Clause, clause, spelled_out
from agent_host.gap import Gap, gap
from agent_host.synonyms import Synonyms, synonyms
from agent_host.words import RELATIONS, STOP_WORDS, WORD, term, tokens, words
from language.kinship import unfolded
from language.nouns import Sort
from myriad.agent.v1.evidence_pb2 import AnswerType

_RELATION = 1.6
_NAME = 1.3
_PLAIN = 1.0
_VAGUE = 0.5
_EXPLAINED = 0.4
# Words that many questions have and few answers need.
_VAGUE_TERMS = frozenset(
    map(
        term,
        words("""
    person people man woman thing year date time day place country city state kind type first second last work
    use make include involve feature know call name world whole part member series show film movie song book
"""),
    )
)

_GENERIC = frozenset(map(term, words("place location date year day time person number amount")))
"""Nouns that ask for a form of answer, which does not say them."""

_TYPE_OF: Mapping[Sort, AnswerType.ValueType] = {
    Sort.PERSON: AnswerType.ANSWER_TYPE_PERSON,
    Sort.PLACE: AnswerType.ANSWER_TYPE_PLACE,
    Sort.DATE: AnswerType.ANSWER_TYPE_DATE,
    Sort.NUMBER: AnswerType.ANSWER_TYPE_NUMBER,
}
_YES_NO = re.compile(r"(?:is|are|was|were|do|does|did|has|have|had|can|could|will)\b", re.IGNORECASE)
_INNER = re.compile(r"\b(?:which|what)\s+\w", re.IGNORECASE)
_BETWEEN = re.compile(r"^(?>.*?\bbetween\b)(?>.+?\band\b).+?\b(?:who|which|what)\b", re.IGNORECASE)
_OR = re.compile(r"(?<![\w'’.&-])(?:(?![A-Z])[\w'’.&-])*+[A-Z][\w'’.&-]*+[\"”]?,?\s++or\s++\S")

# What is asked for is a statement, which no few words of one are: "What does it guarantee?", "What happens when …?"
_STATEMENT = re.compile(
    r"^\W*what\s+(?:(?:does|do|did|will|would|can|should)\b.*\b(?:do|mean|guarantee|ensure|imply|say)\b|happens?\b|happened\b)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Question:
    """
    A question, analysed: its terms with their weights, the type of answer it asks for, where and how it asks;
    whether a name that it does not say led to the agent that is asked.
    """

    weights: Mapping[str, float]
    relations: frozenset[str]
    sought: frozenset[str]
    answer_type: AnswerType.ValueType
    gap: Gap
    clause: Clause
    synonyms: Synonyms
    led: bool = False

    @property
    def total(self) -> float:
        return fsum(self.weights.values())

    def told(self, path: Iterable[str]) -> Question:
        """The same for an agent that `path` led to: what the path explains counts less."""
        explaining = frozenset[str]().union(*map(_terms, path))
        explained = explaining & self.weights.keys() - self.relations
        weights = {key: weight * _EXPLAINED if key in explained else weight for key, weight in self.weights.items()}
        return replace(self, weights=weights, led=not explaining <= self.weights.keys())


@lru_cache(maxsize=4_096)
def _terms(name: str) -> frozenset[str]:
    return frozenset(found for found, _ in tokens(name)) - STOP_WORDS


def analyse(text: str) -> Question:
    """Take a question apart; any text is one, if only by its words."""
    text = unfolded(spelled_out(text))
    weights: dict[str, float] = {}
    for position, match in enumerate(WORD.finditer(text)):
        found = term(match.group())
        if found in STOP_WORDS:
            continue
        weights[found] = max(weights.get(found, 0.0), _weight(found, match.group(), first=position == 0))
    others = synonyms(text)
    asked = gap(text)
    heads = others.saying(asked.head) if asked.head and asked.head not in _GENERIC else frozenset[str]()
    asked = replace(asked, heads=heads)
    relations, noun = RELATIONS.intersection(weights), frozenset(asked.noun)
    return Question(weights, relations, noun, _type(text, asked), asked, clause(text), others)


def _weight(found: str, word: str, *, first: bool) -> float:
    if found in RELATIONS:
        return _RELATION
    if (word[0].isupper() and not first) or word[0].isdigit():
        return _NAME
    return _VAGUE if found in _VAGUE_TERMS else _PLAIN


def _type(text: str, found: Gap) -> AnswerType.ValueType:
    """The type of answer that the question's form asks for."""
    if _STATEMENT.match(text) and not clause(text).stands:
        return AnswerType.ANSWER_TYPE_UNSPECIFIED
    open_ended = found.want in (None, Sort.THING)
    if _YES_NO.match(text.lstrip()) and (open_ended or not _INNER.search(text)):
        return AnswerType.ANSWER_TYPE_CHOICE if _OR.search(text) else AnswerType.ANSWER_TYPE_YES_NO
    if (_OR.search(text) or _BETWEEN.search(text)) and found.want not in (Sort.DATE, Sort.NUMBER):
        return AnswerType.ANSWER_TYPE_CHOICE
    if found.want is None:
        return AnswerType.ANSWER_TYPE_THING if found.asks else AnswerType.ANSWER_TYPE_UNSPECIFIED
    return _TYPE_OF.get(found.want, AnswerType.ANSWER_TYPE_THING)
