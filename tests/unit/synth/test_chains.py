"""Chains: one document leads to another, and the last one answers."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from language.question import read
from language.terms import terms
from myriad.agent.v1.question_pb2 import Question
from myriad.synth.v1.synthesizer_service_pb2 import Detail, RankedReply, SynthesizeRequest
from synth.chains import chained
from synth.synthesize import synthesize
from tests.unit.synth.offering import reply, unit

TOWN = "A number of films, such as Night Ferry, have been shot in Oakmere."
FILM = "Night Ferry is a 1986 horror film written and directed by Jonas Reed."
MAYOR = "The town of Bell has been led by Ann Moss since 2001."


def about(question: Question, title: str, kind: str, *quotes: str) -> RankedReply:
    """What an agent says of one thing, with the terms of the question that each unit says."""
    numbers = {one: n for n, one in enumerate(dict.fromkeys(term.term for term in question.terms))}
    said = [[numbers[one.term] for one in terms(quote, "en") if one.term in numbers] for quote in quotes]
    units = [unit(quote, said=sorted(set(own))) for quote, own in zip(quotes, said, strict=True)]
    return reply(title, *units, subject=title, kind=kind)


def offered(question: Question) -> Sequence[RankedReply]:
    return [
        about(question, "Oakmere", "town", "Oakmere is a town in the north.", TOWN),
        about(question, "Night Ferry", "1986 horror film", FILM),
        about(question, "Bell", "town", MAYOR),
    ]


def test_the_document_that_another_describes_answers() -> None:
    question = read("Who directed the film that was shot in Oakmere?")
    found = chained(question, offered(question))
    assert found
    assert (found.text, found.unit.evidence.quote) == ("Jonas Reed", FILM)
    assert found.lead
    assert found.lead.unit.evidence.quote == TOWN


def test_an_answer_that_chains_compete_for_is_as_sure_as_its_chain_and_given() -> None:
    question = read("Who directed Night Ferry, which was shot in Oakmere?")
    replies = offered(question)
    found = chained(question, replies)
    assert found
    assert (found.text, found.lead) == ("Jonas Reed", None)
    answer = synthesize(SynthesizeRequest(asked=question, replies=replies, detail=Detail.DETAIL_FULL))
    assert answer.short_answer == "Jonas Reed"
    assert answer.confidence >= round(found.probability, 4)


@pytest.mark.parametrize("question", ["Was the film shot in Oakmere?", "Why was the film shot in Oakmere?", "films"])
def test_what_few_words_do_not_answer_is_no_end_of_a_chain(question: str) -> None:
    asked = read(question)
    assert chained(asked, offered(asked)) is None


def test_documents_that_do_not_say_what_they_are_about_lead_nowhere() -> None:
    question = read("Who maintains the service that is described in Setup?")
    replies = [about(question, "Setup", "", "See Service."), about(question, "Service", "", "Ann Lee maintains it.")]
    assert chained(question, replies) is None


@given(st.text(max_size=80), st.lists(st.text(max_size=60), max_size=4))
def test_an_answer_stands_in_its_unit_or_is_what_its_document_is_called(text: str, quotes: list[str]) -> None:
    question = read(f"Who {text}?")
    replies = [about(question, f"A {number}", "singer", quote) for number, quote in enumerate(quotes)]
    found = chained(question, replies)
    assert found is None or found.text in f"{found.unit.evidence.quote}\n{found.unit.reply.title}"
