"""The Socratic loop, over real gRPC: which rounds there are, what they leave, and that they never cost an answer."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from mesh.errors import Overloaded
from myriad.connectome.v1.activation_pb2 import AmbiguousName
from myriad.orchestrator.v1 import orchestrator_service_pb2 as pb
from myriad.orchestrator.v1.answer_pb2 import SocraticRound
from myriad.orchestrator.v1.trace_pb2 import Step
from myriad.orchestrator.v1.trace_service_pb2 import PurgeTracesRequest
from myriad.synth.v1 import synthesis_pb2
from myriad.synth.v1.synthesis_pb2 import AnswerState, Doubt, Trigger
from myriad.synth.v1.synthesizer_service_pb2 import SynthesizeResponse
from tests.service.request_line import READER, Components, Orchestrator, World, name, never, running

GAP = Doubt(trigger=Trigger.TRIGGER_KNOWLEDGE_GAP, about="the director", question="Who directed it?")
VAGUE = Doubt(trigger=Trigger.TRIGGER_LOW_CONFIDENCE, about="it", question="What is it?")


STEPS = (Step.STEP_ACTIVATE, Step.STEP_HYDRATE, Step.STEP_ASK, Step.STEP_SYNTHESIZE)


def unsure(confidence: float, *doubts: Doubt, **fields: Any) -> SynthesizeResponse:
    """An answer, or, of little confidence, only what is nearest."""
    state = AnswerState.ANSWER_STATE_TENTATIVE if confidence < 0.2 else AnswerState.ANSWER_STATE_ANSWERED
    made = SynthesizeResponse(confidence=confidence, doubts=doubts, state=state)
    made.MergeFrom(SynthesizeResponse(**fields))
    return made


ROUNDS = "[myriad-max]\nsocratic_rounds = 3\nmax_agents = 32\nsocratic_agents = 16\n"


@pytest.fixture
async def line(components: Components, tmp_path: Path) -> AsyncIterator[Orchestrator]:
    """With a tier that asks further."""
    tiers = tmp_path / "tiers.toml"
    tiers.write_text(ROUNDS)
    async with running(components, str(tiers)) as made:
        yield made


async def test_no_tier_asks_further_unless_told(components: Components, world: World) -> None:
    world.syntheses = [unsure(0.04, GAP)]
    async with running(components) as line:
        answers = [await line.query(model=model) for model in ("swift", "base", "max")]
    assert not any(answer.socratic_rounds for answer in answers)
    assert len(world.activations) == 3


async def test_an_answer_without_doubt_takes_one_round(line: Orchestrator, world: World) -> None:
    answer = await line.query(model="max")
    assert not answer.socratic_rounds
    assert (answer.usage.rounds, len(world.activations), len(world.synthesized)) == (1, 1, 1)


async def test_a_round_asks_others_about_the_gravest_doubt(line: Orchestrator, world: World) -> None:
    world.syntheses = [unsure(0.1, GAP, VAGUE, short_answer="he"), unsure(0.9, short_answer="she")]
    answer = await line.query(model="max", include_trace=True)
    first, second = world.activations
    assert (first.question, list(first.exclude)) == ("Who?", [])
    assert (second.question, sorted(second.exclude)) == (GAP.question, sorted(name(number) for number in range(32)))
    assert second.weights_as_of.seconds == 900
    assert {request.question for _, request in world.asks} == {"Who?"}
    assert [one.round for one in world.synthesized[-1].replies] == [0] * 32 + [1] * 8
    [turn] = answer.socratic_rounds
    assert (turn.trigger, turn.question) == (Trigger.TRIGGER_KNOWLEDGE_GAP, GAP.question)
    assert list(turn.agents) == [name(number) for number in range(32, 40)]
    assert turn.change == "8 new quotes; tentative → answered; short answer “he” → “she”; confidence 0.10 → 0.90"
    assert turn.stop == SocraticRound.STOP_NO_DOUBT_LEFT
    assert (answer.short_answer, answer.confidence) == ("she", 0.9)
    assert (answer.usage.rounds, answer.usage.agents_activated) == (2, 40)
    assert [one.question for one in answer.trace.rounds] == ["Who?", GAP.question]
    assert [(one.step, one.round) for one in answer.trace.steps][-4:] == [(step, 1) for step in STEPS]


async def test_a_round_that_makes_nothing_better_is_discarded(line: Orchestrator, world: World) -> None:
    world.syntheses = [unsure(0.12, GAP, short_answer="he"), unsure(0.06, VAGUE, short_answer="they")]
    answer = await line.query(model="max", include_trace=True)
    [turn] = answer.socratic_rounds
    assert (turn.change, turn.stop) == ("nothing better", SocraticRound.STOP_NOTHING_CHANGED)
    assert (answer.short_answer, answer.confidence) == ("he", 0.12)
    assert [agent.agent for agent in answer.agents] == [name(number) for number in range(40)]
    assert [doubt.trigger for doubt in answer.trace.doubts] == [Trigger.TRIGGER_KNOWLEDGE_GAP]
    assert len(answer.trace.rounds) == 2


async def test_what_is_unsure_after_all_rounds_gives_way_to_the_first_answer(line: Orchestrator, world: World) -> None:
    world.syntheses = [unsure(0.06, GAP, short_answer="he"), unsure(0.1, short_answer="they")]
    answer = await line.query(model="max")
    [turn] = answer.socratic_rounds
    assert (turn.stop, answer.short_answer, answer.confidence) == (SocraticRound.STOP_NOTHING_LIKELY_FOUND, "he", 0.06)
    assert answer.agents[0].agent == name(0)
    assert len(answer.agents) == 40


async def test_what_nobody_else_knows_of_is_not_put_together_again(line: Orchestrator, world: World) -> None:
    world.known = 32
    world.syntheses = [unsure(0.12, GAP)]
    answer = await line.query(model="max")
    [turn] = answer.socratic_rounds
    assert (list(turn.agents), turn.change, turn.stop) == (
        [],
        "nobody else knows of this",
        SocraticRound.STOP_NOTHING_CHANGED,
    )
    assert len(world.synthesized) == 1


async def test_after_three_rounds_it_ends(line: Orchestrator, world: World) -> None:
    world.known = 200
    world.held["a"] = {name(number) for number in range(200)}
    doubts = [Doubt(trigger=Trigger.TRIGGER_KNOWLEDGE_GAP, question=f"What of {number}?") for number in range(9)]
    world.syntheses = [unsure(0.02 * (number + 1), doubts[number]) for number in range(3)] + [unsure(0.8, GAP, VAGUE)]
    world.ambiguous = [AmbiguousName(name="Who", senses=["The Who", "WHO"])]
    answer = await line.query(model="max", max_agents=10)
    assert [turn.question for turn in answer.socratic_rounds] == [doubt.question for doubt in doubts[:3]]
    assert [turn.stop for turn in answer.socratic_rounds] == [0, 0, SocraticRound.STOP_ROUNDS_SPENT]
    assert [one.round for one in world.synthesized[-1].replies] == [0] * 10 + [1] * 10 + [2] * 10 + [3] * 10


async def test_a_question_is_not_asked_twice(line: Orchestrator, world: World) -> None:
    world.syntheses = [unsure(0.1, GAP), unsure(0.7, GAP), unsure(0.8, GAP)]
    answer = await line.query(model="max")
    assert [(turn.question, turn.stop) for turn in answer.socratic_rounds] == [
        (GAP.question, SocraticRound.STOP_NO_DOUBT_LEFT)
    ]


async def test_a_name_that_nothing_resolved_is_asked_about_in_each_sense(line: Orchestrator, world: World) -> None:
    senses = ["John Smith (footballer)", "John Smith (wrestler)"]
    world.ambiguous = [
        AmbiguousName(name="John Smith", senses=senses),
        AmbiguousName(name="Leeds", senses=["Leeds", "Leeds (band)"], resolved=True),
    ]
    answer = await line.query("Where in Leeds was john smith born?", model="max", include_trace=True)
    [turn] = answer.socratic_rounds
    assert turn.trigger == Trigger.TRIGGER_AMBIGUOUS_CONCEPT
    assert turn.question == "Where in Leeds was John Smith (footballer) or John Smith (wrestler) born?"
    assert [one.name for one in answer.trace.rounds[0].ambiguous_names] == ["John Smith", "Leeds"]


@pytest.mark.parametrize("failing", [["connectome"], ["synth"], ["a", "b"]])
async def test_a_round_that_fails_costs_nothing_but_its_time(
    line: Orchestrator, world: World, failing: list[str]
) -> None:
    world.syntheses = [unsure(0.12, GAP, short_answer="he")]
    calls = 0

    async def second_fails() -> None:
        nonlocal calls
        calls += 1
        if calls > 1:
            raise Overloaded("too much")

    world.behave |= dict.fromkeys(failing, second_fails)
    answer = await line.query(model="max")
    [turn] = answer.socratic_rounds
    assert (turn.change, turn.stop) == ("the round was broken off", SocraticRound.STOP_NO_ANSWER)
    assert answer.short_answer == "he"


async def test_rounds_end_with_the_time_budget(components: Components, world: World, tmp_path: Path) -> None:
    tiers = tmp_path / "tiers.toml"
    tiers.write_text(f"{ROUNDS}budget_seconds = 0.5\ndeadline_seconds = 8\n")
    world.syntheses = [unsure(0.12, GAP, short_answer="he")]

    async def second_hangs() -> None:
        if len(world.activations):
            await never()

    world.behave["connectome"] = second_hangs
    async with running(components, str(tiers)) as line:
        answer = await line.query(model="max")
    [turn] = answer.socratic_rounds
    assert (turn.change, turn.stop) == ("the round was broken off", SocraticRound.STOP_TIME_SPENT)
    assert answer.short_answer == "he"
    assert 400 <= answer.usage.elapsed_ms < 4000


async def test_without_time_left_no_round_begins(components: Components, world: World, tmp_path: Path) -> None:
    tiers = tmp_path / "tiers.toml"
    tiers.write_text(f"{ROUNDS}budget_seconds = 0.05\n")
    world.syntheses = [unsure(0.12, GAP)]

    async def slow() -> None:
        await asyncio.sleep(0.1)

    world.behave["synth"] = slow
    async with running(components, str(tiers)) as line:
        answer = await line.query(model="max")
    assert not answer.socratic_rounds
    assert len(world.activations) == 1


async def test_a_stream_tells_the_steps_of_rounds_too(line: Orchestrator, world: World) -> None:
    world.syntheses = [unsure(0.1, GAP), unsure(0.9)]
    request = pb.StreamQueryRequest(question="Who?", model="max")
    events = [event async for event in line.questions.StreamQuery(request, metadata=READER)]
    told = [(event.step.step, event.step.round) for event in events[:-1]]
    assert told == [*((step, 0) for step in STEPS), *((step, 1) for step in STEPS)]
    assert len(events[-1].answer.socratic_rounds) == 1


async def test_what_a_discarded_round_woke_is_forgotten_too(line: Orchestrator, world: World) -> None:
    """Its replies are in the trace, and so are their quotes."""
    world.syntheses = [unsure(0.12, GAP), unsure(0.06)]
    await line.query(model="max")
    purge = PurgeTracesRequest(mind="minds/m", documents=["minds/m/documents/d39"])
    assert (await line.traces.PurgeTraces(purge)).trace_count == 1


async def test_the_answer_of_all_rounds_may_be_a_conflict(line: Orchestrator, world: World) -> None:
    conflicted = synthesis_pb2.ANSWER_STATE_CONFLICTED
    world.syntheses = [unsure(0.12, GAP), unsure(0.1, state=conflicted, conflicts=[synthesis_pb2.Conflict(about="it")])]
    answer = await line.query(model="max")
    assert (answer.state, answer.conflicts[0].about) == (conflicted, "it")
