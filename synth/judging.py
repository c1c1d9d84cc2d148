"""Judging: a judging model reads the best units beside the question, and they come in a new order. It says nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import models
from myriad.agent.v1.question_pb2 import Question
from synth.ports import Judge
from synth.ranking import Candidate

READ = 15
"""Units; on the average 84 of 100 questions have an answer in so many, and reading them takes a sixth of a second."""


def judged(question: Question, ranked: Sequence[Candidate], judge: Judge) -> list[Candidate]:
    """The same candidates: those that the judge read come first, in the order that it and the ranking make."""
    told = read(question, ranked, judge)
    if not told:
        return []
    model = models.load("judging")
    told.sort(key=lambda one: -model.score(features(one)))
    return [*told, *ranked[READ:]]


def read(question: Question, ranked: Sequence[Candidate], judge: Judge) -> list[Candidate]:
    """The best ones in their order, with what the judge gives them."""
    best = ranked[:READ]
    scores = judge.scores(question.read_as, [text(one) for one in best]) if best else []
    return [replace(one, judged=score) for one, score in zip(best, scores, strict=True)]


def text(candidate: Candidate) -> str:
    """What is read of a candidate: its quote, below the heading that it stands under or else its title."""
    reply = candidate.reply.reply
    heading = reply.heading_path[-1] if reply.heading_path else reply.title
    is_said = not heading or heading.lower() in candidate.quote.lower()
    return candidate.quote if is_said else f"{heading}. {candidate.quote}"


def features(candidate: Candidate) -> dict[str, float]:
    """What tells for a candidate that was read."""
    return {"score": candidate.score, "judged": candidate.judged or 0.0}
