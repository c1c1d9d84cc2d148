"""What is asked, in the form in which it is looked up in a text's terms."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from math import fsum

from language.cues import cues
from language.dimensions import asked_units, unit_of
from language.distinct import distinct
from language.rows import compares_rows
from myriad.agent.v1.question_pb2 import Question, QuestionTerm, TermRole
from myriad.agent.v1.text_pb2 import SpanType, TypedSpan

_SAME = 0.7
"""What another term that says the same counts, beside the term itself."""
_WHO_OR_WHERE = re.compile(r"\b(who|where)\b", re.IGNORECASE)
_UNKNOWN = 1.0
"""What a term tells if nobody said."""
_AMOUNTS = frozenset((SpanType.SPAN_TYPE_MONEY, SpanType.SPAN_TYPE_QUANTITY, SpanType.SPAN_TYPE_PERCENT))


@dataclass(frozen=True)
class Asked:
    """A question; its distinct terms are known by their numbers."""

    question: Question

    @cached_property
    def weights(self) -> list[float]:
        """By the numbers of the terms, what they tell."""
        return [one.weight or _UNKNOWN for one in self._distinct]

    @cached_property
    def total(self) -> float:
        return fsum(self.weights) or 1.0

    @cached_property
    def numbers(self) -> dict[str, tuple[int, float]]:
        """By a term that a text may hold, which of the question it says, and how well, from 0 to 1."""
        found: dict[str, tuple[int, float]] = {}
        for number, one in enumerate(self._distinct):
            for other in one.synonyms:
                found.setdefault(other, (number, _SAME))
        for number, one in enumerate(self._distinct):
            found[one.term] = number, 1.0
        return found

    @cached_property
    def forms(self) -> Sequence[frozenset[str]]:
        """By the numbers of the terms, the words of the question that have them, in lower case."""
        text, found = self.question.read_as or self.question.text, [set[str]() for _ in self._distinct]
        for one in self.question.terms:
            found[self.numbers[one.term][0]].add(text[one.start : one.end].lower())
        return [frozenset(words) for words in found]

    @cached_property
    def pairs(self) -> frozenset[tuple[int, int]]:
        """Terms next to each other."""
        order = [self.numbers[one.term][0] for one in self.question.terms]
        return frozenset(pair for pair in pairwise(order) if pair[0] != pair[1])

    @cached_property
    def named(self) -> dict[int, float]:
        """What the terms that are of names tell, by their numbers."""
        named = [n for n, one in enumerate(self._distinct) if one.role == TermRole.TERM_ROLE_NAME]
        return {number: self.weights[number] for number in named}

    @cached_property
    def sought(self) -> frozenset[int]:
        """The numbers of the terms of what is sought."""
        return frozenset(n for n, one in enumerate(self._distinct) if one.role == TermRole.TERM_ROLE_SOUGHT)

    @cached_property
    def all_named(self) -> float:
        return fsum(self.named.values())

    @cached_property
    def types(self) -> frozenset[int]:
        """Types of spans that a short answer may have; in a table an amount is often a bare number."""
        types = frozenset(self.question.types)
        return types | {SpanType.SPAN_TYPE_NUMBER} if types & _AMOUNTS else types

    @cached_property
    def units(self) -> frozenset[str]:
        """The units that a short answer may be in; none if the question does not tell."""
        return asked_units(self.question)

    def may_be(self, span: TypedSpan, *, is_in_table: bool) -> bool:
        """Whether a typed thing may be a short answer: of what is measured, bare numbers are so in tables alone."""
        if span.type not in self.types or not self.units:
            return span.type in self.types
        if span.type == SpanType.SPAN_TYPE_QUANTITY:
            return unit_of(span) in self.units
        return span.type in self.question.types or is_in_table

    @cached_property
    def headers(self) -> Set[str]:
        """What a column or field may be called whose values are what `who` or `where` asks for."""
        if self.question.language not in ("", "en"):
            return frozenset()
        said = cues("en").words
        asking = _WHO_OR_WHERE.findall(self.question.read_as or self.question.text)
        return frozenset[str]().union(*(said[f"headed_{word.lower()}"] for word in asking))

    @cached_property
    def dates(self) -> list[tuple[str, str]]:
        return [period(one) for one in self.question.dates]

    @cached_property
    def compares_rows(self) -> bool:
        return compares_rows(self.question)

    @cached_property
    def _distinct(self) -> list[QuestionTerm]:
        return distinct(self.question)

    def said(self, terms: Iterable[str]) -> dict[int, float]:
        """Which of the question's terms these say, and how well."""
        found: dict[int, float] = {}
        for term in terms:
            if entry := self.numbers.get(term):
                found[entry[0]] = max(found.get(entry[0], 0.0), entry[1])
        return found

    def share(self, said: Mapping[int, float]) -> float:
        """Of the question, by what its terms tell."""
        weights = self.weights
        return fsum([weights[number] * well for number, well in said.items()]) / self.total


def period(date: str) -> tuple[str, str]:
    """The first and the last moment of an ISO 8601 date or range, in a form in which moments can be compared."""
    first, _, last = date.partition("/")
    return first.removeprefix(".."), ((last or first) + "~").removeprefix("..")
