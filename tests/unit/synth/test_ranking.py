"""Ranking and confidence: what tells for a unit, and what is done with it."""

from __future__ import annotations

from collections.abc import Sequence

from models import Linear
from myriad.agent.v1.evidence_pb2 import AgentReply, Evidence, SourceSpan, UnitFeatures
from myriad.agent.v1.question_pb2 import Question, QuestionTerm
from myriad.agent.v1.text_pb2 import SpanType
from myriad.synth.v1.synthesizer_service_pb2 import RankedReply
from synth.confidence import Zone, confidence, features, zone
from synth.ranking import rank

QUESTION = Question(types=[SpanType.SPAN_TYPE_DATE])
RELEVANT = Linear({"best_relevance": 1.0}, 0.0, {})


def unit(quote: str, relevance: float, start: int = 0, said: Sequence[int] = (), **more: float) -> Evidence:
    told = UnitFeatures(relevance=relevance, words=len(quote.split()), **more)
    spans = [SourceSpan(source_start=start, source_end=start + len(quote))]
    return Evidence(quote=quote, features=told, spans=spans, position=start, said=said)


def said(agent: str, *units: Evidence, document: str = "d") -> RankedReply:
    return RankedReply(reply=AgentReply(agent=agent, document=document, title=document, evidence=units), activation=1.0)


def test_units_of_all_agents_are_ranked_together() -> None:
    ranked = rank([said("a", unit("x", 1.0), unit("z", 0.2, 50)), said("b", unit("y", 0.5, 90))], RELEVANT)
    assert [one.evidence.quote for one in ranked] == ["x", "y", "z"]


def test_of_equal_ones_the_better_agents_comes_first() -> None:
    ranked = rank([said("a", unit("x", 1.0)), said("b", unit("y", 1.0, 90))], RELEVANT)
    assert [one.reply.reply.agent for one in ranked] == ["a", "b"]


def test_units_that_quote_the_same_place_overlap() -> None:
    first, second, other = rank(
        [said("a", unit("some words", 1.0), unit("words", 0.9, 5), unit("more", 0.5, 40))], RELEVANT
    )
    assert first.overlaps(second)
    assert not first.overlaps(other)


def test_new_terms_count_up_to_a_bound() -> None:
    few, many, more = (
        rank([said("a", unit("x", 1.0, news=news))], RELEVANT)[0].features["news"] for news in (2, 15, 90)
    )
    assert few < many == more


def test_what_is_of_the_document_woken_first_is_told_from_the_rest() -> None:
    other = RankedReply(reply=AgentReply(agent="b", document="other", evidence=[unit("y", 0.5)]))
    ranked = rank([said("a", unit("x", 1.0)), other], RELEVANT)
    assert [one.features["document"] for one in ranked] == [1.0, 0.0]


def sure(question: Question, *replies: RankedReply) -> float:
    ranked = rank(replies, RELEVANT)
    return confidence(ranked, features(question, ranked))


def test_nothing_offered_is_no_confidence() -> None:
    assert sure(QUESTION) == 0.0
    assert zone([], 1.0) is Zone.NOTHING


def test_the_zone_follows_from_confidence() -> None:
    ranked = rank([said("a", unit("x", 1.0))], RELEVANT)
    assert zone(ranked, 0.0) is Zone.NOTHING
    assert zone(ranked, 1.0) is Zone.ANSWER


def test_a_lead_that_stands_out_is_surer() -> None:
    alone = said("a", unit("x", 1.0)), said("b", unit("y", 0.1, 90))
    among = said("a", unit("x", 1.0)), said("b", unit("y", 1.0, 90))
    assert sure(QUESTION, *alone) > sure(QUESTION, *among)


def test_a_lead_of_the_only_passage_stands_out_from_what_else_that_says() -> None:
    alone = said("a", unit("x", 1.0), unit("y", 0.1, 90))
    among = said("a", unit("x", 1.0), unit("y", 1.0, 90))
    assert sure(QUESTION, alone) > sure(QUESTION, among)


def test_what_nothing_says_of_the_question_makes_less_sure() -> None:
    terms = [QuestionTerm(term=term, weight=1.0) for term in ("ticket", "machine")]
    whole, half = (said("a", unit("x", 1.0, said=numbers)) for numbers in ((0, 1), (0,)))
    assert sure(Question(terms=terms), whole) > sure(Question(terms=terms), half)


def test_what_is_written_about_in_many_documents_that_are_not_named_makes_less_sure() -> None:
    here = said("a", unit("x", 1.0)), said("b", unit("y", 0.5, 90))
    elsewhere = said("a", unit("x", 1.0)), said("b", unit("y", 0.5, 90), document="Motors")
    assert sure(QUESTION, *here) > sure(QUESTION, *elsewhere)
    about = Question(text="How long do motors last?", types=QUESTION.types)
    assert sure(about, *elsewhere) == sure(about, *here)


def test_a_question_that_tells_more_makes_surer_between_two_bounds() -> None:
    told = [
        sure(Question(terms=[QuestionTerm(term="ticket", weight=weight)]), said("a", unit("x", 1.0, said=(0,))))
        for weight in (1.0, 15.0, 40.0, 90.0)
    ]
    assert told[0] == told[1] < told[2] == told[3]
