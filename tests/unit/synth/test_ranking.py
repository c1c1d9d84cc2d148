"""Ranking and confidence: what tells for a unit, and what is done with it."""

from __future__ import annotations

from models import Linear
from myriad.agent.v1.evidence_pb2 import AgentReply, Evidence, SourceSpan, UnitFeatures
from myriad.agent.v1.question_pb2 import Question
from myriad.agent.v1.text_pb2 import SpanType
from myriad.synth.v1.synthesizer_service_pb2 import RankedReply
from synth.confidence import Zone, confidence, features, zone
from synth.ranking import rank

QUESTION = Question(types=[SpanType.SPAN_TYPE_DATE])
RELEVANT = Linear({"best_relevance": 1.0}, 0.0, {})


def unit(quote: str, relevance: float, start: int = 0, **more: float) -> Evidence:
    told = UnitFeatures(relevance=relevance, words=len(quote.split()), **more)
    spans = [SourceSpan(source_start=start, source_end=start + len(quote))]
    return Evidence(quote=quote, features=told, spans=spans, position=start)


def said(agent: str, *units: Evidence) -> RankedReply:
    return RankedReply(reply=AgentReply(agent=agent, document="d", evidence=units), activation=1.0)


def test_units_of_all_agents_are_ranked_together() -> None:
    ranked = rank(QUESTION, [said("a", unit("x", 1.0), unit("z", 0.2, 50)), said("b", unit("y", 0.5, 90))], RELEVANT)
    assert [one.evidence.quote for one in ranked] == ["x", "y", "z"]


def test_of_equal_ones_the_better_agents_comes_first() -> None:
    ranked = rank(QUESTION, [said("a", unit("x", 1.0)), said("b", unit("y", 1.0, 90))], RELEVANT)
    assert [one.reply.reply.agent for one in ranked] == ["a", "b"]


def test_units_that_quote_the_same_place_overlap() -> None:
    first, second, other = rank(
        QUESTION, [said("a", unit("some words", 1.0), unit("words", 0.9, 5), unit("more", 0.5, 40))], RELEVANT
    )
    assert first.overlaps(second)
    assert not first.overlaps(other)


def test_new_terms_count_up_to_a_bound() -> None:
    few, many, more = (
        rank(QUESTION, [said("a", unit("x", 1.0, news=news))], RELEVANT)[0].features["news"] for news in (2, 15, 90)
    )
    assert few < many == more


def test_nothing_offered_is_no_confidence() -> None:
    assert confidence([]) == 0.0
    assert zone([], 1.0) is Zone.NOTHING


def test_the_zone_follows_from_confidence() -> None:
    ranked = rank(QUESTION, [said("a", unit("x", 1.0))], RELEVANT)
    assert zone(ranked, 0.0) is Zone.NOTHING
    assert zone(ranked, 1.0) is Zone.ANSWER


def test_a_lead_that_stands_out_is_surer() -> None:
    alone = rank(QUESTION, [said("a", unit("x", 1.0, coverage=1)), said("b", unit("y", 0.1, 90))], RELEVANT)
    among = rank(QUESTION, [said("a", unit("x", 1.0, coverage=1)), said("b", unit("y", 1.0, 90))], RELEVANT)
    assert features(alone)["margin"] > features(among)["margin"]
    assert confidence(alone) > confidence(among)
