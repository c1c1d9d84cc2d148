"""Calculations: ages, spans, differences and counts, with the arithmetic and both facts."""

from __future__ import annotations

import pytest

from myriad.agent.v1.evidence_pb2 import AgentReply, Claim, Evidence
from myriad.synth.v1.synthesizer_service_pb2 import Detail, RankedReply, SynthesizeRequest
from synth.calculation import calculate
from synth.synthesize import synthesize


def said(title: str, quote: str, **claims: str) -> AgentReply:
    return AgentReply(
        agent=title,
        document=title,
        title=title,
        evidence=[Evidence(quote=quote)],
        claims=[Claim(attribute=name, value=value, date=value) for name, value in claims.items()],
    )


ANN = said("Ann Ray", "Ann Ray lived.", born="1952-03-10", died="2001-03-09")
BOB = said("Bob Low", "Bob Low lived.", born="1950", died="1999")
EAR = said("Ear", "Ear came out.", released="1980")


@pytest.mark.parametrize(
    ("question", "answer", "text"),
    [
        ("How old was Ann Ray when she died?", "48", "2001 − 1952 − 1 = 48 years (1952-03-10 to 2001-03-09)"),
        ("How old was Bob Low when he died?", "about 49", "1999 − 1950 = 49 years (1950 to 1999)"),
        ("At what age did Ann Ray die?", "48", "2001 − 1952 − 1 = 48 years (1952-03-10 to 2001-03-09)"),
        ("How old was Ann Ray in 1960?", "about 8", "1960 − 1952 = 8 years (1952-03-10 to 1960)"),
        ("How old was Ann Ray when Ear was released?", "about 28", "1980 − 1952 = 28 years (1952-03-10 to 1980)"),
        ("How long did Ann Ray live?", "48 years", "2001 − 1952 − 1 = 48 years (1952-03-10 to 2001-03-09)"),
        ("How many years older is Bob Low than Ann Ray?", "about 2 years",
         "1952 − 1950 = 2 years (1950 to 1952-03-10)"),
    ],
)  # fmt: skip
def test_years_are_counted_as_exactly_as_the_dates_are(question: str, answer: str, text: str) -> None:
    found = calculate(question, [ANN, BOB, EAR])
    assert found is not None
    assert (found.answer, found.text) == (answer, text)


def test_both_facts_are_quoted() -> None:
    found = calculate("How many years older is Bob Low than Ann Ray?", [ANN, BOB])
    assert found is not None
    assert sorted(quote.reply.title for quote in found.quotes) == ["Ann Ray", "Bob Low"]


def test_numbers_of_two_things_are_subtracted() -> None:
    large, small = said("Ann", "Ann has a population of 90,000."), said("Bob", "Bob has a population of 6,960.")
    found = calculate("How many more people are in the population of Ann than of Bob?", [large, small])
    assert found is not None
    assert (found.answer, found.text) == ("83,040", "90,000 − 6,960 = 83,040")


def test_the_items_of_a_list_are_counted() -> None:
    band = said("Ear", "The members are Ann Ray, Bob Low, and Cy of Day.")
    found = calculate("How many members does Ear have?", [band])
    assert found is not None
    assert (found.answer, found.text) == ("3", "Ann Ray, Bob Low, Cy of Day: 3")


@pytest.mark.parametrize(
    "question",
    ["How old is Ann Ray?", "How old was Ear when it died?", "Who is Ann Ray?", "How many sons had Ann Ray?"],
)
def test_what_is_not_asked_for_or_not_known_is_not_calculated(question: str) -> None:
    assert calculate(question, [ANN, EAR]) is None


def test_an_answer_shows_its_arithmetic_with_the_citations_that_it_rests_on() -> None:
    request = SynthesizeRequest(
        question="How old was Ann Ray when she died?",
        replies=[RankedReply(reply=said("Ann Ray", "Ann Ray died at home.", born="1952", died="2001"), activation=1.0)],
        detail=Detail.DETAIL_FULL,
    )
    request.replies[0].reply.evidence[0].score = 0.9
    request.replies[0].reply.confidence = 0.9
    response = synthesize(request)
    assert response.short_answer == "about 49"
    assert [(one.text, list(one.citations)) for one in response.calculations] == [
        ("2001 − 1952 = 49 years (1952 to 2001)", [0])
    ]
    assert response.text.endswith("Calculated: 2001 − 1952 = 49 years (1952 to 2001) [1]")
