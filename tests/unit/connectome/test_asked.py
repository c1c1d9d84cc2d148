"""What a question asks, and what a text says to it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import cast

from connectome.asked import Asked, Reading, Terms
from connectome.ports import Agent, LexicalIndex
from connectome.text import spoken, words


class Stems(Terms):
    """Every word is its own stem."""

    def __init__(self) -> None:
        super().__init__(cast("LexicalIndex", self))

    def stems(self, text: str) -> list[str]:
        raise AssertionError("it has its own stems")

    def stem(self, word: str) -> str:
        return "" if word in ("where", "was", "the", "of", "by") else word


def asking(question: str, weights: Mapping[str, float] | None = None) -> Asked:
    terms = Stems()
    found = weights or {terms[word]: 1.0 for word in words(question) if terms[word]}
    return Asked(terms, words(question), spoken(question), found)


def reading(text: str, asked: Asked, title: str = "") -> Reading:
    return Reading(Agent(1, "minds/m/agents/a", "minds/m/documents/d", title, "", "", text), asked)


LLOYD = "Lloyd is a 2001 film directed by Hector Barron. It stars Todd Bosley and was shot far away in distant Ohio."
NAMES = [(1, "hector barron"), (2, "todd bosley"), (3, "nobody here")]


def test_words_of_one_relation_are_one_term() -> None:
    assert asking("Where was the director of Lloyd born?").weights.keys() == {"=direct", "lloyd", "=birth"}


def test_the_name_beside_what_is_asked_has_more_of_it_than_one_in_another_sentence() -> None:
    asked = asking("Where was the director of Lloyd born?").without(["lloyd"])
    beside = reading(LLOYD, asked).beside(NAMES, asked, known=())
    assert beside[1].share > 2 * beside[2].share
    assert beside[1].terms == {"=direct"}
    assert 3 not in beside


def test_what_was_followed_already_leads_nowhere_again() -> None:
    asked = asking("Where was the director of Lloyd born?").without(["lloyd"])
    assert reading(LLOYD, asked).beside(NAMES, asked, known={"=direct"}) == {}


def test_a_text_holds_the_terms_of_its_title_too_and_shares_add_up() -> None:
    asked = asking("the director of Lloyd")
    held: Collection[str] = reading("Directed by nobody.", asked, title="Lloyd").held
    assert asked.share(held) == 1.0
    assert asked.share(()) == 0.0
    assert asked.found_by(held) == ["director", "Lloyd"]
