"""The summarizer and expander, the third stage: the answer in a paragraph, its details, and what to ask next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from language.folding import fold
from myriad.synth.v1.synthesizer_service_pb2 import Detail, RankedReply
from synth.formatter import Line, Section
from synth.narrative_weaver import Narrative
from synth.opening import dangles
from synth.words import fold_space, read, subject

_SUMMARY = {Detail.DETAIL_FULL: 4, Detail.DETAIL_HIGHEST: 6}
"""Sentences of a summary at most,"""
_SHORT = 2
"""and at least, if there are themes to take them from."""
_NEAR = 0.3
"""An agent whose best sentence scores less knows nothing near the question."""
_MOST_TOPICS = 5
_LONGEST_TOPIC = 100


@dataclass(frozen=True, slots=True)
class Expanded:
    """The lines of the summary, the sections of the answer, and topics near it that it does not use."""

    summary: Sequence[Line]
    sections: Sequence[Section]
    related: Sequence[str]


def expand(question: str, narrative: Narrative, replies: Sequence[RankedReply], detail: Detail.ValueType) -> Expanded:
    """The summary is the first paragraph; if that is short, the first sentences of the themes after it too."""
    most = _SUMMARY.get(detail, 0)
    summary = list(narrative.first[:most])
    for theme in narrative.themes:
        openings = [line for line in theme.lines[:1] if line.edited or not dangles(line.quote.evidence)]
        summary += openings[: max(_SHORT - len(summary), 0)]
    sections = [
        section for section in (Section("", [*narrative.first, *narrative.more]), *narrative.themes) if section.lines
    ]
    cited = {line.quote.reply.document for section in sections for line in section.lines}
    return Expanded(summary, sections, related(question, replies, cited))


def related(question: str, replies: Sequence[RankedReply], cited: set[str]) -> list[str]:
    """
    What agents near the question that are not quoted are about, and names on the way to those that are: none that was
    asked about. Those that share a word with the question, or that a quoted agent names, come first.
    """
    asked = f" {fold(question)} "
    used = [one for one in replies if one.reply.document in cited]
    others = [one for one in replies if one.reply.document not in cited]
    near = [one.reply for one in others if any(part.score >= _NEAR for part in one.reply.evidence)]
    titles = [(reply.title or reply.subject) for reply in near]
    ways = [name for one in used for name in one.path]
    said = " ".join(f" {read(part.quote)[1]} " for one in used for part in one.reply.evidence)
    known = {fold(subject(one.reply.title)) for one in used}
    words = read(question)[0]
    found: dict[str, tuple[bool, str]] = {}
    for topic in (*titles, *ways):
        key = fold(subject(topic))
        if key and f" {key} " not in asked and key not in known:
            is_named = f" {key} " in said or bool(read(topic)[0] & words)
            found.setdefault(key, (not is_named, fold_space(topic)[:_LONGEST_TOPIC].rstrip()))
    ordered = sorted(found.values(), key=lambda one: one[0])
    return [topic for _, topic in ordered][:_MOST_TOPICS]
