"""Answers worked out over the rows of a table: the likeliest of what the operators give, by a fitted model."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, fsum
from typing import NamedTuple

import models
from models import Linear
from myriad.agent.v1 import question_pb2 as pb
from myriad.agent.v1.question_pb2 import Question
from synth.composition import Worked
from synth.ranking import Candidate
from synth.row_operators import CHOICES, results
from synth.row_result import Result
from synth.tables import Row, table_of, tables

_MOST_TABLES = 4
_MOST_QUOTED = 8
"""Rows that are quoted for one answer."""
_OF_ORDER = CHOICES | {"by_order", "extreme", "frequent", "beside", "other", "alike"}
"""Operators by which a row is chosen for how it stands to others."""
_NOT_OF_ROWS = frozenset((pb.WANT_HOW, pb.WANT_WHY, pb.WANT_SUMMARY))


class Likely(NamedTuple):
    """A result, how likely its answer is right, and how likely its first row is the one that answers."""

    result: Result
    answer: float
    row: float


@dataclass(frozen=True, slots=True)
class RowAnswer:
    """An answer in a few words, and the rows that it rests on."""

    answer: str
    calculation: Worked | None
    """How it was worked out, if it does not stand in a row that the question itself tells."""
    units: Sequence[Candidate]
    probability: float
    """That the answer is right."""
    sure: float
    """How likely the first of the rows answers."""
    is_list: bool
    is_ordered: bool
    """Whether its row was chosen by how it stands to others."""
    is_banded: bool
    """Whether it was by a band in which an amount of the question lies."""

    @property
    def is_given(self) -> bool:
        """Whether it is one thing, and likely enough, to be given as a short answer."""
        return not self.is_list and self.probability >= models.load("rows").thresholds["given"]

    def leads(self, lead: Candidate, sure: float) -> bool:
        """
        Whether its rows come before a unit that is so sure.

        Which row is the first, the most or the next, the ranking of units cannot tell: of rows the one that was worked
        out leads.
        """
        if self.is_given or (self.is_banded and self._is_beside(lead)):
            return True
        is_row = self.is_ordered and lead.evidence.HasField("row")
        return is_row or ((self.is_ordered or self.is_banded) and self.sure > sure)

    def surely(self, lead: Candidate, sure: float) -> float:
        """How sure it is in the place of a unit that is so sure: of another row of its table, which a band has told."""
        return max(sure, self.sure) if self.is_banded and self._is_beside(lead) else self.sure

    def _is_beside(self, lead: Candidate) -> bool:
        """Whether a unit is a row of the same table."""
        return table_of(lead) == table_of(self.units[0])

    def led(self, ranked: Sequence[Candidate]) -> list[Candidate]:
        """What is ranked, with its rows in front."""
        known = {one.place: one for one in ranked}
        own = {one.place: known.get(one.place, one) for one in self.units}
        return [*own.values(), *(one for one in ranked if one.place not in own)]


def row_answer(question: Question, ranked: Sequence[Candidate]) -> RowAnswer | None:
    """The likeliest answer of the rows that are offered, if there are any."""
    found = told(question, ranked)
    if not found:
        return None
    best, probability, sure = likeliest(found, models.load("rows"))
    units = [_unit(row, best.answer) for row in best.rows[:_MOST_QUOTED]]
    worked = None if best.how == "lookup" else Worked(best.stated, units)
    is_list = bool(best.features.get("listed"))
    is_banded = bool(best.features.get("band"))
    return RowAnswer(best.answer, worked, units, probability, sure, is_list, best.how in _OF_ORDER, is_banded)


def told(question: Question, ranked: Sequence[Candidate]) -> list[Result]:
    """What comes of every operator, over every table of which rows are offered."""
    if question.want in _NOT_OF_ROWS or question.negated:
        return []
    offered = tables(ranked, question.language)[:_MOST_TABLES]
    return [one for table in offered for one in results(question, table)]


def likeliest(found: Sequence[Result], model: Linear) -> Likely:
    """
    The answer that is likeliest right, and the best way to it.

    One of the results is right or none is, which has a score of 0: what several ways lead to is as likely as all of
    them.
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
    best = found[-max(ways)[1]]
    row = fsum(weight for one, weight in zip(found, weights, strict=True) if one.rows[0] is best.rows[0]) / whole
    return Likely(best, by[answer], min(row, 1.0))


def _unit(row: Row, answer: str) -> Candidate:
    """Of the units of a row the one that says the answer, or else the best."""
    return next((one for one in row.units if answer in one.evidence.quote), row.units[0])
