"""Of a unit that holds smaller ones the one leads that says all that is asked, and something besides."""

from __future__ import annotations

import pytest

from myriad.agent.v1.question_pb2 import WANT_FACT, WANT_HOW, WANT_LIST
from myriad.agent.v1.text_pb2 import (
    UNIT_KIND_ITEM,
    UNIT_KIND_LIST,
    UNIT_KIND_PARAGRAPH,
    UNIT_KIND_SENTENCE,
    UNIT_KIND_STEPS,
)
from synth.focus import focused
from synth.ranking import Candidate
from tests.unit.synth.offering import asked, candidates, reply, unit

FIRST, THEN = "Full members pay 90 euros.", "Students pay 35 euros."


def offered(whole_kind: int, part_kind: int, part: str = THEN) -> list[Candidate]:
    whole = unit(f"{FIRST} {part}", whole_kind, good=1.0, start=0, said=[0, 1])  # type: ignore[arg-type]
    first = unit(FIRST, part_kind, good=0.5, start=0, said=[1])  # type: ignore[arg-type]
    own = unit(part, part_kind, good=1.0, start=len(FIRST) + 1, said=[0, 1])  # type: ignore[arg-type]
    return candidates(reply("Fees", whole, first, own))


@pytest.mark.parametrize(
    ("whole", "part"), [(UNIT_KIND_PARAGRAPH, UNIT_KIND_SENTENCE), (UNIT_KIND_LIST, UNIT_KIND_ITEM)]
)
def test_the_part_that_says_all_that_is_asked_leads(whole: int, part: int) -> None:
    ranked = offered(whole, part)
    assert focused(asked("How much do students pay?", want=WANT_FACT), ranked[0], ranked) is ranked[2]


def test_a_list_that_is_asked_for_stays_whole() -> None:
    ranked = offered(UNIT_KIND_LIST, UNIT_KIND_ITEM)
    assert focused(asked("What do students pay?", want=WANT_LIST), ranked[0], ranked) is ranked[0]


@pytest.mark.parametrize("part", ["Students pay.", "Do students pay less?"])
def test_what_only_says_the_question_again_does_not_lead(part: str) -> None:
    ranked = offered(UNIT_KIND_PARAGRAPH, UNIT_KIND_SENTENCE, part)
    assert focused(asked("How much do students pay?", want=WANT_FACT), ranked[0], ranked) is ranked[0]


def test_what_says_less_of_the_question_does_not_lead() -> None:
    whole, first, _ = offered(UNIT_KIND_PARAGRAPH, UNIT_KIND_SENTENCE)
    assert focused(asked("How much do students pay?", want=WANT_FACT), whole, [whole, first]) is whole


def test_of_steps_for_several_systems_those_for_the_one_asked_about_lead() -> None:
    below = ["Windows\n1. Run it.\n2. Restart.", "Linux\n1. Add the source.\n2. Install it."]
    whole = unit("\n".join(below), UNIT_KIND_LIST, good=1.0, start=0, said=[0, 1])
    first = unit(below[0], UNIT_KIND_STEPS, good=0.5, start=0, said=[])
    own = unit(below[1], UNIT_KIND_STEPS, good=1.0, start=len(below[0]) + 1, said=[0, 1])
    ranked = candidates(reply("Install", whole, first, own))
    assert focused(asked("How do I install it on Linux?", want=WANT_HOW), ranked[0], ranked) is ranked[2]


def test_steps_below_one_step_do_not_lead_where_other_steps_say_as_much() -> None:
    below = "Block the badge.\n  1. Open the portal.\n  2. Press the button."
    whole = unit(f"1. {below}\n2. Order a badge.", UNIT_KIND_STEPS, good=1.0, start=0, said=[0])
    own = unit(below, UNIT_KIND_STEPS, good=1.0, start=3, said=[0])
    other = unit("Order a badge.", UNIT_KIND_ITEM, good=1.0, start=len(below) + 7, said=[0])
    ranked = candidates(reply("Lost badges", whole, own, other))
    assert focused(asked("What do I do about a lost badge?", want=WANT_HOW), ranked[0], ranked) is ranked[0]
