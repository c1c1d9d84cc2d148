"""The summarizer and expander, the third stage: the answer in a paragraph, its details, and what to ask next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from myriad.agent.v1.question_pb2 import Question
from synth.formatter import Line, Section
from synth.narrative_weaver import Narrative
from synth.ranking import Candidate
from synth.words import fold_space, name

_SUMMARY = 3
"""Quotes of a summary."""
_MOST_TOPICS = 5
_NEAR = 24
"""So many of the best units are near the question."""
_LONGEST_TOPIC = 100


@dataclass(frozen=True, slots=True)
class Expanded:
    """The lines of the summary, the sections of the answer, and topics near it that it does not quote."""

    summary: Sequence[Line]
    sections: Sequence[Section]
    related: Sequence[str]


def expand(question: Question, narrative: Narrative, ranked: Sequence[Candidate]) -> Expanded:
    """The summary is what answers, and the first of each theme."""
    first = [*narrative.first.lines, *(line for one in narrative.disputes for line in one.lines)]
    openings = [line for one in narrative.themes for line in one.lines[:1]]
    summary = [*first, *openings[: max(0, _SUMMARY - len(first))]]
    cited = {line.unit.reply.reply.document for section in narrative.sections for line in section.lines}
    return Expanded(summary, narrative.sections, related(question, ranked, cited))


def related(question: Question, ranked: Sequence[Candidate], cited: set[str]) -> list[str]:
    """Titles, and names on the way, near the question that are neither asked about nor quoted."""
    words = set(name(question.read_as or question.text).split())
    known = {name(one.reply.reply.title) for one in ranked if one.reply.reply.document in cited}
    found: dict[str, str] = {}
    for one in ranked[:_NEAR]:
        for topic in (one.reply.reply.title, *one.reply.path):
            key = name(topic)
            if any(map(str.isalpha, key)) and key not in known and not words.issuperset(key.split()):
                found.setdefault(key, fold_space(topic)[:_LONGEST_TOPIC].rstrip())
    return list(found.values())[:_MOST_TOPICS]
