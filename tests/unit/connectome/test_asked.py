"""What a question asks, and what a passage says to it."""

from __future__ import annotations

import math

from connectome.asked import asked, tells
from tests.unit.connectome.passages import Having, asking, question, reading

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


def test_a_part_of_a_term_tells_half_unless_nobody_has_the_whole_or_it_is_said_alone_too() -> None:
    def weights(text: str, **having: int) -> dict[str, float]:
        told = asked(Having(having), "minds/m", question(text))  # type: ignore[arg-type]
        return {one.term: one.weight for one in told.question.terms}

    known = {"selfhost": 1, "self": 2, "host": 3}
    assert weights("a self-hosted relay", **known) == {
        "selfhost": tells(10, 1), "self": tells(10, 2) / 2, "host": tells(10, 3) / 2, "relay": tells(10, 0)
    }  # fmt: skip
    assert weights("a self-hosted host", **known)["host"] == tells(10, 3)
    assert weights("a self-hosted relay", self=2, host=3)["host"] == tells(10, 3)
