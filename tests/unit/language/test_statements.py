"""Statements: what is read off a passage's form, its values in one form."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from language.text import read
from language.values import normal
from myriad.agent.v1.text_pb2 import UNIT_KIND_ENTRY, UNIT_KIND_ROW, Text, Unit
from tests.unit.language.english import cut

FILM = "Ed Wood is a 1994 American film. "
TOWN = "Ash is a town in Kent. "
MAN = "Ed Wood (10 October 1924 – 10 December 1978) was an American director. "


def made(text: str, sentence: str = r"\S.+?(?:(?<!Sr)\.(?= [A-Z][^.])|$)", title: str = "") -> Text:
    return read(text, language="en", path=[title], pieces=cut(text, sentence))


def stated(text: str, **how: str) -> dict[str, str]:
    return {one.attribute: text[one.start : one.end] for one in made(text, **how).statements}


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
def test_phrases_state_attributes_of_the_subject(text: str, attribute: str, value: str) -> None:
    assert stated(text)[attribute] == value


@pytest.mark.parametrize(
    "text",
    [
        MAN + "His brother married Norma McCarty.",
        MAN + "Tim Burton was born in Burbank.",
        MAN + "They had children: he married twice.",
        FILM + "It was directed by an American.",
    ],
)
def test_what_is_said_of_others_is_not_stated_of_it(text: str) -> None:
    assert stated(text).keys() <= {"born", "died", "kind", "nationality"}


def test_a_statement_says_when_it_held_and_of_whom() -> None:
    text = TOWN + "At the 2011 census, it had a population of 3,365."
    found = {one.attribute: one for one in made(text).statements}["population"]
    assert (made(text).subject, found.normal, found.date) == ("Ash", "3365", "2011")


@pytest.mark.timeout(5)
def test_a_line_that_is_nearly_a_key_and_its_value_takes_no_time() -> None:
    assert not stated(f"Usage: assert {'x' * 5_000} y z y z y z y z y z", sentence=".+")
    assert stated("Timeout: 30 s", sentence=".+")["timeout"] == "30 s"


def test_rows_state_of_their_first_cell_and_entries_by_their_path() -> None:
    text = "Service: billing; Owner: Priya Raman; Port: 8081\nserver.port: 8080"
    end = text.index("\n")
    units = [Unit(kind=UNIT_KIND_ROW, parts=[0, end]), Unit(kind=UNIT_KIND_ENTRY, parts=[end + 1, len(text)])]
    found = read(text, language="en", units=units, pieces=[(0, end)]).statements
    assert [(one.subject, one.attribute, text[one.start : one.end]) for one in found] == [
        ("billing", "owner", "Priya Raman"),
        ("billing", "port", "8081"),
        ("", "server.port", "8080"),
    ]


WORDS = (
    *("Ed", "Wood", "is", "was", "a film", "directed by", "born in", "married", "Paris", "1924", "(1924 – 1978)"),
    *("population of", "3,000", "tall", ".", ":", "|", "He"),
)


@given(st.lists(st.sampled_from(WORDS), max_size=30).map(" ".join))
def test_values_stand_in_the_text_and_normal_is_idempotent(text: str) -> None:
    for one in read(text, language="en", path=["Ed Wood"], pieces=cut(text)).statements:
        assert 0 <= one.start < one.end <= len(text)
        assert normal(one.normal) == one.normal
