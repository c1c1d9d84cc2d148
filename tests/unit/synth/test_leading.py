"""What leads to an agent counts with what it says itself."""

from __future__ import annotations

from myriad.agent.v1.evidence_pb2 import AgentReply, Evidence
from myriad.synth.v1.synthesizer_service_pb2 import RankedReply
from synth.leading import led_by, linked
from synth.synonyms import synonyms
from synth.words import content

QUESTION = "Where was the director of Big Fish born?"
ASKED = synonyms(QUESTION)
FILM = AgentReply(
    title="Big Fish", evidence=[Evidence(quote="It stars Al Low."), Evidence(quote="Di Ray directed it.")]
)
KNOWN = {"big fish": FILM}


def reply(quote: str, *path: str) -> RankedReply:
    return RankedReply(reply=AgentReply(title="Di Ray", evidence=[Evidence(quote=quote)]), path=path)


def test_the_sentence_that_names_the_next_step_and_its_title_lead_there() -> None:
    words = led_by(reply("She was born in Rome.", "Big Fish", "Di Ray"), KNOWN, ASKED)
    assert words == content("director Big Fish").keys()


def test_an_agent_that_names_what_led_to_it_is_led_to_by_that_sentence() -> None:
    words = led_by(reply("She is the director of Big Fish.", "Big Fish"), {}, ASKED)
    assert words == content("director Big Fish").keys()
    assert not led_by(reply("She was born in Rome.", "Big Fish"), {}, ASKED)


def test_a_name_is_linked_the_closer_the_question_s_words_stand_to_it() -> None:
    asked = content(QUESTION).keys()
    assert 0 < linked(("Big Fish", "Di Ray"), KNOWN, asked) <= 1
    assert not linked(("Big Fish", "Al Low"), KNOWN, asked)
