"""Synthesis: what agents said becomes an answer, or the admission that there is none."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from mesh.tracing import span
from myriad.agent.v1.question_pb2 import Question, Want
from myriad.synth.v1.synthesis_pb2 import AnswerState, DropCause, Feature, Format
from myriad.synth.v1.synthesizer_service_pb2 import Detail, SynthesizeRequest, SynthesizeResponse
from synth.abstention import perhaps, reason
from synth.another import told_apart
from synth.calculation import counted
from synth.chains import Chain, chained
from synth.comparison import compare
from synth.composition import Findings, compose
from synth.confidence import Zone, confidence, features, zone
from synth.conflicts import Disagreement, disagreements
from synth.doubts import doubts
from synth.formatter import as_json, render
from synth.judging import judged
from synth.markdown import escaped
from synth.ports import Judge
from synth.ranking import Candidate, rank
from synth.row_answer import RowAnswer, row_answer
from synth.selection import dropped_for, select
from synth.short_answer import short_answer
from synth.tables import without_alike

_STATES = {
    Zone.ANSWER: AnswerState.ANSWER_STATE_ANSWERED,
    Zone.PERHAPS: AnswerState.ANSWER_STATE_TENTATIVE,
    Zone.NOTHING: AnswerState.ANSWER_STATE_ABSTAINED,
}


class _Beside(NamedTuple):
    """What answers that is not the best unit alone."""

    of_rows: RowAnswer | None
    chain: Chain | None
    disputed: Sequence[Disagreement]
    """What others say otherwise."""


def synthesize(request: SynthesizeRequest, judge: Judge | None = None) -> SynthesizeResponse:
    """Compose the answer, or abstain where confidence says so; the same request gives the same bytes."""
    question = request.asked
    with span("rank"):
        offered = rank(request.replies)
        chain = chained(question, request.replies)
    ranked = told_apart(question, offered)
    kept = frozenset(ranked)
    ranked += [one for one in offered if chain and one not in kept and one.place in chain.places]
    kept = frozenset(ranked)
    astray = [one for one in offered if one not in kept]
    if judge:
        with span("judge"):
            ranked = judged(question, ranked, judge)
    disputed = _disputed(request, ranked) if ranked else []
    told = features(question, _unopposed(ranked, disputed))
    sure = confidence(ranked, told)
    of_rows = row_answer(question, offered) if ranked else None
    if of_rows and of_rows.leads(ranked[0], sure):
        ranked, sure = of_rows.led(ranked), of_rows.surely(ranked[0], sure)
    else:
        of_rows = None
    if chain and not of_rows and chain.probability > sure:
        sure = chain.probability
    where = zone(ranked, sure)
    response = SynthesizeResponse(state=_STATES[where], confidence=round(sure, 4))
    response.units_judged = sum(one.judged is not None for one in ranked)
    response.features.extend(Feature(name=key, value=round(one, 4)) for key, one in told.items())
    response.dropped.extend(dropped_for(one, DropCause.DROP_CAUSE_ASTRAY) for one in astray)
    if where is Zone.NOTHING:
        _abstain(response, request, ranked)
    else:
        with span("compose"):
            _answer(response, request, ranked, where, sure, _Beside(of_rows, chain, disputed))
    response.doubts.extend(doubts(question, ranked, response.conflicts, where))
    return response


def _answer(
    response: SynthesizeResponse,
    request: SynthesizeRequest,
    ranked: Sequence[Candidate],
    where: Zone,
    sure: float,
    beside: _Beside,
) -> None:
    question, (of_rows, chain, disputed) = request.asked, beside
    selected = select(question, ranked if of_rows else without_alike(ranked), request.detail)
    # Of things that are compared one is the answer, and who compares them says which.
    is_choice = question.want == Want.WANT_COMPARISON
    short = short_answer(question, selected.lead, sure) if where is Zone.ANSWER and not is_choice else None
    words, calculation = short.text if short else "", None
    if where is Zone.ANSWER and of_rows and (of_rows.is_given or of_rows.calculation):
        words, calculation = (of_rows.answer if of_rows.is_given else ""), of_rows.calculation
    elif where is Zone.ANSWER and (found := compare(question, ranked)):
        words, selected = found.answer, selected.led_by(found.units)
    elif where is Zone.ANSWER and (number := counted(question, selected.lead)):
        words, calculation = number
    elif where is Zone.ANSWER and chain and not is_choice and (chain.lead or not short):
        by_place = {one.place: one for one in ranked}
        words, selected = chain.text, selected.led_by([by_place[place] for place in chain.places])
    conflicts = [one for one in disputed if not one.is_development]
    if conflicts:
        response.state = AnswerState.ANSWER_STATE_CONFLICTED
        if where is Zone.ANSWER and not (chain and words == chain.text):
            words = " or ".join(dict.fromkeys(side.value for side in conflicts[0].sides))
    opening = _read_as(question, request.format)
    opening += perhaps(question, ranked, request.format) if where is Zone.PERHAPS else ""
    response.dropped.extend(selected.dropped)
    compose(response, request, Findings(ranked, selected, disputed, words, opening, calculation))


def _abstain(response: SynthesizeResponse, request: SynthesizeRequest, ranked: Sequence[Candidate]) -> None:
    opening = _read_as(request.asked, request.format) + reason(request.asked, ranked, request.format)
    response.text = opening
    if request.format == Format.FORMAT_JSON:
        response.text = as_json(render("", []), {"abstained": opening})
    response.dropped.extend(dropped_for(one, DropCause.DROP_CAUSE_WEAK) for one in ranked)


def _disputed(request: SynthesizeRequest, ranked: Sequence[Candidate]) -> list[Disagreement]:
    """A direct answer does not compare sources."""
    return [] if request.detail == Detail.DETAIL_DIRECT else disagreements(request.asked, ranked)


def _unopposed(ranked: Sequence[Candidate], disputed: Sequence[Disagreement]) -> Sequence[Candidate]:
    """
    What is ranked without the agents that contradict the best unit: they answer as it does, and are no sign that it
    does not.
    """
    if not disputed:
        return ranked
    lead = ranked[0].place[0]
    sides = [{side.unit.place[0] for side in one.sides} for one in disputed]
    others = frozenset[str]().union(*(some for some in sides if lead in some)) - {lead}
    return [one for one in ranked if one.place[0] not in others]


def _read_as(question: Question, style: Format.ValueType) -> str:
    """What was taken for what in the question."""
    shown = str if style in (Format.FORMAT_TEXT, Format.FORMAT_JSON) else escaped
    taken = ", ".join(f"“{shown(getattr(one, 'from'))}” as “{shown(one.to)}”" for one in question.corrections)
    return f"Read {taken}. " if taken else ""
