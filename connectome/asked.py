"""
What a question asks: its terms by what they tell, and what a passage says to them.

"Where was the director of Lloyd born?" asks for `director` and for `born`: of the names in Lloyd's text, the one beside
"directed by" leads on, for that says the same.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from math import log

from connectome.passage import terms_of
from connectome.ports import Agent, LexicalIndex
from language.keys import spoken, words
from myriad.agent.v1.question_pb2 import Question

SAME = 0.5
"""A term that says the same as one of the question's counts so much of it in the lexical index."""
NEAR = 18
"""A term so near to a name, in characters, counts fully,"""
FADING = 24
"""and half when it is so much farther."""
SURELY = 0.6
"""A term that counts so much beside a name led to what the name stands for."""
PART = 0.5
"""A part of a term, such as `host` of `self-hosted`, tells so much of what it would alone: .633 to .641 of first3."""
APART = 72
"""The terms of one sentence are so much farther from those of the next."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, and what each of its terms tells: the rarer in the mind, the more."""

    question: Question
    weights: Mapping[str, float]
    means: Mapping[str, str]
    """By term that says what one of the question's does, itself included: that one."""

    def share(self, held: Collection[str]) -> float:
        """How much of what is asked these terms are, from 0 to 1."""
        total = sum(self.weights.values())
        return sum(weight for term, weight in self.weights.items() if term in held) / total if total else 0.0

    def without(self, name: str) -> Asked:
        """What is asked besides the words of a name, or of several."""
        known = {self.means.get(term, term) for term in terms_of(name, self.question.language)}
        left = {term: weight for term, weight in self.weights.items() if term not in known}
        return Asked(self.question, left, {one: term for one, term in self.means.items() if term not in known})

    def found_by(self, held: Collection[str]) -> list[str]:
        """The question's own words for these terms, in its order."""
        said = self.question.read_as
        return [said[one.start : one.end] for one in self.question.terms if one.term in held]

    @property
    def counted(self) -> Mapping[str, float]:
        """What the lexical index is asked for: all terms that tell something, and how much each counts."""
        return {other: 1.0 if other in self.weights else SAME for other in self.means}

    @property
    def words(self) -> Sequence[str]:
        return words(self.question.read_as)

    @property
    def spoken(self) -> Sequence[str]:
        return spoken(self.question.read_as)


def asked(lexical: LexicalIndex, mind: str, question: Question) -> Asked:
    """What a question asks in a mind; what its terms tell there is written into it."""
    agents, having = lexical.counts(mind, {one.term for one in question.terms})
    halved = _parts(question, having)
    weights = {
        one.term: tells(agents, having[one.term]) * (PART if one.term in halved else 1.0) for one in question.terms
    }
    means: dict[str, str] = {}
    for one in question.terms:
        one.weight = weights[one.term]
        for other in one.synonyms:
            means.setdefault(other, one.term)
    return Asked(question, weights, means | {term: term for term in weights})


def _parts(question: Question, having: Mapping[str, int]) -> Set[str]:
    """Terms that are only said as parts of others that the mind has: `host` of `self-hosted`."""
    parts, alone, whole = set[str](), set[str](), (0, 0)
    for one in question.terms:
        place = one.start, one.end
        (parts if one.end <= whole[1] and place != whole else alone).add(one.term)
        if having[one.term] and one.end > whole[1]:
            whole = place
    return parts - alone


def tells(agents: int, having: int) -> float:
    """How much a term tells that so many of the agents have: its inverse document frequency."""
    return log(1 + agents / (1 + having))


@dataclass(frozen=True, slots=True)
class Beside:
    """What of a question stands beside a name in a text."""

    share: float
    """How much of what is asked, from 0 to 1."""
    terms: frozenset[str]
    """Those that are surely said of it."""


class Reading:
    """An agent's passage, read for a question."""

    def __init__(self, agent: Agent, asked: Asked) -> None:
        self.agent = agent
        self._said = asked.means.keys() & agent.passage.terms
        self.held = frozenset(asked.means[term] for term in self._said)
        """The question's terms that the passage and its title say."""

    def beside(self, names: Iterable[tuple[int, str]], left: Asked, known: Collection[str]) -> dict[int, Beside]:
        """What of `left`, without the terms that are `known`, stands beside each of the names (concept, key)."""
        weights, passage = left.weights, self.agent.passage
        places = [
            (at, sentence, term)
            for one in self._said & left.means.keys()
            if (term := left.means[one]) not in known
            for at, sentence in passage.places(one)
        ]
        if not places:
            return {}
        total, found = sum(weights.values()), dict[int, Beside]()
        for concept, key in names:
            near: dict[str, float] = {}
            for start, end, among in passage.names(key):
                for at, sentence, term in places:
                    apart = APART * abs(sentence - among)
                    near[term] = max(near.get(term, 0.0), _nearness(at, start, end, apart))
            if near:
                share = sum(weights[term] * amount for term, amount in sorted(near.items())) / total
                found[concept] = Beside(share, frozenset(term for term, amount in near.items() if amount > SURELY))
        return found


def _nearness(at: int, start: int, end: int, apart: int) -> float:
    """How near a term is to those from `start` to `end`, from 0 to 1; a name's own terms say nothing of it."""
    if start <= at <= end:
        return 0.0
    distance = apart + (start - at if at < start else at - end)
    return 1.0 if distance <= NEAR else FADING / (FADING + distance - NEAR)
