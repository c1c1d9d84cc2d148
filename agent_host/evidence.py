"""Evidence: how well each sentence of a passage answers a question."""

from __future__ import annotations

import re
from math import fsum
from typing import NamedTuple

from agent_host.passage import Passage
from agent_host.question import Question
from agent_host.sentence import Sentence
from myriad.agent.v1.evidence_pb2 import AnswerType

# What a sentence is about for sure (`He`, `the film`) is as good as said. A passage's title and headings are present in
# each of its sentences, but not as surely; a heading, which is nearer, more so than the title.
_MEANT_SHARE = 0.9
_HEADING_SHARE = 0.75
_TITLE_SHARE = 0.6
_PASSAGE_SHARE = 0.15
_SYNONYM_SHARE = 0.6
"""What another word for one of the question's counts."""
_TYPE_BONUS = 0.08
_FIRST_BONUS = 0.06
_LEAST = 0.05
"""Sentences below this say nothing to the question."""

_NAME = re.compile(r"\S\s+\W?[^\W\d_a-z]")
_FIGURE = re.compile(r"\d")
_SIGN_OF = {
    AnswerType.ANSWER_TYPE_PERSON: _NAME,
    AnswerType.ANSWER_TYPE_PLACE: _NAME,
    AnswerType.ANSWER_TYPE_DATE: _FIGURE,
    AnswerType.ANSWER_TYPE_NUMBER: _FIGURE,
    AnswerType.ANSWER_TYPE_THING: _NAME,
}
"""What a sentence has that may hold an answer of this type."""


class Scored(NamedTuple):
    """A sentence and how well it answers, from 0 to 1."""

    score: float
    position: int
    sentence: Sentence


def rank(question: Question, passage: Passage) -> list[Scored]:
    """
    The passage's sentences that bear on the question, best first.

    A score depends on nothing but the question and the passage: where an agent lives, and with whom it is asked,
    must not change an answer. Sums are exact (`fsum`): the order of a set differs from process to process.
    """
    total = question.total
    if not total:
        return []
    weights = question.weights
    asked = weights.keys()
    in_heading = passage.heading_terms & asked
    in_title = (passage.title_terms & asked) - in_heading
    in_subject = passage.subject.terms & asked
    said_of = [sentence.terms & asked for sentence in passage.sentences]
    in_passage = in_title.union(in_heading, *said_of)
    base = _PASSAGE_SHARE * fsum(weights[one] for one in in_passage)
    sign = _SIGN_OF.get(question.answer_type)
    scored = []
    for position, (sentence, said) in enumerate(zip(passage.sentences, said_of, strict=True)):
        if sentence.is_fragment:
            continue
        meant = in_subject - said if sentence.resolved.is_about else frozenset()
        near = (in_heading | (sentence.header_terms & asked)) - said - meant
        known = said | meant | near | in_title
        otherwise = question.synonyms.said(sentence)
        score = (
            fsum(weights[one] for one in said) * (1 - _PASSAGE_SHARE)
            + _MEANT_SHARE * (1 - _PASSAGE_SHARE) * fsum(weights[one] for one in meant)
            + _HEADING_SHARE * fsum(weights[one] for one in near)
            + _TITLE_SHARE * fsum(weights[one] for one in in_title - near - said - meant)
            + _SYNONYM_SHARE * fsum(weights[one] * sure for one, sure in otherwise.items() if one not in known)
            + base
        ) / total
        if score and sign and sign.search(sentence.text):
            score += _TYPE_BONUS
        if score and position == 0:
            score += _FIRST_BONUS
        if score >= _LEAST:
            scored.append(Scored(min(score, 1.0), position, sentence))
    scored.sort(key=lambda one: (-one.score, one.position))
    return scored
