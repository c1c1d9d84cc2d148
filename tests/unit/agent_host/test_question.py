"""The question: what it asks for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent_host.question import analyse
from agent_host.words import term
from myriad.agent.v1.evidence_pb2 import AnswerType


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Who directed Ed Wood?", "PERSON"),
        ("Kate is a character from a soap opera created by who?", "PERSON"),
        ("He is father to which Bollywood actress?", "PERSON"),
        ("Who directed the film in which Jung made his debut?", "PERSON"),
        ("When was Ada Lovelace born?", "DATE"),
        ("The team was formed in what year?", "DATE"),
        ("When was the company founded for which Ann worked?", "DATE"),
        ("Where was the composer of Billy Elliot born?", "PLACE"),
        ("The hall is in a university located in what Australian city?", "PLACE"),
        ("To which country was he transported?", "PLACE"),
        ("How many records did he sell?", "NUMBER"),
        ("What was the population of Young?", "NUMBER"),
        ("Are Ann and Bob both painters?", "YES_NO"),
        ("Which film came out first, Ed Wood or Big Fish?", "CHOICE"),
        ("Who is older, Sid Haig or Vic Darchinyan?", "CHOICE"),
        ("Who directed the film that was shot in or around Leland?", "PERSON"),
        ("What genre is it?", "THING"),
        ("Tell me about turtles.", "UNSPECIFIED"),
        ("What does the with statement guarantee?", "UNSPECIFIED"),
        ("What does lru_cache do when maxsize is None?", "UNSPECIFIED"),
        ("What happens when the key expires?", "UNSPECIFIED"),
    ],
)
def test_its_form_says_what_type_of_answer_is_expected(text: str, expected: str) -> None:
    assert AnswerType.Name(analyse(text).answer_type) == f"ANSWER_TYPE_{expected}"


def test_relation_words_and_names_count_more_than_other_words() -> None:
    weights = analyse("In which film did the old actor play a spouse of Telemann?").weights
    assert weights["=marry"] > weights["telemann"] > weights["old"] > weights["film"]


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("What did Tomasz say about the outage?", "outage tomasz"),
        ("I'm new here and I really don't know: my laptop came yesterday", "came laptop new"),
        ("Could you please tell me what a tier means?", "tier"),
    ],
)
def test_words_of_chat_and_of_asking_do_not_count(text: str, terms: str) -> None:
    assert analyse(text).weights.keys() == set(map(term, terms.split()))


def test_what_the_path_explains_counts_less_but_relations_do_not() -> None:
    question = analyse("Who is the director of Ed Wood?")
    told = question.told(["Ed Wood", "director"])
    assert told.weights["wood"] < question.weights["wood"]
    assert told.weights["=direct"] == question.weights["=direct"]


@given(st.text(max_size=200))
def test_any_text_can_be_analysed(text: str) -> None:
    assert analyse(text).total >= 0
