"""Composition: the four stages one after the other, or the formatter alone for a direct answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from myriad.synth.v1.synthesis_pb2 import Calculation, Conflict, ConflictClaim, DropCause, Format, Stage, StageOutput
from myriad.synth.v1.synthesizer_service_pb2 import Detail, SynthesizeRequest, SynthesizeResponse
from synth.calculation import shown
from synth.compared import Compared
from synth.conflicts import Disagreement
from synth.details import details
from synth.formatter import (
    DOUBTFUL,
    LIKELY,
    Formatted,
    Line,
    Quote,
    Section,
    as_json,
    paragraph,
    place,
    render,
    worded,
    wording,
)
from synth.markdown import escaped
from synth.narrative_weaver import contrasted, direct, weave
from synth.opening import dangles
from synth.selection import Supported
from synth.summarizer_expander import Expanded, expand
from synth.thematic_analyzer import analyze

_DISAGREE = "The sources disagree"
_CALCULATED = "Calculated: "


@dataclass(frozen=True, slots=True)
class Findings:
    """What an answer is composed of: its sentences, the chain among them that answers, and what is disputed."""

    taken: Sequence[Supported]
    chain: Sequence[Supported]
    short: str
    disputed: Sequence[Disagreement]
    compared: Compared | None
    """What was computed, if anything was."""
    answer: Supported | None
    """The sentence that the short answer stands in."""
    note: str = ""
    """What to say before the answer."""


def compose(response: SynthesizeResponse, request: SynthesizeRequest, findings: Findings) -> None:
    """Fill in the answer's text and all that belongs to it."""
    is_direct = request.detail == Detail.DETAIL_DIRECT
    expanded = _direct(response, request, findings) if is_direct else _staged(response, request, findings)
    opening = findings.note + ("" if findings.disputed else wording(response.confidence))
    formatted = render(opening, expanded.sections, request.format)
    response.short_answer = _short(findings)
    response.summary = paragraph(expanded.summary, formatted)
    response.related_topics.extend(expanded.related)
    response.themes.extend(formatted.themes)
    response.conflicts.extend(_conflict(one, formatted) for one in findings.disputed)
    if findings.compared and findings.compared.text:
        response.calculations.append(shown(findings.compared, formatted.citations))
    _write(response, request.format, formatted)
    places = {place(one.agent, one) for one in formatted.citations}
    response.dropped.extend(
        one.dropped(DropCause.DROP_CAUSE_WEAK) for one in findings.taken if one.quote.place not in places
    )
    response.stages.append(
        StageOutput(
            stage=Stage.STAGE_FORMATTER,
            summary=f"{len(formatted.citations)} quotes from {len(formatted.numbers)} documents",
            items=[opening.strip(" :")],
        )
    )


def _staged(response: SynthesizeResponse, request: SynthesizeRequest, findings: Findings) -> Expanded:
    sides = {side.evidence.quote for one in findings.disputed for side in one.sides}
    rest = [one for one in findings.taken if one.quote.evidence.quote not in sides]
    chain = [one for one in findings.chain if one.quote.evidence.quote not in sides]
    everything = request.detail == Detail.DETAIL_HIGHEST or response.confidence < DOUBTFUL
    themes = analyze(details(request.question, chain, rest, everything=everything), chain)
    narrative = weave(request.question, chain, rest, themes)
    expanded = expand(request.question, narrative, request.replies, request.detail)
    response.stages.extend(
        (
            StageOutput(
                stage=Stage.STAGE_THEMATIC_ANALYZER,
                summary=f"{len(themes)} themes of {len(rest)} sentences",
                items=[f"{theme.heading}: {len(theme.quotes)}" for theme in themes],
            ),
            StageOutput(
                stage=Stage.STAGE_NARRATIVE_WEAVER,
                summary=f"a chain of {len(chain)} sentences",
                items=[worded(Line(one.quote))[0] for one in chain],
            ),
            StageOutput(
                stage=Stage.STAGE_SUMMARIZER_EXPANDER,
                summary=f"{len(expanded.summary)} sentences of summary, {len(expanded.related)} related topics",
                items=expanded.related,
            ),
        )
    )
    disputes = [_dispute(one) for one in findings.disputed]
    first = [line for section in disputes for line in section.lines]
    lead = [section for section in expanded.sections if not section.heading]
    others = [section for section in expanded.sections if section.heading]
    return Expanded((*expanded.summary, *first), (*lead, *disputes, *others), expanded.related)


def _direct(response: SynthesizeResponse, request: SynthesizeRequest, findings: Findings) -> Expanded:
    """
    The sentence that answers first, then the others of the chain, and, if the answer is doubtful, what says more.

    Of things compared each stands in its place.
    """
    chain = findings.chain
    answer = chain[0] if findings.compared else findings.answer or max(chain, key=lambda one: one.support)
    more = details(request.question, chain, findings.taken, everything=False)
    lines = direct(answer, (*chain, *(more if response.confidence < LIKELY else ())))
    return Expanded((), [Section("", lines)], ())


def _dispute(one: Disagreement) -> Section:
    title = f"{_DISAGREE}: {one.about}" if one.about else _DISAGREE
    lines = [Line(Quote(side.reply, side.evidence), edited=dangles(side.evidence)) for side in one.sides]
    return Section(title, contrasted(lines, [side.date for side in one.sides]))


def _conflict(one: Disagreement, formatted: Formatted) -> Conflict:
    numbers = {(cited.agent, cited.quote): number for number, cited in reversed(list(enumerate(formatted.citations)))}
    return Conflict(
        about=one.about,
        claims=[
            ConflictClaim(value=side.value, date=side.date, citation=numbers[side.reply.agent, side.evidence.quote])
            for side in one.sides
            if (side.reply.agent, side.evidence.quote) in numbers
        ],
    )


def _short(findings: Findings) -> str:
    """In a dispute about the answer, what each side says; else the answer."""
    if not findings.disputed:
        return findings.short
    return " or ".join(dict.fromkeys(side.value for side in findings.disputed[0].sides))


def _calculated(one: Calculation, formatted: Formatted, style: Format.ValueType) -> str:
    """The arithmetic as a paragraph, with the numbers of the quotes that it rests on."""
    numbers = dict.fromkeys(formatted.citations[place].number for place in one.citations)
    words = one.text if style == Format.FORMAT_TEXT else escaped(one.text)
    return f"\n\n{_CALCULATED}{words} {' '.join(f'[{number}]' for number in numbers)}".rstrip()


def _write(response: SynthesizeResponse, style: Format.ValueType, formatted: Formatted) -> None:
    if style != Format.FORMAT_JSON:
        response.text = formatted.text + "".join(_calculated(one, formatted, style) for one in response.calculations)
        response.citations.extend(formatted.citations)
        return
    parts: dict[str, object] = {
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
    response.text = as_json(formatted, parts)
    response.citations.extend(formatted.citations)
