"""Answers worked out over the rows of a table: the likeliest of what the operators give, by a fitted model."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, fsum

import models
from models import Linear
from myriad.agent.v1 import question_pb2 as pb
from myriad.agent.v1.question_pb2 import Question
from synth.composition import Worked
from synth.ranking import Candidate
from synth.row_operators import Result, results
from synth.tables import Row, tables

_MOST_TABLES = 4
_MOST_QUOTED = 8
"""Rows that are quoted for one answer."""
_NOT_OF_ROWS = frozenset((pb.WANT_HOW, pb.WANT_WHY, pb.WANT_SUMMARY, pb.WANT_DEFINITION))


@dataclass(frozen=True, slots=True)
class RowAnswer:
    """An answer in a few words, the rows that it rests on, and how likely it is right."""

    answer: str
    calculation: Worked | None
    """How it was worked out, if it does not stand in a row that the question itself tells."""
    units: Sequence[Candidate]
    probability: float
    is_list: bool

    def led(self, ranked: Sequence[Candidate]) -> list[Candidate]:
        """What is ranked, with its rows in front."""
        own = frozenset(self.units)
        return [*self.units, *(one for one in ranked if one not in own)]

    @property
    def is_given(self) -> bool:
        """Whether it is one thing, and likely enough, to be given as a short answer."""
        return not self.is_list and self.probability >= models.load("rows").thresholds["given"]


def row_answer(question: Question, ranked: Sequence[Candidate]) -> RowAnswer | None:
    """The likeliest answer of the rows that are offered, if there are any."""
    found = told(question, ranked)
    if not found:
        return None
    best, probability = likeliest(found, models.load("rows"))
    units = [_unit(row, best.answer) for row in best.rows[:_MOST_QUOTED]]
    stated = Worked(best.stated, units)
    is_list = bool(best.features.get("listed"))
    return RowAnswer(best.answer, None if best.how == "lookup" else stated, units, probability, is_list)


def told(question: Question, ranked: Sequence[Candidate]) -> list[Result]:
    """What comes of every operator, over every table of which rows are offered."""
    if question.want in _NOT_OF_ROWS or question.negated:
        return []
    offered = tables(ranked, question.language)[:_MOST_TABLES]
    return [one for table in offered for one in results(question, table)]


def likeliest(found: Sequence[Result], model: Linear) -> tuple[Result, float]:
    """
    The answer that is likeliest right and the best way to it, with its probability.

    One of them is right or none is, which has a score of 0: what several ways lead to is as likely as all of them.
    """
    scores = [model.score(one.features) for one in found]
    most = max(0.0, *scores)
    weights = [exp(score - most) for score in scores]
    whole = fsum(weights) + exp(-most)
    by: dict[str, float] = defaultdict(float)
    for one, weight in zip(found, weights, strict=True):
        by[one.answer.casefold()] += weight / whole
    answer = max(by, key=lambda one: by[one])
    ways = [(score, -place) for place, score in enumerate(scores) if found[place].answer.casefold() == answer]
    return found[-max(ways)[1]], by[answer]


def _unit(row: Row, answer: str) -> Candidate:
    """Of the units of a row the one that says the answer, or else the best."""
    return next((one for one in row.units if answer in one.evidence.quote), row.units[0])
