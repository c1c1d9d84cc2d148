"""Candidates for short answers: what in a passage may answer, cut as people write answers."""

from __future__ import annotations

from collections.abc import Callable

import pytest

import agent_host.passage
from agent_host.passage import Passage
from agent_host.question import analyse
from agent_host.reply import reply
from myriad.agent.v1.packet_pb2 import CognitivePacket, Sentence

Read = Callable[..., Passage]


@pytest.mark.parametrize(
    ("question", "text", "title", "short"),
    [
        ("In what year was Ann Ray born?", "Ann Ray (born 3 May 1952) is a poet.", "Ann Ray", "1952"),
        ("When was Ann Ray born?", "Ann Ray (born 3 May 1952) is a poet.", "Ann Ray", "3 May 1952"),
        ("What nationality is Ann Ray?", "Ann Ray (born 3 May 1952) is a French poet.", "Ann Ray", "French"),
        ("What is the profession of Ann Ray?", "Ann Ray (born 1952) is a French poet.", "Ann Ray", "poet"),
        ("Where was Ann Ray born?", "Ann Ray was born in Paris, Texas, to farmers.", "Ann Ray", "Paris, Texas"),
        ("In which state was Ann Ray born?", "Ann Ray was born in Paris, Texas, to farmers.", "Ann Ray", "Texas"),
        ("Who directed Big Fish?", "Big Fish is a 2003 film directed by Tim Burton.", "Big Fish", "Tim Burton"),
        ("Ann Ray is known for her depictions of what?", "Ann Ray painted depictions of urban landscapes.", "Ann Ray",
         "urban landscapes"),
        ("How long are backups kept?", "Backups are kept for 30 days.", "", "30 days"),
        ("When are backups deleted?", "Backups are deleted after 30 days.", "", "after 30 days"),
        ("What caused the outage?", "The outage was caused by a broken disk.", "", "broken disk"),
        ("How long are access logs kept?", "Records are kept for 7 years. Access logs are kept for 90 days.", "",
         "90 days"),
        ("How much memory does the server need?", "The server needs 32 GB of memory.", "", "32 GB"),
        ("Who is the mother of Al Low?", "Al Low was the son of Bo Ray, King of Rome, and his wife Di Ray.", "Al Low",
         "Di Ray"),
        ("Bo Low is the father of which actress?", "Bo Low, son of Cy Low, is the father of actress Di Low.", "Bo Low",
         "Di Low"),
        ("What actors were in Big Fish?", "Big Fish starred the actors Al Low, Bo Ray and Cy Kay in 1990.", "Big Fish",
         "Al Low, Bo Ray and Cy Kay"),
        ("In which century was Oak bred?", "Oak was bred in the 19th century.", "Oak", "19th century"),
        ("Which place was Al Low Earl of?", "Al Low was the Saxon Earl of Northumbria.", "Al Low", "Northumbria"),
        ("Who is in Tiger Cage?", "Tiger Cage is a Hong Kong film with Donnie Yen.", "Tiger Cage", "Donnie Yen"),
        ("Who is the father of Al Low?", "Al Low was the son of Bo Low, Jr. and Di Low.", "Al Low", "Bo Low, Jr."),
    ],
)  # fmt: skip
def test_the_best_candidate_has_the_form_that_is_asked_for(
    read: Read, question: str, text: str, title: str, short: str
) -> None:
    answer = reply(analyse(question), read(text, title), (), 0, with_text=False)
    assert answer.evidence[0].short_answers[0].text == short


def test_what_another_name_led_to_need_not_name_the_subject_of_the_question(read: Read) -> None:
    passage = read("Warbeck was born in Southampton.", "Stephen Warbeck")
    question = analyse("Where was the composer of Billy Elliot born?")
    led = reply(question, passage, ("Billy Elliot", "Stephen Warbeck"), 0, with_text=False)
    assert led.evidence[0].short_answers[0].text == "Southampton"
    assert not reply(question, passage, (), 0, with_text=False).evidence[0].short_answers


def test_the_subject_of_a_passage_that_only_mentions_what_is_asked_about_may_be_meant(read: Read) -> None:
    passage = read("Bo Ray (born 1 April 1940) is an actor. He was married to the actress Di Low.", "Bo Ray")
    answer = reply(analyse("When was Di Low's husband born?"), passage, ("Di Low",), 0, with_text=False)
    assert [short.text for one in answer.evidence for short in one.short_answers] == ["1 April 1940"]


@pytest.mark.parametrize(
    ("question", "text", "short"),
    [
        ("To which address are requests sent?", "Requests are sent to help@example.com.", "help@example.com"),
        ("What system does Orion run on?", "Orion runs on Linux 5.10 or later.", "Linux"),
    ],
)
def test_addresses_are_whole_and_versions_are_no_names(question: str, text: str, short: str) -> None:
    sentence = Sentence(start=0, end=len(text))
    made = CognitivePacket(schema=1, agent="minds/m/agents/a", text=text, sentences=[sentence])
    passage = agent_host.passage.read(made.agent, made.SerializeToString())
    answer = reply(analyse(question), passage, (), 0, with_text=False)
    assert answer.evidence[0].short_answers[0].text == short
