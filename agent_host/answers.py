"""Short answers: the words of a sentence that may answer by themselves, each with its exact place."""

from __future__ import annotations

from math import exp
from operator import mul
from typing import NamedTuple

from agent_host.answer_features import WEIGHTS, features
from agent_host.passage import Passage
from agent_host.question import Question
from agent_host.statements import statements
from agent_host.topic import looked_up
from myriad.agent.v1.evidence_pb2 import AnswerType

AT_MOST = 4
"""Candidates a sentence."""
_WEIGHTS = tuple(WEIGHTS.values())
_UNTYPED = frozenset((AnswerType.ANSWER_TYPE_YES_NO, AnswerType.ANSWER_TYPE_CHOICE, AnswerType.ANSWER_TYPE_UNSPECIFIED))


class Candidate(NamedTuple):
    """`sentence[start:end]`, what it is and how well it fits: the probability of a log-linear model, from 0 to 1."""

    start: int
    end: int
    kind: AnswerType.ValueType
    score: float


def candidates(question: Question, passage: Passage, position: int, about: float) -> list[Candidate]:
    """The best few short answers in a sentence that is so much `about` what is asked (`agent_host.topic`)."""
    kind, sentence = question.answer_type, passage.sentences[position]
    if not about or kind in _UNTYPED:
        return []
    if sentence.header:
        return [Candidate(start, end, kind, 1.0) for start, end in looked_up(question, sentence)][:AT_MOST]
    found = [Candidate(one.start, one.end, kind, one.sure) for one in statements(question, passage, position)]
    if question.clause.is_how_to:
        return found[:AT_MOST]
    stated = {(one.start, one.end) for one in found}
    found += [
        Candidate(span.start, span.end, kind, round(1 / (1 + exp(-weighed(values))), 4))
        for span, values in features(question, passage, sentence, position, about)
        if (span.start, span.end) not in stated
    ]
    return sorted(found, key=lambda one: (-one.score, one.start, one.end))[:AT_MOST]


def weighed(values: tuple[float, ...]) -> float:
    """The log-odds that a candidate with these features answers."""
    return float(sum(map(mul, _WEIGHTS, values)))
