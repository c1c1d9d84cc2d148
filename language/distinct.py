"""Distinct terms: those of a question, each once, by the numbers that agents and the synthesizer call them."""

from __future__ import annotations

from myriad.agent.v1.question_pb2 import Question, QuestionTerm


def distinct(question: Question) -> list[QuestionTerm]:
    """Each term as the question says it first, in that order: `Evidence.said` counts so."""
    found: dict[str, QuestionTerm] = {}
    for one in question.terms:
        found.setdefault(one.term, one)
    return list(found.values())


def numbers(question: Question) -> dict[str, int]:
    """By term its number."""
    return {one.term: number for number, one in enumerate(distinct(question))}
