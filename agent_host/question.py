"""The question: what it asks for and which of its terms count how much."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import takewhile
from math import fsum

from agent_host.words import DEMONYMS, RELATIONS, STOP_WORDS, WORD, term, tokens, words
from mesh.errors import InvalidField
from myriad.agent.v1.evidence_pb2 import AnswerType

LONGEST = 4_000
"""Characters that a question may have."""

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

_TYPES: Mapping[AnswerType.ValueType, str] = {
    AnswerType.ANSWER_TYPE_PERSON: (
        "actor actress actors actresses author band biographer brother character child children coach cricketer "
        "daughter director father founder founders husband king leader mayor mother musician painter performer person "
        "photographer player politician president producer queen rapper senator singer sister son wife writer"
    ),
    AnswerType.ANSWER_TYPE_PLACE: (
        "area birthplace capital city continent country county district island location neighborhood place province "
        "region river state town village"
    ),
    AnswerType.ANSWER_TYPE_DATE: "century date day decade era month year",
    AnswerType.ANSWER_TYPE_NUMBER: "age amount distance height number output percentage population",
}
_PRONOUN_TYPES = {
    "who": AnswerType.ANSWER_TYPE_PERSON,
    "whom": AnswerType.ANSWER_TYPE_PERSON,
    "whose": AnswerType.ANSWER_TYPE_PERSON,
    "when": AnswerType.ANSWER_TYPE_DATE,
    "where": AnswerType.ANSWER_TYPE_PLACE,
}
_TYPE_OF = {word: kind for kind, listing in _TYPES.items() for word in listing.split()}
_YES_NO = re.compile(r"(?:is|are|was|were|do|does|did|has|have|had|can|could|will)\b", re.IGNORECASE)
_HOW_MANY = re.compile(r"\bhow (?:many|much|old|long|far|tall|large|big|often)\b", re.IGNORECASE)
_PRONOUN = re.compile(r"^\W*(who|whom|whose|when|where)\b|\b(who|whom|when|where)\W*$", re.IGNORECASE)
_WHICH = re.compile(
    r"\b(?:which|what)\b(?:\s+(?:is|was|are|were|of)\b)?(?:\s+(?:the|an?)\b)?(?:\s+names?\s+of\b(?:\s+(?:the|an?)\b)?)?"
    r"((?:\W+[^\W_]+){0,6})",
    re.IGNORECASE,
)
_OR = re.compile(r"[A-Z][\w'’.&-]*[\"”]?,?\s+or\s+\S")
_BREAKS = words("is are was were did do does has have had of in on by for that who can could would and")


@dataclass(frozen=True, slots=True)
class Question:
    """A question, analysed: its terms with their weights, and the type of answer it asks for."""

    weights: Mapping[str, float]
    relations: frozenset[str]
    sought: frozenset[str]
    answer_type: AnswerType.ValueType

    @property
    def total(self) -> float:
        return fsum(self.weights.values())

    def told(self, path: Iterable[str]) -> Question:
        """The same for an agent that `path` led to: what the path explains counts less."""
        explained = {found for name in path for found, _ in tokens(name)}.intersection(self.weights) - self.relations
        if not explained:
            return self
        weights = {key: weight * _EXPLAINED if key in explained else weight for key, weight in self.weights.items()}
        return Question(weights, self.relations, self.sought, self.answer_type)


def analyse(text: str) -> Question:
    """Take a question apart; any text is one, if only by its words."""
    weights: dict[str, float] = {}
    for position, match in enumerate(WORD.finditer(text)):
        found = term(match.group())
        if found in STOP_WORDS:
            continue
        weights[found] = max(weights.get(found, 0.0), _weight(found, match.group(), first=position == 0))
    answer_type, sought = _asked(text)
    return Question(weights, RELATIONS.intersection(weights), sought, answer_type)


def _weight(found: str, word: str, *, first: bool) -> float:
    if found in RELATIONS:
        return _RELATION
    if (word[0].isupper() and not first) or word[0].isdigit():
        return _NAME
    return _VAGUE if found in _VAGUE_TERMS else _PLAIN


def _asked(text: str) -> tuple[AnswerType.ValueType, frozenset[str]]:
    """The expected type, and the terms of the noun asked for (`which racing magazine`: race, magazin)."""
    if _YES_NO.match(text.lstrip()):
        chosen = AnswerType.ANSWER_TYPE_CHOICE if _OR.search(text) else AnswerType.ANSWER_TYPE_YES_NO
        return chosen, frozenset()
    if _HOW_MANY.search(text):
        return AnswerType.ANSWER_TYPE_NUMBER, frozenset()
    noun = _noun(text)
    sought = frozenset(map(term, noun))
    kind = next((_TYPE_OF[word] for word in reversed(noun) if word in _TYPE_OF), None)
    if _OR.search(text) and kind != AnswerType.ANSWER_TYPE_DATE:
        return AnswerType.ANSWER_TYPE_CHOICE, sought
    if pronoun := _PRONOUN.search(text):
        return _PRONOUN_TYPES[(pronoun[1] or pronoun[2]).lower()], frozenset()
    if kind is not None:
        return kind, sought
    return AnswerType.ANSWER_TYPE_THING if noun else AnswerType.ANSWER_TYPE_UNSPECIFIED, sought


def _noun(text: str) -> list[str]:
    """The words after the last `which` or `what`, up to its verb: the noun asked for and what describes it."""
    noun: list[str] = []
    for match in _WHICH.finditer(text):
        following = map(str.lower, WORD.findall(match[1]))
        noun = list(takewhile(lambda word: word not in _BREAKS, following))[:4] or noun
    return [word for word in noun if word not in STOP_WORDS and term(word) not in DEMONYMS]


def check(text: str, field: str = "question") -> None:
    """InvalidField unless `text` can be asked."""
    if not text.strip() or len(text) > LONGEST:
        raise InvalidField(field, f"is 1 to {LONGEST:,} characters long")
    if any(unicodedata.category(letter) == "Cc" and not letter.isspace() for letter in text):
        raise InvalidField(field, "has no control characters")
