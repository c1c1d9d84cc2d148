"""Composition: the four stages, from the units that were selected to the answer's text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from myriad.agent.v1.question_pb2 import Question
from myriad.synth.v1.synthesis_pb2 import Calculation, Conflict, ConflictClaim, Format, Stage, StageOutput
from myriad.synth.v1.synthesizer_service_pb2 import Detail, SynthesizeRequest, SynthesizeResponse
from synth.conflicts import Disagreement
from synth.formatter import Formatted, as_json, paragraph, render, worded
from synth.markdown import escaped
from synth.narrative_weaver import weave
from synth.ranking import Candidate
from synth.selection import Selection
from synth.summarizer_expander import Expanded, expand
from synth.thematic_analyzer import analyze

_CALCULATED = "Worked out: "


@dataclass(frozen=True, slots=True)
class Worked:
    """How something was worked out, and of which units."""

    how: str
    units: Sequence[Candidate]


@dataclass(frozen=True, slots=True)
class Findings:
    """What an answer is made of."""

    ranked: Sequence[Candidate]
    selected: Selection
    disagreements: Sequence[Disagreement]
    short: str
    opening: str
    calculation: Worked | None = None


def compose(response: SynthesizeResponse, request: SynthesizeRequest, findings: Findings) -> None:
    """Fill in the answer: its text and citations, its parts, and what the stages made of it."""
    expanded = _staged(response, request.asked, findings)
    if request.detail == Detail.DETAIL_DIRECT:
        del response.stages[:]
    formatted = render(findings.opening, expanded.sections, request.format)
    response.short_answer = findings.short
    response.themes.extend(formatted.themes)
    response.conflicts.extend(_conflict(one, formatted) for one in findings.disagreements if not one.is_development)
    if findings.calculation:
        response.calculations.append(_cited(findings.calculation, formatted))
    if request.detail != Detail.DETAIL_DIRECT:
        response.summary = paragraph(expanded.summary, formatted)
        response.related_topics.extend(expanded.related)
    quotes, documents = len(formatted.citations), len(formatted.numbers)
    summary = f"{quotes} quotes from {documents} documents"
    response.stages.add(stage=Stage.STAGE_FORMATTER, summary=summary, items=[findings.opening.strip(" :")])
    _write(response, request.format, formatted)


def _staged(response: SynthesizeResponse, question: Question, findings: Findings) -> Expanded:
    selected = findings.selected
    themes = analyze(selected.support)
    narrative = weave(question, selected.lead, findings.disagreements, themes)
    expanded = expand(question, narrative, findings.ranked)
    response.stages.extend(
        (
            StageOutput(
                stage=Stage.STAGE_THEMATIC_ANALYZER,
                summary=f"{len(themes)} themes of {len(selected.support)} units",
                items=[f"{theme.heading}: {len(theme.units)}" for theme in themes],
            ),
            StageOutput(
                stage=Stage.STAGE_NARRATIVE_WEAVER,
                summary=f"{len(narrative.first.lines)} units answer, {len(narrative.disputes)} are disputed",
                items=[worded(line.unit)[0] for line in narrative.first.lines],
            ),
            StageOutput(
                stage=Stage.STAGE_SUMMARIZER_EXPANDER,
                summary=f"{len(expanded.summary)} quotes of summary, {len(expanded.related)} related topics",
                items=expanded.related,
            ),
        )
    )
    return expanded


def _conflict(one: Disagreement, formatted: Formatted) -> Conflict:
    numbers = {(cited.agent, cited.quote): number for number, cited in reversed(list(enumerate(formatted.citations)))}
    places = [(side, numbers.get((side.unit.reply.reply.agent, side.unit.evidence.quote))) for side in one.sides]
    claims = [
        ConflictClaim(value=side.value, date=side.date, citation=number)
        for side, number in places
        if number is not None
    ]
    return Conflict(about=one.about, claims=claims)


def _cited(one: Worked, formatted: Formatted) -> Calculation:
    """With the numbers of those of its quotes for which there was room."""
    numbers = {(cited.agent, cited.quote): number for number, cited in reversed(list(enumerate(formatted.citations)))}
    places = (numbers.get((unit.reply.reply.agent, unit.evidence.quote)) for unit in one.units)
    return Calculation(text=one.how, citations=[place for place in places if place is not None])


def _calculated(one: Calculation, formatted: Formatted, style: Format.ValueType) -> str:
    """The arithmetic as a paragraph, with the numbers of the quotes that it rests on."""
    numbers = dict.fromkeys(formatted.citations[place].number for place in one.citations)
    words = one.text if style == Format.FORMAT_TEXT else escaped(one.text)
    return f"\n\n{_CALCULATED}{words} {' '.join(f'[{number}]' for number in numbers)}".rstrip()


def _write(response: SynthesizeResponse, style: Format.ValueType, formatted: Formatted) -> None:
    response.text = formatted.text + "".join(_calculated(one, formatted, style) for one in response.calculations)
    if style == Format.FORMAT_JSON:
        response.text = as_json(formatted, _parts(response))
    response.citations.extend(formatted.citations)


def _parts(response: SynthesizeResponse) -> dict[str, object]:
    return {
        "short_answer": response.short_answer,
        "confidence": response.confidence,
        "summary": response.summary,
        "calculations": [{"text": one.text, "citations": list(one.citations)} for one in response.calculations],
        "conflicts": [
            {
                "about": one.about,
                "claims": [{"value": each.value, "date": each.date, "citation": each.citation} for each in one.claims],
            }
            for one in response.conflicts
        ],
        "related_topics": list(response.related_topics),
    }
