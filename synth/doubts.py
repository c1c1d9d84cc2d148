"""Doubts: what keeps an answer from being sure, and what to ask next; the gravest first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from language.distinct import numbers
from myriad.agent.v1.question_pb2 import Question
from myriad.synth.v1.synthesis_pb2 import Conflict, Doubt, Trigger
from synth.abstention import missing
from synth.confidence import Zone
from synth.ranking import Candidate
from synth.words import fold_space, name

_MOST = 6
_MOST_WORDS = 8
_LONGEST = 300
_FEW = 2
"""Units that are too few to rest an answer on."""


def doubts(question: Question, ranked: Sequence[Candidate], conflicts: Sequence[Conflict], zone: Zone) -> list[Doubt]:
    """Each with a question that can be asked alone, from what was found so far; none twice."""
    found: dict[str, Doubt] = {}
    asked = name(question.read_as or question.text)
    unsure = [] if zone is Zone.ANSWER else [*_gaps(question, ranked), *_unsure(question, ranked)]
    for doubt in (*_conflicts(conflicts), *_ambiguous(question, ranked), *unsure):
        if doubt.question and name(doubt.question) != asked:
            found.setdefault(name(doubt.question), doubt)
    return list(found.values())[:_MOST]


def _conflicts(conflicts: Sequence[Conflict]) -> Iterator[Doubt]:
    for conflict in conflicts:
        yield _doubt(Trigger.TRIGGER_CONFLICT, conflict.about, conflict.about)


def _gaps(question: Question, ranked: Sequence[Candidate]) -> Iterator[Doubt]:
    for topic in missing(question, ranked):
        yield _doubt(Trigger.TRIGGER_KNOWLEDGE_GAP, topic, topic)


def _ambiguous(question: Question, ranked: Sequence[Candidate]) -> Iterator[Doubt]:
    """Names in the question that are the titles of several documents."""
    asked = f" {name(question.read_as or question.text)} "
    senses: dict[str, dict[str, str]] = {}
    for one in ranked:
        reply = one.reply.reply
        if (key := name(reply.title)) and f" {key} " in asked:
            senses.setdefault(key, {}).setdefault(reply.document, fold_space(reply.title))
    for key, found in senses.items():
        titles = list(dict.fromkeys(found.values()))
        if len(titles) > 1:
            about = f"{question.read_as.rstrip(' ?')} {' or '.join(titles)}"
            yield _doubt(Trigger.TRIGGER_AMBIGUOUS_CONCEPT, key, about)


def _unsure(question: Question, ranked: Sequence[Candidate]) -> Iterator[Doubt]:
    """What the best unit leaves open of the question, asked of what it is about."""
    if not ranked:
        return
    reply = ranked[0].reply.reply
    about = fold_space(reply.subject or reply.title)
    asked = question.read_as or question.text
    number_of = numbers(question)
    said = ranked[0].evidence.said
    left = [asked[one.start : one.end] for one in question.terms if number_of[one.term] not in said][:_MOST_WORDS]
    few = len(ranked) < _FEW
    trigger = Trigger.TRIGGER_INSUFFICIENT_CONTEXT if few else Trigger.TRIGGER_LOW_CONFIDENCE
    yield _doubt(trigger, about, " ".join((*left, about)))


def _doubt(trigger: Trigger.ValueType, about: str, question: str) -> Doubt:
    return Doubt(trigger=trigger, about=about[:_LONGEST], question=question[:_LONGEST])
