"""The summarizer and expander, the third stage: the answer in a paragraph, its details, and what to ask next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from myriad.synth.v1.synthesizer_service_pb2 import Detail, RankedReply
from synth.formatter import Line, Section
from synth.narrative_weaver import Narrative
from synth.opening import dangles
from synth.words import fold, fold_space, subject

_SUMMARY = {Detail.DETAIL_FULL: 4, Detail.DETAIL_HIGHEST: 5}
"""Sentences of a summary."""
_MOST_TOPICS = 5
_LONGEST_TOPIC = 100


@dataclass(frozen=True, slots=True)
class Expanded:
    """The lines of the summary, the sections of the answer, and topics near it that it does not use."""

    summary: Sequence[Line]
    sections: Sequence[Section]
    related: Sequence[str]


def expand(question: str, narrative: Narrative, replies: Sequence[RankedReply], detail: Detail.ValueType) -> Expanded:
    """The summary is the first paragraph and, while there is room, the first sentence of each theme after it."""
    most = _SUMMARY.get(detail, 0)
    summary = [line for section in narrative.first for line in section.lines][:most]
    for theme in narrative.themes:
        openings = [line for line in theme.lines[:1] if line.edited or not dangles(line.quote.evidence)]
        summary += openings[: max(most - len(summary), 0)]
    sections = [section for section in (*narrative.first, *narrative.themes) if section.lines]
    cited = {line.quote.reply.document for section in sections for line in section.lines}
    return Expanded(summary, sections, related(question, replies, cited))


def related(question: str, replies: Sequence[RankedReply], cited: set[str]) -> list[str]:
    """What agents that are not quoted are about, and names on the way to those that are: none that was asked about."""
    asked = f" {fold(question)} "
    titles = [(one.reply.title or one.reply.subject) for one in replies if one.reply.document not in cited]
    used = {fold(subject(one.reply.title)) for one in replies if one.reply.document in cited}
    ways = [name for one in replies if one.reply.document in cited for name in one.path]
    found: dict[str, str] = {}
    for topic in (*titles, *ways):
        key = fold(subject(topic))
        if key and f" {key} " not in asked and key not in used:
            found.setdefault(key, fold_space(topic)[:_LONGEST_TOPIC].rstrip())
    return list(found.values())[:_MOST_TOPICS]
