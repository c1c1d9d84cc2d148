"""Doubts: what keeps an answer from being sure, and what to ask next; the gravest first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from language.folding import fold
from myriad.synth.v1.synthesis_pb2 import Conflict, Doubt, Trigger
from myriad.synth.v1.synthesizer_service_pb2 import RankedReply
from synth.formatter import LIKELY
from synth.premise import Premise
from synth.selection import Supported
from synth.words import fold_space, subject

_MOST_WORDS = 8
_MOST = 6
_LONGEST = 300
_FEW = 2
"""Sentences that are too few to rest an answer on."""


def doubts(
    question: str,
    replies: Sequence[RankedReply],
    premise: Premise,
    chain: Sequence[Supported],
    taken: Sequence[Supported],
    conflicts: Sequence[Conflict],
    confidence: float,
) -> list[Doubt]:
    """Each with a question that can be asked alone, from what was found so far; none twice."""
    found: dict[str, Doubt] = {}
    folded = fold(question)
    for doubt in (
        *_conflicts(conflicts),
        *_gaps(question, premise, chain),
        *_ambiguous(question, replies),
        *_few(question, premise, taken, confidence),
        *_unsure(question, premise, chain, confidence),
    ):
        if doubt.question and fold(doubt.question) != folded:
            found.setdefault(fold(doubt.question), doubt)
    return list(found.values())[:_MOST]


def _conflicts(conflicts: Sequence[Conflict]) -> Iterator[Doubt]:
    for conflict in conflicts:
        yield _doubt(Trigger.TRIGGER_CONFLICT, conflict.about, conflict.about)


def _gaps(question: str, premise: Premise, chain: Sequence[Supported]) -> Iterator[Doubt]:
    """What the question names and nobody mentions; then what it asks of the last thing that was found."""
    for name in premise.unknown_names:
        yield _doubt(Trigger.TRIGGER_KNOWLEDGE_GAP, name, name)
    if missing := premise.open[:_MOST_WORDS]:
        words, last = " ".join(missing), reached(question, chain)
        asked = f"{words} of {last}" if last else words
        yield _doubt(Trigger.TRIGGER_KNOWLEDGE_GAP, asked, asked)


def _ambiguous(question: str, replies: Sequence[RankedReply]) -> Iterator[Doubt]:
    """Names in the question that are the titles of several documents."""
    folded = f" {fold(question)} "
    senses: dict[str, dict[str, str]] = {}
    for one in replies:
        name = fold(subject(one.reply.title))
        if name and f" {name} " in folded and one.reply.evidence:
            senses.setdefault(name, {}).setdefault(one.reply.document, fold_space(one.reply.title))
    for found in senses.values():
        titles = list(dict.fromkeys(found.values()))
        if len(titles) > 1 and not any(f" {fold(title)} " in folded for title in titles if subject(title) != title):
            yield _doubt(
                Trigger.TRIGGER_AMBIGUOUS_CONCEPT, subject(titles[0]), f"{question.rstrip(' ?')} {' or '.join(titles)}"
            )


def _few(question: str, premise: Premise, taken: Sequence[Supported], confidence: float) -> Iterator[Doubt]:
    if confidence < LIKELY and len(taken) < _FEW:
        yield _doubt(
            Trigger.TRIGGER_INSUFFICIENT_CONTEXT, "little evidence", " ".join(premise.relations.values()) or question
        )


def _unsure(question: str, premise: Premise, chain: Sequence[Supported], confidence: float) -> Iterator[Doubt]:
    last = reached(question, chain)
    if confidence < LIKELY and last:
        words = " ".join(list(premise.relations.values())[:_MOST_WORDS])
        yield _doubt(Trigger.TRIGGER_LOW_CONFIDENCE, last, f"{words} {last}".strip())


def reached(question: str, chain: Sequence[Supported]) -> str:
    """The last thing on the chain that the question does not name itself; or else the last that it does."""
    folded = f" {fold(question)} "
    topics = [fold_space(one.quote.reply.title or one.quote.reply.subject) for one in reversed(chain)]
    topics = [topic for topic in topics if topic]
    return next((one for one in topics if f" {fold(subject(one))} " not in folded), topics[0] if topics else "")


def _doubt(trigger: Trigger.ValueType, about: str, question: str) -> Doubt:
    return Doubt(trigger=trigger, about=about[:_LONGEST], question=question[:_LONGEST])
