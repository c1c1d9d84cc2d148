"""What a question asks, and what a passage says to it."""

from __future__ import annotations

import math

from connectome.asked import tells
from tests.unit.connectome.passages import asking, reading

LLOYD = "Lloyd is a 2001 film directed by Hector Barron. It stars Todd Bosley and was shot far away in distant Ohio."
NAMES = [(1, "hector barron"), (2, "todd bosley"), (3, "nobody here")]
SAYS_THE_SAME = {"director": ["direct"]}


def test_what_says_the_same_as_a_term_is_held_for_it() -> None:
    asked = asking("Where was the director of Lloyd born?", SAYS_THE_SAME)
    assert reading(LLOYD, asked).held == {"director", "lloyd"}
    assert reading(LLOYD, asking("Where was the director of Lloyd born?")).held == {"lloyd"}


def test_the_name_beside_what_is_asked_has_more_of_it_than_one_in_another_sentence() -> None:
    asked = asking("Where was the director of Lloyd born?", SAYS_THE_SAME).without("lloyd")
    beside = reading(LLOYD, asked).beside(NAMES, asked, known=())
    assert beside[1].share > 2 * beside[2].share
    assert beside[1].terms == {"director"}
    assert 3 not in beside


def test_what_was_followed_already_leads_nowhere_again() -> None:
    asked = asking("Where was the director of Lloyd born?", SAYS_THE_SAME).without("lloyd")
    assert reading(LLOYD, asked).beside(NAMES, asked, known={"director"}) == {}


def test_a_passage_holds_the_terms_of_its_title_too_and_shares_add_up() -> None:
    asked = asking("the director of Lloyd")
    held = reading("By a director.", asked, title="Lloyd").held
    assert asked.share(held) == 1.0
    assert asked.share(()) == 0.0
    assert asked.found_by(held) == ["director", "Lloyd"]


def test_a_term_tells_its_inverse_document_frequency_which_the_question_is_told() -> None:
    asked = asking("the director")
    assert [one.weight for one in asked.question.terms] == [asked.weights["director"]] == [tells(10, 1)]
    assert tells(10, 0) == math.log(11) > tells(10, 1) > tells(10, 10) > tells(0, 0) == 0.0
