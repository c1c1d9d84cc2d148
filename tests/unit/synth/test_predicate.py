"""Predicates: yes with the sentence that says so, no with one that says otherwise, else nothing."""

from __future__ import annotations

import pytest

from myriad.agent.v1.evidence_pb2 import AgentReply, AnswerType, Claim, Evidence
from synth.comparison import compare

BORN, SAID = (
    "Ann Ray was born in Prague, Texas and died in Berlin.",
    "Ann Ray is a Swedish poet and the younger daughter of Bo.",
)
PLACE = AnswerType.ANSWER_TYPE_PLACE
ANN = AgentReply(
    agent="minds/m/agents/ann",
    title="Ann Ray",
    subject="Ann Ray",
    kind="Swedish poet",
    evidence=[Evidence(quote=BORN, position=1), Evidence(quote=SAID)],
    claims=[
        Claim(subject="Ann Ray", attribute="birthplace", value="Prague", evidence=0, type=PLACE),
        Claim(subject="Ann Ray", attribute="deathplace", value="Berlin", evidence=0, type=PLACE),
        Claim(subject="Ann Ray", attribute="nationality", value="Swedish", evidence=1, type=PLACE),
    ],
)
FILM = AgentReply(
    agent="minds/m/agents/fish",
    title="Big Fish (film)",
    subject="Big Fish",
    evidence=[Evidence(quote="Big Fish is an unreleased film that was directed by Ann Ray in 1990.")],
    claims=[Claim(subject="Big Fish", attribute="director", value="Ann Ray", evidence=0)],
)


@pytest.mark.parametrize(
    ("question", "verdict", "quote"),
    [
        ("Was Ann Ray born in Prague?", "yes", BORN),
        ("Was Ann Ray born in Berlin?", "no", BORN),
        ("Was Ann Ray born in Ohio?", "no", BORN),
        ("Did Ann Ray die in Berlin?", "yes", BORN),
        ("Is Ann Ray a poet?", "yes", SAID),
        ("Is Ann Ray a Swedish poet?", "yes", SAID),
        ("Is Ann Ray a Norwegian poet?", "no", SAID),
        ("Was Ann Ray the older daughter of Bo?", "no", SAID),
        ("Was Big Fish directed by Ann Ray?", "yes", FILM.evidence[0].quote),
        ("Was Big Fish directed by Cy Low?", "no", FILM.evidence[0].quote),
        ("Was Big Fish ever released?", "no", FILM.evidence[0].quote),
    ],
)
def test_what_is_said_or_denied_of_one_thing_is_answered_with_its_quote(
    question: str, verdict: str, quote: str
) -> None:
    found = compare(question, [FILM] if "Big Fish" in question else [ANN])
    assert found is not None
    assert (found.answer, [one.evidence.quote for one in found.quotes]) == (verdict, [quote])


@pytest.mark.parametrize(
    "question",
    [
        "Is Ann Ray a painter?",
        "Was Ann Ray born in Europe in spring?",
        "Was Ann Ray born in Germany?",
        "Did Ann Ray die in Texas?",
        "Did Ann Ray win a prize?",
        "Is Cy Low a poet?",
        "Is Ann Ray older than Bo?",
    ],
)
def test_that_nobody_says_it_is_no_proof_that_it_is_not(question: str) -> None:
    assert compare(question, [ANN]) is None
