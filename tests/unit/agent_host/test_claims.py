"""Claims: what is read off a passage's form, its values in one form."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agent_host import passage
from agent_host.passage import Passage
from language.values import normal
from myriad.agent.v1.evidence_pb2 import AnswerType
from myriad.agent.v1.packet_pb2 import CognitivePacket, Sentence

Read = Callable[..., Passage]
FILM = "Ed Wood is a 1994 American film. "
TOWN = "Ash is a town in Kent. "
MAN = "Ed Wood (10 October 1924 – 10 December 1978) was an American director. "


def claimed(passage: Passage) -> dict[str, str]:
    return {one.attribute: one.value for one in passage.claims}


@pytest.mark.parametrize(
    ("text", "attribute", "value"),
    [
        (FILM + "It was directed by the American director Tim Burton in Paris.", "director", "Tim Burton"),
        ("Al Low (6 May 1894 in Lille – 2 May 1975 in Nice, France) was an actor.", "birthplace", "Lille"),
        ("Al Low (6 May 1894 in Lille – 2 May 1975 in Nice, France) was an actor.", "deathplace", "Nice, France"),
        ("Al Low (6 May 1894–2 May 1975) was an actor.", "died", "2 May 1975"),
        ("Oak is a magazine that has been published since July 1980.", "released", "July 1980"),
        ("Al Low (born 6 May 1994, Lille) is an actor.", "birthplace", "Lille"),
        ("Al Low was the son of Bo Low, Duke of Kent, and Di Ray.", "mother", "Di Ray."),
        (FILM + "It was written and produced by Tim Burton.", "producer", "Tim Burton"),
        (FILM + "It was written and produced by Tim Burton.", "writer", "Tim Burton"),
        (FILM + "The film has a score by Howard Shore.", "composer", "Howard Shore"),
        (FILM + "It was released on 7 October 1994.", "released", "7 October 1994"),
        (FILM + "The film grossed $13.8 million.", "gross", "$13.8 million"),
        (TOWN + "It has a population of 3,365.", "population", "3,365"),
        (TOWN + "Its tower is old. The town is the capital of Kent.", "capital", "Kent"),
        (MAN + "He was born in Poughkeepsie, New York.", "birthplace", "Poughkeepsie"),
        (MAN + "He died of a heart attack in Los Angeles.", "deathplace", "Los Angeles"),
        (MAN + "He married Norma McCarty.", "spouse", "Norma McCarty"),
        (MAN + "He was the son of Edward Wood Sr. and Lillian.", "father", "Edward Wood Sr."),
        (MAN + "He was a member of the Directors Guild.", "member of", "Directors Guild"),
        (MAN, "died", "10 December 1978"),
    ],
)
def test_phrases_state_attributes_of_the_subject(read: Read, text: str, attribute: str, value: str) -> None:
    assert claimed(made(text))[attribute] == value


@pytest.mark.parametrize(
    "text",
    [
        MAN + "His brother married Norma McCarty.",
        MAN + "Tim Burton was born in Burbank.",
        MAN + "They had children: he married twice.",
        FILM + "It was directed by an American.",
    ],
)
def test_what_is_said_of_others_is_not_claimed_of_it(read: Read, text: str) -> None:
    assert claimed(made(text)).keys() <= {"born", "died", "kind", "nationality"}


def test_a_claim_says_when_it_held(read: Read) -> None:
    found = {one.attribute: one for one in made(TOWN + "At the 2011 census, it had a population of 3,365.").claims}
    assert (found["population"].normal, found["population"].date) == ("3365", "2011")
    assert found["population"].kind == AnswerType.ANSWER_TYPE_NUMBER


@pytest.mark.timeout(5)
def test_a_line_that_is_nearly_a_key_and_its_value_takes_no_time(read: Read) -> None:
    assert not read(f"Usage: assert {'x' * 5_000} y z y z y z y z y z").claims
    assert claimed(read("Timeout: 30 s"))["timeout"] == "30 s"


def test_rows_claim_of_their_first_cell_and_lines_of_the_passage() -> None:
    table = "| Service | Owner | Port |\n|---|---|---|\n| billing | Priya Raman | 8081 |\n- Status: ready"
    found = {(one.subject, one.attribute, one.value) for one in made(table, r"[^\n]+").claims}
    assert found == {("billing", "owner", "Priya Raman"), ("billing", "port", "8081"), ("", "status", "ready")}


def made(text: str, sentence: str = r"\S.+?(?:(?<!Sr)\.(?= [A-Z][^.])|$)") -> Passage:
    spans = [Sentence(start=one.start(), end=one.end()) for one in re.finditer(sentence, text)]
    packet = CognitivePacket(schema=1, agent="a", text=text, sentences=[s for s in spans if text[s.start] != "|" or 1])
    return passage.read("a", packet.SerializeToString())


WORDS = (
    *("Ed", "Wood", "is", "was", "a film", "directed by", "born in", "married", "Paris", "1924", "(1924 – 1978)"),
    *("population of", "3,000", "tall", ".", ":", "|", "He"),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(WORDS), max_size=30))
def test_values_stand_in_their_sentence_and_normal_is_idempotent(read: Read, words: list[str]) -> None:
    passage = read(" ".join(words), "Ed Wood")
    for one in passage.claims:
        assert one.value in passage.sentences[one.position].text
        assert normal(one.normal) == one.normal
