"""The last message of a conversation, in words that stand alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.conversation import Turn, standalone, turns
from tests.unit.patterns.growth import grows

RELEASED = Turn("When was Inception released?", "Inception was released in July 2010. [1]")
KEEPS = Turn("Who maintains the billing service?", "The billing service is maintained by Maria Keller. [1]")
DESIGNED = Turn("Who designed the Skagen lighthouse?", "The Skagen lighthouse was designed by Niels Bille. [1]")
WROTE = Turn("Who wrote Dune?", "Frank Herbert\n\nDune was written by Frank Herbert. [1]")


@pytest.mark.parametrize(
    ("before", "message", "meant"),
    [
        (RELEASED, "and who directed it?", "who directed Inception?"),
        (RELEASED, "What was its budget?", "What was Inception's budget?"),
        (RELEASED, "What about Interstellar?", "When was Interstellar released?"),
        (RELEASED, "And how about The Prestige?", "When was The Prestige released?"),
        (WROTE, "When was he born?", "When was Frank Herbert born?"),
        (WROTE, "What is his best known book?", "What is Frank Herbert's best known book?"),
        (WROTE, "How long is it?", "How long is Dune?"),
        (WROTE, "Who maintains the billing service?", "Who maintains the billing service?"),
        (WROTE, "Is it possible to return an order?", "Is it possible to return an order?"),
        (
            Turn("how do refunds work?", "They are paid within ten days."),
            "what about deposits?",
            "what about deposits?",
        ),
    ],
)
def test_what_refers_back_is_put_in_its_place(before: Turn, message: str, meant: str) -> None:
    assert standalone(message, [before]) == meant


def test_a_first_message_is_as_it_is() -> None:
    assert standalone("Who directed it?", []) == "Who directed it?"


def test_each_question_is_read_by_those_before_it() -> None:
    said = [("user", "Who wrote Dune?"), ("assistant", "Frank Herbert wrote it."), ("user", "When was he born?")]
    said += [("assistant", "In 1920."), ("system", "be brief"), ("user", "And where did he live?")]
    assert turns(said)[-1].asked == "where did Frank Herbert live?"


def test_the_latest_turn_that_names_something_counts() -> None:
    assert standalone("Who owns it?", [RELEASED, Turn("is that all?", "Yes.")]) == "Who owns Inception?"


@given(st.text(max_size=200), st.lists(st.tuples(st.text(max_size=80), st.text(max_size=80)), max_size=5))
def test_any_conversation_has_a_last_question(message: str, before: list[tuple[str, str]]) -> None:
    assert isinstance(standalone(message, [Turn(*one) for one in before]), str)


@pytest.mark.parametrize("begin", ["and the ", "what about "])
@pytest.mark.parametrize("unit", [" ", "?", "? ", "x "])
def test_the_cost_of_an_opening_grows_with_the_length(begin: str, unit: str) -> None:
    assert not grows(lambda text: standalone(text, [KEEPS]), lambda size: begin + unit * (size // len(unit)) + "x")


@pytest.mark.parametrize(
    "unit",
    ["and ", "what about ", "it ", "his Name ", "is it ", "the ", "and the x ", "the built ", "?x", "and the ? "],
)
def test_the_cost_grows_with_the_length(unit: str) -> None:
    assert not grows(
        lambda text: standalone(text, [RELEASED, Turn(text, text)]), lambda size: unit * (size // len(unit))
    )
