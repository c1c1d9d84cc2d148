"""Confidence: how likely the best unit answers, by a fitted model; nothing else multiplies or changes it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import Enum
from math import exp, fsum

import models
from language.distinct import distinct
from myriad.agent.v1.question_pb2 import Question
from synth import judging
from synth.ranking import Candidate
from synth.words import name

_COMPARED = 40
"""So many of the best are looked at."""
_NEXT = 5
"""So many that come next say where else there is something."""
_CLEAR = 3.0
"""A margin that cannot be surer."""
_LITTLE, _MUCH = 15.0, 40.0
"""A question that tells less, as every one does in a small mind, is no worse; one that tells more is as good."""


class Zone(Enum):
    """What is said, by how likely it is right."""

    ANSWER = "answer"
    PERHAPS = "perhaps"
    NOTHING = "nothing"


def confidence(ranked: Sequence[Candidate], told: Mapping[str, float]) -> float:
    """From 0 to 1, by the features of what is offered; 0 if nothing is."""
    return models.load(_model(ranked)).probability(told) if ranked else 0.0


def zone(ranked: Sequence[Candidate], sure: float) -> Zone:
    """What so much confidence in the best unit is enough for."""
    if not ranked:
        return Zone.NOTHING
    thresholds = models.load(_model(ranked)).thresholds
    if sure >= thresholds["answer"]:
        return Zone.ANSWER
    return Zone.PERHAPS if sure >= thresholds["perhaps"] else Zone.NOTHING


def _model(ranked: Sequence[Candidate]) -> str:
    """What was judged by another model is as sure as that one and the words tell together."""
    return "confidence" if ranked[0].judged is None else "judged_confidence"


def features(question: Question, ranked: Sequence[Candidate]) -> dict[str, float]:
    """What the best unit says of the question, how far ahead it is, and whether others of its place come next."""
    if not ranked:
        return {}
    lead, best = ranked[0], ranked[:_COMPARED]
    others = [one for one in best[1:] if one.place[0] != lead.place[0]]
    rivals = others or [one for one in best[1:] if not one.overlaps(lead)]
    judged = [one.judged for one in others if one.judged is not None]
    after = best[1 : 1 + _NEXT]
    return {
        "margin": min(lead.score - rivals[0].score, _CLEAR) if rivals else 0.0,
        "share": _share(best),
        "path_coverage": lead.features["path_coverage"],
        **_asked(question, best),
        "beside": sum(one.place[0] == lead.place[0] for one in after) / _NEXT,
        "elsewhere": sum(_is_elsewhere(question, one, lead) for one in after) / _NEXT,
        "judged": lead.judged or 0.0,
        "judged_margin": (lead.judged or 0.0) - max(judged) if judged else 0.0,
    }


def _share(best: Sequence[Candidate]) -> float:
    """How likely the best unit is, of one choice among all: by the ranking, or of those that were judged by both."""
    read = [one for one in best if one.judged is not None]
    scores = [models.load("judging").score(judging.features(one)) for one in read] or [one.score for one in best]
    return 1 / fsum(exp(min(one - scores[0], _CLEAR)) for one in scores)


def _asked(question: Question, best: Sequence[Candidate]) -> dict[str, float]:
    """How much the question tells, by the weights of its terms, and which share of it no unit says."""
    weights = [one.weight for one in distinct(question)]
    heard = {number for one in best for number in one.evidence.said}
    asked = fsum(weights)
    unheard = fsum(weight for number, weight in enumerate(weights) if number not in heard)
    return {"asked": min(max(asked, _LITTLE), _MUCH), "unheard": unheard / (asked or 1.0)}


def _is_elsewhere(question: Question, one: Candidate, lead: Candidate) -> bool:
    """Whether it is of another document, which the question does not name."""
    reply = one.reply.reply
    if reply.document == lead.reply.reply.document:
        return False
    called = name(reply.title)
    return not called or f" {called} " not in f" {name(question.read_as or question.text)} "
