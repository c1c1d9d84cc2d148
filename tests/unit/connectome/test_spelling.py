"""A question in the words and names that the mind uses."""

from __future__ import annotations

import language.question
from connectome.spelling import as_named, spelt
from myriad.agent.v1.question_pb2 import Question
from tests.unit.connectome.passages import Having, question

WORDS = ["calendar", "fauna", "colander", "retention", "warrants"]


def read(text: str) -> Question:
    index = Having(having={"calendar": 3, "polici": 2, "retent": 5}, words=WORDS)
    return spelt(index, "minds/m", question(text))  # type: ignore[arg-type]


def test_a_word_that_nobody_uses_is_taken_for_one_that_differs_by_a_letter_and_that_is_said() -> None:
    found = read("Which calender policy?")
    assert (found.text, found.read_as) == ("Which calender policy?", "Which calendar policy?")
    assert [(getattr(one, "from"), one.to) for one in found.corrections] == [("calender", "calendar")]
    assert "calendar" in [one.term for one in found.terms]
    assert read("Calender?").read_as == "Calendar?"


def test_a_word_that_somebody_uses_stays_and_so_does_one_that_is_far_from_all() -> None:
    for text in ("Which retention policy?", "Which zygomorphic policy?", "ERR-4417 of 1234567?"):
        assert read(text).read_as == text
        assert not read(text).corrections


def test_a_short_word_may_be_a_word_of_its_own_and_only_finds_what_is_near() -> None:
    found = read("Is there a fuuna?")
    assert found.read_as == "Is there a fuuna?"
    assert [list(one.synonyms) for one in found.terms if one.term == "fuuna"] == [["fauna"]]
    assert not [one for one in read("Is there a sauna?").terms if one.synonyms]


def test_what_a_short_word_may_be_is_kept_where_another_is_spelt_anew() -> None:
    found = as_named(read("Is there a fuuna? Wich one?"), ["there"], [])
    assert found.read_as == "Is there a fuuna? which one?"
    assert [list(one.synonyms) for one in found.terms if one.term == "fuuna"] == [["fauna"]]


def test_a_word_of_which_something_is_known_is_not_misspelt() -> None:
    assert read("Which warranty policy?").read_as == "Which warranty policy?"


def test_a_name_is_written_as_those_that_it_woke_write_it() -> None:
    found = as_named(question("what did ron frazer coach"), ["ron", "coach"], ["Ron Fraser (coach)"])
    assert (found.text, found.read_as) == ("what did ron frazer coach", "what did Ron Fraser coach")
    same = question("What did Ron Frazer coach?")
    assert as_named(same, ["Ron", "Frazer"], ["Ron Fraser"]) is same


def test_what_a_question_seeks_is_no_name_though_something_is_called_so() -> None:
    asked = language.question.read("How much power does the ferry draw?")
    assert as_named(asked, ["power", "ferry"], ["Power"]) is asked
    assert as_named(asked, ["power", "ferry"], ["Power", "Ferry"]).read_as == "How much power does the Ferry draw?"


def test_a_question_that_its_spelling_would_make_too_long_is_asked_as_it_stands() -> None:
    long = question("ron frazer " * 363 + "frazer")
    assert as_named(long, ["ron"], ["Ron Fraserr"]) is long
