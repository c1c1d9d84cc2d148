"""Abstention: what is said to be missing."""

from __future__ import annotations

import pytest

from language.question import read
from myriad.agent.v1.question_pb2 import Question
from myriad.synth.v1.synthesis_pb2 import Format
from synth.abstention import missing, reason
from synth.ranking import Candidate, rank
from tests.unit.synth.offering import reply, unit


def asked(text: str) -> Question:
    """A question, all terms of which tell as much."""
    question = read(text)
    for one in question.terms:
        one.weight = 1.0
    return question


def found(question: Question, quote: str, *said: str) -> list[Candidate]:
    """One unit that says these of the question's terms."""
    numbers = {term: number for number, term in enumerate(dict.fromkeys(one.term for one in question.terms))}
    return rank([reply("Stations", unit(quote, said=[numbers[one] for one in said]))])


def test_what_is_sought_is_missing_in_one_piece() -> None:
    question = asked("How many ticket machines does Foundry have?")
    assert missing(question, found(question, "Foundry: 3 platforms", "foundri")) == ["ticket machines"]


def test_an_identifier_is_missing_by_its_name_and_a_number_is_not() -> None:
    question = asked("What does E9 mean in 2024?")
    assert missing(question, found(question, "E4: the door is open")) == ["E9"]


def test_nothing_is_missing_that_is_quoted_in_another_form() -> None:
    question = asked("Who repairs machinery?")
    assert "machinery" not in missing(question, found(question, "The workshop for Machinery.", "repair"))


def test_what_only_says_that_a_date_or_a_name_is_wanted_is_not_missing() -> None:
    question = asked("In which year did the yard close?")
    assert missing(question, found(question, "The yard is in Mosel.", "yard")) == ["close"]


@pytest.mark.parametrize(
    ("text", "words"),
    [("公司的注册资本是多少？", ["公司", "注册资本"]), ("会議室の使用料はいくらですか？", ["会議室", "使用料"])],
)
def test_words_of_texts_without_blanks_are_missing_whole(text: str, words: list[str]) -> None:
    question = asked(text)
    assert missing(question, found(question, "no word of it")) == words


def test_an_abstention_says_what_is_missing_and_what_is_nearest() -> None:
    question = asked("How many ticket machines does Foundry have?")
    said = reason(question, found(question, "Foundry: 3 platforms", "foundri"), Format.FORMAT_TEXT)
    assert "does not mention “ticket machines”." in said
    assert said.endswith("Nearest topics: Stations.")
