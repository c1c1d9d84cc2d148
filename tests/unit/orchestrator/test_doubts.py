"""Which doubt is asked about next, and when an answer is the better for it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from myriad.connectome.v1.activation_pb2 import AmbiguousName
from myriad.synth.v1.synthesis_pb2 import (
    ANSWER_STATE_ABSTAINED,
    ANSWER_STATE_ANSWERED,
    ANSWER_STATE_CONFLICTED,
    AnswerState,
    Citation,
    Doubt,
    Trigger,
)
from myriad.synth.v1.synthesizer_service_pb2 import SynthesizeResponse
from orchestrator.doubts import ambiguities, better, change, gravest

GAP = Doubt(trigger=Trigger.TRIGGER_KNOWLEDGE_GAP, question="gap?")
CONFLICT = Doubt(trigger=Trigger.TRIGGER_CONFLICT, question="conflict?")
VAGUE = Doubt(trigger=Trigger.TRIGGER_INSUFFICIENT_CONTEXT, question="context?")
NAME = Doubt(trigger=Trigger.TRIGGER_AMBIGUOUS_CONCEPT, question="which?")


@pytest.mark.parametrize(
    ("doubts", "ambiguous", "asked", "next"),
    [
        ([], [], [], None),
        ([GAP, CONFLICT], [NAME], [], GAP),
        ([GAP, CONFLICT], [NAME], ["gap?"], CONFLICT),
        ([GAP, VAGUE], [NAME], ["gap?"], NAME),
        ([VAGUE], [NAME], ["which?"], VAGUE),
        ([VAGUE], [], ["context?"], None),
        (
            [
                Doubt(trigger=Trigger.TRIGGER_LOW_CONFIDENCE),
                Doubt(trigger=Trigger.TRIGGER_CONFLICT, question="x" * 4001),
            ],
            [],
            [],
            None,
        ),
    ],
)
def test_the_gravest_doubt_not_asked_before_comes_next(
    doubts: list[Doubt], ambiguous: list[Doubt], asked: list[str], next: Doubt | None
) -> None:
    assert gravest(SynthesizeResponse(state=ANSWER_STATE_ABSTAINED, doubts=doubts), ambiguous, asked) == next


def test_a_likely_answer_is_asked_about_conflicts_and_names_only() -> None:
    likely = SynthesizeResponse(state=ANSWER_STATE_ANSWERED, doubts=[GAP, VAGUE, CONFLICT], confidence=0.8)
    assert gravest(likely, [NAME], []) == NAME
    assert gravest(likely, [NAME], [NAME.question]) == CONFLICT
    likely.state = ANSWER_STATE_ABSTAINED
    assert gravest(likely, [NAME], []) == GAP


@pytest.mark.parametrize(
    ("question", "names", "asked"),
    [
        ("Was Ann here?", [AmbiguousName(name="ann", senses=["Ann A", "Ann B"])], ["Was Ann A or Ann B here?"]),
        ("Was she here?", [AmbiguousName(name="Ann", senses=["Ann A", "Ann B"])], ["Was she here? Ann A or Ann B"]),
        ("Was Ann here?", [AmbiguousName(name="Ann", senses=["Ann A", "Ann B"], resolved=True)], []),
        ("Was Ann here?", [AmbiguousName(name="Ann", senses=["Ann A"])], []),
        ("Ann (x)?", [AmbiguousName(name="Ann (x)", senses=["A", "B", "C", "D"])], ["A or B or C?"]),
    ],
)
def test_an_unresolved_name_is_asked_about_in_its_likeliest_senses(
    question: str, names: list[AmbiguousName], asked: list[str]
) -> None:
    assert [doubt.question for doubt in ambiguities(question, names)] == asked


def made(state: AnswerState.ValueType, confidence: float, *agents: str) -> SynthesizeResponse:
    return SynthesizeResponse(
        state=state, confidence=confidence, citations=[Citation(agent=agent, quote=agent) for agent in agents]
    )


@pytest.mark.parametrize(
    ("before", "after", "gained"),
    [
        (made(ANSWER_STATE_ANSWERED, 0.5, "a"), made(ANSWER_STATE_ANSWERED, 0.6, "a", "new"), True),
        (made(ANSWER_STATE_ANSWERED, 0.5, "a"), made(ANSWER_STATE_ANSWERED, 0.6, "a"), False),
        (made(ANSWER_STATE_ANSWERED, 0.5, "a"), made(ANSWER_STATE_ANSWERED, 0.5, "new"), False),
        (made(ANSWER_STATE_ABSTAINED, 0.4), made(ANSWER_STATE_ANSWERED, 0.6, "new"), True),
        (made(ANSWER_STATE_ANSWERED, 0.6, "a"), made(ANSWER_STATE_ABSTAINED, 0.9), False),
        (made(ANSWER_STATE_ANSWERED, 0.9, "a"), made(ANSWER_STATE_CONFLICTED, 0.5, "a", "new"), True),
        (made(ANSWER_STATE_CONFLICTED, 0.5, "a"), made(ANSWER_STATE_ANSWERED, 0.9, "new"), False),
    ],
)
def test_an_answer_is_better_by_state_then_by_confidence_that_new_quotes_bring(
    before: SynthesizeResponse, after: SynthesizeResponse, gained: bool
) -> None:
    assert better(before, after, ["new"]) == gained


STATES = st.sampled_from([ANSWER_STATE_ABSTAINED, ANSWER_STATE_ANSWERED, ANSWER_STATE_CONFLICTED])
SYNTHESES = st.builds(made, STATES, st.floats(0, 1), st.sampled_from(["a", "new"]))


@given(SYNTHESES, SYNTHESES)
def test_of_two_answers_at_most_one_is_better(one: SynthesizeResponse, other: SynthesizeResponse) -> None:
    agents = ["a", "new"]
    assert not (better(one, other, agents) and better(other, one, agents))


def test_a_change_is_said_in_words() -> None:
    before, after = made(ANSWER_STATE_ABSTAINED, 0.3), made(ANSWER_STATE_ANSWERED, 0.8, "a")
    after.short_answer = "Paris"
    assert change(before, after) == (
        "1 new quote; abstained → answered; short answer none → “Paris”; confidence 0.30 → 0.80"
    )
    assert change(after, after) == ""
