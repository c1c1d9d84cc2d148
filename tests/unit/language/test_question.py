"""What a question asks for is read from its words: questions of all kinds, and rules that hold for any text."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from language.question import read
from myriad.agent.v1 import question_pb2 as pb
from myriad.agent.v1.text_pb2 import SPAN_TYPE_DURATION, SPAN_TYPE_MONEY, SPAN_TYPE_NAME, SpanType
from tests.unit.patterns.growth import grows


def _rows() -> list[list[str]]:
    lines = Path(__file__).with_name("questions.txt").read_text("utf-8").splitlines()
    return [[field.strip() for field in line.split("|")] for line in lines if line and not line.startswith("#")]


def _said(question: pb.Question) -> list[str]:
    types = " ".join(SpanType.Name(one).removeprefix("SPAN_TYPE_").lower() for one in question.types)
    rest = [
        question.names and f"names: {'; '.join(question.names)}",
        question.dates and f"dates: {' '.join(question.dates)}",
        question.extreme and pb.Extreme.Name(question.extreme).removeprefix("EXTREME_").lower(),
        question.negated and "negated",
    ]
    return [
        pb.Want.Name(question.want).removeprefix("WANT_").lower(),
        types,
        *(one for one in rest if isinstance(one, str) and one),
    ]


@pytest.mark.parametrize("row", _rows(), ids=lambda row: row[0][:60])
def test_a_question_is_read_as_a_person_reads_it(row: list[str]) -> None:
    question, *wanted = row
    assert _said(read(question)) == (wanted if len(wanted) > 1 else [*wanted, ""])


def test_several_questions_at_once_are_told_apart() -> None:
    asked = read("What does a locker cost, and who hands out the keys? How long can I keep it?")
    said = [asked.read_as[part.start : part.end] for part in asked.parts]
    assert said == ["What does a locker cost", "who hands out the keys", "How long can I keep it"]
    assert [list(part.types) for part in asked.parts] == [[SPAN_TYPE_MONEY], [SPAN_TYPE_NAME], [SPAN_TYPE_DURATION]]
    assert asked.want == asked.parts[0].want


@pytest.mark.parametrize("question", ["When and where is the party?", "Who leads sales and marketing?", "a"])
def test_one_question_has_no_parts(question: str) -> None:
    assert not read(question).parts


def test_terms_say_what_they_do() -> None:
    asked = read("Which team is led by Carla Ruiz?")
    assert {asked.read_as[one.start : one.end]: pb.TermRole.Name(one.role) for one in asked.terms} == {
        "team": "TERM_ROLE_SOUGHT",
        "Carla": "TERM_ROLE_NAME",
        "Ruiz": "TERM_ROLE_NAME",
        "led": "TERM_ROLE_RELATION",
    }


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("How do I ask for leave?", ["ask", "leave"]),
        ("Who asked for the audit?", ["asked", "audit"]),
        ("May I ask when the office opens?", ["office", "opens"]),
        ("whos got the key when theres nobody", ["key"]),
        ("Can I ask you about the dam?", ["dam"]),
    ],
)
def test_to_ask_is_asked_about_where_it_does_not_only_open_the_question(text: str, terms: list[str]) -> None:
    asked = read(text)
    assert [asked.read_as[one.start : one.end] for one in asked.terms] == terms


def test_words_of_a_question_whose_language_nothing_tells_are_looked_for_in_several() -> None:
    asked = read("Kategorien Versicherungen")
    assert asked.language != "" or any(one.synonyms for one in asked.terms)


@pytest.mark.parametrize(
    ("question", "term", "other"),
    [
        ("How many were sold in the second quarter?", "second", "q2"),
        ("How much rain fell in the 1st half of 2020?", "1st", "h1"),
        ("What happened in Q3?", "q3", "third"),
    ],
)
def test_a_part_of_a_year_is_found_however_it_is_written(question: str, term: str, other: str) -> None:
    (found,) = [one for one in read(question).terms if one.term == term]
    assert other in found.synonyms
    assert not any("q2" in one.synonyms for one in read("Who came second?").terms)


@pytest.mark.parametrize(
    ("question", "term", "others"),
    [
        ("How much are four bags?", "four", ["4"]),
        ("Who won after 3 rounds?", "3", ["three"]),
        ("Was kosten vier Taschen in dem Laden?", "vier", ["4"]),
        ("Which of the 1 day passes?", "1", []),
        ("What was dropped in 4.0?", "4.0", ["4.0.0"]),
        ("What was dropped in v4.2.0?", "v4.2.0", ["4.2"]),
        ("What was dropped in 4.2.1?", "4.2.1", []),
    ],
)
def test_a_number_is_found_in_words_and_figures_and_a_version_with_its_last_0(
    question: str, term: str, others: list[str]
) -> None:
    (found,) = [one for one in read(question).terms if one.term == term]
    assert list(found.synonyms) == others


@pytest.mark.parametrize(
    ("question", "word", "other", "not_other"),
    [
        ("How do I turn off the alarm?", "turn", "disabl", ""),
        ("How much paid time off do I get?", "paid", "leav", "salari"),
        ("How much paid time off do I get?", "time", "leav", "hour"),
        ("How do I get rid of old files?", "rid", "delet", ""),
        ("When am I paid?", "paid", "salari", "leav"),
        ("Is there a turn-off delay?", "turn-off", "disabl", ""),
        ("What is my take-home pay?", "pay", "net", "salari"),
    ],
)
def test_a_phrase_says_another_thing_than_its_words(question: str, word: str, other: str, not_other: str) -> None:
    asked = read(question)
    found = next(one for one in asked.terms if asked.read_as[one.start : one.end] == word)
    assert other in found.synonyms
    assert not_other not in found.synonyms


@pytest.mark.parametrize(
    ("question", "language", "terms"),
    [
        ("van price", "", ["van", "price"]),
        ("mit license", "", ["mit", "license"]),
        ("die cast aluminium price", "", ["die", "cast", "aluminium", "price"]),
        ("van de prijs", "nl", ["prijs"]),
        ("die Preise", "de", ["Preise"]),
        ("combien coûte la livraison", "fr", ["livraison"]),
    ],
)
def test_a_single_word_of_another_language_makes_no_question_foreign(
    question: str, language: str, terms: list[str]
) -> None:
    asked = read(question)
    assert asked.language == language
    assert [question[one.start : one.end] for one in asked.terms] == terms


@given(st.text(max_size=300))
def test_any_text_is_a_question(text: str) -> None:
    asked = read(text)
    assert asked.text == asked.read_as == text
    assert all(0 <= one.start < one.end <= len(text) and one.term for one in asked.terms)
    assert all(0 <= part.start < part.end <= len(text) for part in asked.parts)
    assert read(text) == asked


_PIECES = ("what ", "and what is it ", "is it or ", "how many ", "A B ", "a, which ", "'s ", "? ", "x-1_", '"a', "请问")


@pytest.mark.parametrize("piece", _PIECES)
def test_a_question_takes_time_in_proportion_to_its_length(piece: str) -> None:
    assert not grows(read, lambda size: (piece * size)[:size])


def test_words_that_only_ask_are_no_terms() -> None:
    assert [one.term for one in read("How long is the lease?").terms] == ["leas"]
    assert [one.term for one in read("Wie lange ist die Frist?").terms] == ["frist"]
