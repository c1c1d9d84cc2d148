"""Short answers: a few words of the best unit, given only where they are likely right."""

from __future__ import annotations

from typing import NamedTuple

import models
from myriad.agent.v1.question_pb2 import Question, Want
from myriad.agent.v1.text_pb2 import SpanType
from synth.ranking import Candidate


class ShortAnswer(NamedTuple):
    """Words of a unit's quote, where they stand in it, and how likely they are right."""

    text: str
    span: tuple[int, int]
    probability: float


def short_answer(question: Question, candidate: Candidate) -> ShortAnswer | None:
    """The words of the candidate that answer; None if nothing in it clearly does."""
    model = models.load("short_answer")
    found = [ShortAnswer(text, span, model.probability(told)) for text, span, told in features(question, candidate)]
    best = max(found, key=lambda one: one.probability, default=None)
    return best if best and best.probability >= model.thresholds["given"] else None


def features(question: Question, candidate: Candidate) -> list[tuple[str, tuple[int, int], dict[str, float]]]:
    """What tells for each stretch of the candidate that is of a type which the question asks for."""
    offered = candidate.evidence.short_answers
    types = list(question.types)
    values = len({one.text.casefold() for one in offered})
    nearest = max((one.score for one in offered), default=0.0)
    own = candidate.features
    return [
        (
            one.text,
            (one.quote_start, one.quote_end),
            {
                "nearness": one.score,
                "nearest": float(one.score == nearest),
                "alone": 1.0 / values,
                "coverage": own["coverage"],
                "relevance": own["best_relevance"],
                "phrases": own["phrases"],
                "preferred": 1.0 / (1 + types.index(one.span_type)) if one.span_type in types else 0.0,
                "name": float(one.span_type == SpanType.SPAN_TYPE_NAME),
                "count": float(question.want == Want.WANT_COUNT),
                "opens": float(one.quote_end <= candidate.evidence.lead_end),
            },
        )
        for one in offered
    ]
