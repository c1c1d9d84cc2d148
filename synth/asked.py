"""What is asked: the terms of a question, as the synthesizer looks them up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from math import fsum

from language.distinct import distinct
from language.folding import fold
from myriad.agent.v1.question_pb2 import Question


class Asked:
    """The terms of a question, and what they tell."""

    def __init__(self, question: Question) -> None:
        self.question = question
        self.weights = {one.term: one.weight or 1.0 for one in question.terms}
        same = {other: one.term for one in reversed(question.terms) for other in one.synonyms}
        self.same: Mapping[str, str] = same | {one: one for one in self.weights}
        self.numbered = [one.term for one in distinct(question)]
        self.folded = f" {fold(question.read_as or question.text)} "
        self.total = fsum(self.weights.values()) or 1.0
        self._said: dict[tuple[int, ...], frozenset[str]] = {}

    def share(self, terms: Set[str]) -> float:
        """Of the question, by what its terms tell."""
        return fsum([self.weights[one] for one in terms]) / self.total

    def known(self, terms: Iterable[str]) -> frozenset[str]:
        """Which of its terms these say, themselves or by what means the same."""
        return frozenset([asked for term in terms if (asked := self.same.get(term))])

    def said(self, numbers: Sequence[int]) -> frozenset[str]:
        """The terms that a unit says, by their numbers; most units say one of a few sets."""
        key = tuple(numbers)
        found = self._said.get(key)
        if found is None:
            found = self._said[key] = frozenset(self.numbered[n] for n in key if n < len(self.numbered))
        return found
