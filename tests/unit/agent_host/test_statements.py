"""Statements: what a sentence says in the form that a question asks for is a short answer, whole."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from agent_host.clause import clause, spelled_out
from agent_host.passage import Passage
from agent_host.question import analyse
from agent_host.reply import reply
from agent_host.statements import statements
from myriad.agent.v1.packet_pb2 import CognitivePacket, Sentence

Read = Callable[..., Passage]


def best(read: Read, question: str, text: str, title: str) -> str:
    answer = reply(analyse(question), read(text, title), (), 0, with_text=False)
    found = [short for one in answer.evidence for short in one.short_answers]
    return max(found, key=lambda one: one.score).text if found else ""


@pytest.mark.parametrize(
    ("question", "text", "short"),
    [
        ("What is the motto of Elm?", 'Elm is a school. Its motto is "Dare to ask".', "Dare to ask"),
        ("What is the motto of Elm?", "Elm is a school. Its motto 'Dare to ask' is on the gate.", "Dare to ask"),
        ("What is the monthly rent of Elm?", "The monthly rent of Elm is 4,200 euros, paid at once.", "4,200 euros"),
        ("What was the first album of Elm?", "Elm is a band. Their first album, Low Tide, sold well.", "Low Tide"),
        ("Why was Elm closed?", "Elm was closed because of a flood in May.", "a flood in May"),
        ("Why did Elm die?", "Elm died last year of heart failure, aged 76.", "heart failure"),
        ("Who was Elm?", "Elm was a Welsh painter of harbours.", "Welsh painter"),
        ("Where is Elm buried?", "Elm is buried in the churchyard of St Alban.", "churchyard of St Alban"),
        ("What did Elm die of?", "Elm died of a fever.", "fever"),
        ("What kind of music did Elm play?", "Elm is a band that played shanty punk.", "shanty punk"),
        ("Which team did Elm coach?", "Elm was a coach at the University of Miami from 1963.", "University of Miami"),
        ("Who founded Elm?", "Elm was founded in 1990 by Ann Low and Bo Ray.", "Ann Low and Bo Ray"),
        ("motto Elm", 'Elm is a school. Its motto is "Dare to ask".', "Dare to ask"),
    ],
)
def test_the_words_that_state_what_is_asked_for_are_the_answer(
    read: Read, question: str, text: str, short: str
) -> None:
    assert best(read, question, text, "Elm").removeprefix("a ") == short.removeprefix("a ")


def test_the_second_part_of_a_place_is_not_what_the_first_is_called(read: Read) -> None:
    assert (
        best(read, "birthplace Elm Low", "Elm Low was born in Prague, Austrian Empire.", "Elm Low") != "Austrian Empire"
    )


def test_what_something_is_about_is_not_what_it_is(read: Read) -> None:
    passage = read("The elm doctrine is a principle.", "Elm doctrine")
    assert not list(statements(analyse("What is the elm doctrine about?"), passage, 0))


def test_a_reason_for_something_else_is_none(read: Read) -> None:
    assert best(read, "Why was Elm sold?", "Elm was painted because of a feast.", "Elm") != "a feast"


def test_a_sentence_about_another_thing_states_nothing(read: Read) -> None:
    text = 'Elm is a school near Oak Hill. The motto of Oak is "Go home".'
    assert best(read, "What is the motto of Ash Green Hill School?", text, "Elm") != "Go home"


@pytest.mark.parametrize(
    ("keywords", "question"),
    [
        ("birthplace Karl Anton", "What is the birthplace of Karl Anton?"),
        ("student newspaper of Vassar College", "What is the student newspaper of Vassar College?"),
        ("Ann Low first husband", "What is the first husband of Ann Low?"),
        ("When was Ann born", "When was Ann born"),
        ("Ann Low", "Ann Low"),
        ("notice period", "notice period"),
        ("Tell me about Elm", "Tell me about Elm"),
    ],
)
def test_keywords_ask_for_what_they_name_of_what_has_a_capital(keywords: str, question: str) -> None:
    assert spelled_out(keywords) == question


def test_the_verb_of_a_question_stands_after_its_subject() -> None:
    assert clause("What did Philip Mairet edit in the 1930s?").last == clause("What did Ann edit?").last
    assert clause("What did Ann die of?").follows == "of"


@pytest.mark.parametrize(
    ("question", "text", "short"),
    [
        ("How long must Elm simmer?", "2. Simmer Elm in 3 pots for 25 minutes.", "25 minutes"),
        ("How much does Elm cost?", "For 2 nights Elm costs 140 euros.", "140 euros"),
        ("How old is Elm?", "Elm (born 4 May 1979) won 16 prizes.", "born 4 May 1979"),
        ("What does SA stand for?", "Ask Staff Affairs (SA).", "Staff Affairs"),
        ("What does SA mean?", "SA (Staff Affairs) is on the second floor.", "Staff Affairs"),
        ("How do I restore Elm?", "Run `elm restore` to restore Elm in 5 minutes.", "elm restore"),
        ("When is the audit of Elm?", "[09:08] Mara: The audit of Elm is put off to May.", "May"),
    ],
)
def test_a_quantity_a_long_form_a_command_and_a_month_answer_what_asks_for_their_form(
    read: Read, question: str, text: str, short: str
) -> None:
    assert best(read, question, text, "Elm") == short


def test_how_something_is_done_has_no_short_answer_without_a_command(read: Read) -> None:
    assert best(read, "How do I deploy Elm?", "To deploy Elm, ask Mara Quill.", "Elm") == ""


def test_a_row_of_a_table_tells_under_which_header_each_of_its_cells_stands(read: Read) -> None:
    text = "| Office | Desks |\n|---|---|\n| Oslo | 48 |"
    rows = [Sentence(start=at, end=at + len(row)) for row in text.split("\n") for at in (text.index(row),)]
    packet = CognitivePacket(schema=1, agent="minds/m/agents/a1", text=text, sentences=rows)
    found = reply(analyse("How many desks has Oslo?"), Passage(packet, 9), (), 0, with_text=False).evidence[0]
    assert [one.text for one in found.short_answers] == ["48"]
    assert [one.text for one in found.edits] == ["Desks: 48"]
