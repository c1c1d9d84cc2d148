"""Comparisons: which of two, and whether both, from what their sources say they are."""

from __future__ import annotations

import pytest

from myriad.agent.v1.evidence_pb2 import AgentReply, Claim, Evidence
from synth.compared import Compared
from synth.comparison import compare


def said(title: str, *quotes: str, kind: str = "", **claims: str) -> AgentReply:
    """A reply whose first sentence makes the claims, each a value that is an ISO date as well if it begins with one."""
    return AgentReply(
        agent=f"minds/m/agents/{title}",
        document=f"minds/m/documents/{title}",
        title=title,
        kind=kind,
        evidence=[Evidence(quote=quote, position=number) for number, quote in enumerate(quotes)],
        claims=[
            Claim(attribute=name, value=value, date=value if value[:1].isdigit() else "")
            for name, value in claims.items()
        ],
    )


def answer(question: str, *replies: AgentReply) -> str:
    found = compare(question, replies)
    return found.answer if found else ""


ANN = said("Ann Ray", "Ann Ray (born 1950) is a French poet.", kind="French poet", born="1950", nationality="French")
BOB = said("Bob Low", "Bob Low (born 1952) is a Swiss poet.", kind="Swiss poet", born="1952-03-01", nationality="Swiss")
EAR = said("Ear", "Ear is a film directed by Ann Ray.", kind="film")
TEAR = said("Tear", "Tear is a 1999 film by Bob Low, its director, with Cy Day.", kind="1999 Swiss film")


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Who is older, Ann Ray or Bob Low?", "Ann Ray"),
        ("Who was born later, Ann Ray or Bob Low?", "Bob Low"),
        ("Who was born first out of Ann Ray and Bob Low?", "Ann Ray"),
        ("Which poet is Swiss, Ann Ray or Bob Low?", "Bob Low"),
        ("Are Ann Ray and Bob Low both poets?", "yes"),
        ("Are both Ann Ray and Bob Low French poets?", "no"),
        ("Are Ann Ray and Bob Low of the same nationality?", "no"),
        ("Do Ann Ray and Bob Low have the same profession?", "yes"),
        ("Are Ann Ray and Bob Low both painters?", ""),
        ("Who is richer, Ann Ray or Bob Low?", ""),
        ("Did Ann Ray meet Bob Low?", ""),
    ],
)
def test_what_the_two_are_said_to_be_settles_it_or_nothing_does(question: str, expected: str) -> None:
    assert answer(question, ANN, BOB) == expected


def test_what_belongs_to_the_two_is_compared_through_the_sentence_that_names_it() -> None:
    found = compare("Which film has the director who was born first, Tear or Ear?", [EAR, TEAR, BOB, ANN])
    assert isinstance(found, Compared)
    assert found.answer == "Ear"
    assert [quote.reply.title for quote in found.quotes] == ["Tear", "Bob Low", "Ear", "Ann Ray"]


def test_the_longer_life_is_counted_in_days() -> None:
    long = said("Ann", "Ann lived.", born="1900-01-01", died="1980-12-31")
    short = said("Bob", "Bob lived.", born="1800", died="1879")
    assert answer("Who lived longer, Ann or Bob?", long, short) == "Ann"
    assert answer("Who lived longer, Ann or Bob?", long, said("Bob", "Bob lived.", born="1800")) == ""


@pytest.mark.parametrize(
    ("place", "question", "expected"),
    [
        ("Rome, Italy", "Are Ann and Bob in the same country?", "yes"),
        ("Rome, Italy", "Are Ann and Bob in the same city?", "no"),
        ("Paris, France", "Are Ann and Bob in the same country?", "no"),
    ],
)
def test_places_are_compared_by_the_part_that_is_asked_for(place: str, question: str, expected: str) -> None:
    assert answer(question, said("Ann", f"Ann is in {place}."), said("Bob", "Bob is in Milan, Italy.")) == expected


def test_the_number_that_follows_the_word_asked_for_decides_which_is_more() -> None:
    large = said("Ann", "Ann has a population of 1.5 million.")
    small = said("Bob", "Bob has 3 rivers and a population of 90,000.")
    assert answer("Which has a larger population, Ann or Bob?", large, small) == "Ann"
    assert answer("Which has a smaller population, Ann or Bob?", large, small) == "Bob"


def test_a_question_that_names_three_things_compares_the_two_that_it_joins() -> None:
    assert answer("In France, who is older, Ann Ray or Bob Low?", said("France", "France."), ANN, BOB) == "Ann Ray"


def test_a_nation_and_a_country_are_compared_as_countries() -> None:
    low = said("Al Low", "Al Low is an American poet.", kind="American poet", nationality="American")
    inn = said("Old Inn", "Old Inn is a hotel in Ohio, United States.", kind="hotel")
    assert answer("Are Al Low and Old Inn from the same country?", low, inn) == "yes"
    assert answer("Are Ann Ray and Old Inn from the same country?", ANN, inn) == "no"


def test_the_same_city_of_death_is_that_where_both_died() -> None:
    one = said("Al Low", "Al Low, born in Rome, died in Bonn.", birthplace="Rome", deathplace="Bonn")
    other = said("Cy Kay", "Cy Kay, born in Nice, died in Bonn.", birthplace="Nice", deathplace="Bonn")
    assert answer("Did Al Low and Cy Kay die in the same city?", one, other) == "yes"
    assert answer("Were Al Low and Cy Kay born in the same city?", one, other) == "no"


def test_what_holds_of_each_of_two_holds_of_both() -> None:
    one = said("Al Low", "Al Low starred in Big Fish.", kind="actor")
    other = said("Cy Kay", "Cy Kay had a role in Big Fish.", kind="actor")
    assert answer("Have Al Low and Cy Kay both acted in Big Fish?", one, other) == "yes"
    assert answer("Have Al Low and Ann Ray both acted in Big Fish?", one, ANN) == ""


def test_the_members_of_bands_of_other_names_are_not_in_the_same_band() -> None:
    one = said("Al Low", "Al Low is the singer of the group Oak.", kind="singer")
    other = said("Cy Kay", "Cy Kay is a singer.", "She sings in the band Elm.", kind="singer")
    assert answer("Are Al Low and Cy Kay members of the same band?", one, other) == "no"


def test_a_full_title_names_one_of_several_things_of_a_name() -> None:
    creek = said("Elm Creek (Ohio)", "Elm Creek is a river in Ohio, United States.", kind="river")
    place = said("Elm Creek, Ohio", "Elm Creek is a town.", kind="town")
    assert answer("Is Elm Creek (Ohio) a river?", place, creek) == "yes"


def test_what_two_have_in_common_is_what_both_are_said_to_be() -> None:
    assert answer("What do Ann Ray and Bob Low have in common?", ANN, BOB) == "poet"


def test_words_of_the_names_compared_compare_nothing() -> None:
    last = said("Last Day", "Last Day is a film of 1972.", kind="film", released="1972")
    oak = said("Oak", "Oak is a film of 1963.", kind="film", released="1963")
    assert answer("Which film came out earlier, Last Day or Oak?", last, oak) == "Oak"


def test_to_have_been_opened_is_to_have_been_founded() -> None:
    one = said("Elm School", "Elm School was opened in 1954.", opened="1954")
    other = said("Oak School", "Oak School was founded in 1963.", founded="1963")
    assert answer("Which is older, Elm School or Oak School?", one, other) == "Elm School"
