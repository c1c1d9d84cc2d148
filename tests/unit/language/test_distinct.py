"""The numbers by which a question's terms are called."""

from __future__ import annotations

from agent_host.asked import Asked
from language.distinct import distinct, numbers
from myriad.agent.v1.question_pb2 import Question, QuestionTerm
from synth.asked import Asked as OfSynth

TWICE = Question(text="port, host, port?", terms=[QuestionTerm(term=one) for one in ("port", "host", "port", "name")])


def test_a_term_that_is_said_twice_has_the_number_of_its_first_place() -> None:
    assert [one.term for one in distinct(TWICE)] == ["port", "host", "name"]
    assert numbers(TWICE) == {"port": 0, "host": 1, "name": 2}


def test_who_counts_what_a_unit_says_counts_alike() -> None:
    host = {term: number for term, (number, _) in Asked(TWICE).numbers.items()}
    assert host == numbers(TWICE)
    assert OfSynth(TWICE).said([0]) == {"port"}
