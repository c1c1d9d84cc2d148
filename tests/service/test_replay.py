"""Replay, over real gRPC: an answer computed again from its trace, and what keeps it from being the same."""

from __future__ import annotations

import asyncio

import grpc
import pytest

from myriad.orchestrator.v1 import answer_service_pb2 as pb
from myriad.orchestrator.v1.trace_service_pb2 import PurgeTracesRequest
from myriad.synth.v1.synthesis_pb2 import ANSWER_STATE_TENTATIVE as TENTATIVE
from myriad.synth.v1.synthesis_pb2 import FORMAT_JSON, TRIGGER_KNOWLEDGE_GAP, Doubt, Format
from myriad.synth.v1.synthesizer_service_pb2 import SynthesizeResponse
from tests.service.request_line import READER, STRANGER, Components, Orchestrator, World, failure, name, running

GAP = Doubt(trigger=TRIGGER_KNOWLEDGE_GAP, about="it", question="Who directed it?")


async def replayed(line: Orchestrator, answer: str) -> pb.ReplayAnswerResponse:
    return await line.answers.ReplayAnswer(pb.ReplayAnswerRequest(name=answer), metadata=READER)


async def test_the_same_request_gives_the_same_answer(line: Orchestrator, world: World) -> None:
    world.syntheses = [
        SynthesizeResponse(state=TENTATIVE, confidence=0.1, doubts=[GAP]),
        SynthesizeResponse(short_answer="she"),
    ]
    answer = await line.query(model="max", max_agents=9, format=FORMAT_JSON)
    again = await replayed(line, answer.name)
    assert (again.same, list(again.differences)) == (True, [])
    assert (again.mind_version_then, again.mind_version_now) == (7, 7)
    assert (again.answer.name, again.answer.text) == (answer.name, answer.text)
    assert [one.budget.max_agents for one in world.activations] == [9, 9]
    assert [one.format for one in world.synthesized] == [FORMAT_JSON] * 2
    assert [one.weights_as_of.seconds for one in world.activations] == [0, 900]


async def test_a_difference_is_told_by_its_path(line: Orchestrator, world: World) -> None:
    answer = await line.query(max_agents=2)
    world.syntheses = [SynthesizeResponse(short_answer="x" * 1000, summary="It is.")]
    world.known = 1
    again = await replayed(line, answer.name)
    assert not again.same
    assert "short_answer: '' → '" + "x" * 80 + "'…" in again.differences
    assert "summary: '' → 'It is.'" in again.differences
    assert any(one.startswith("agents[1]: ") and one.endswith("→ nothing") for one in again.differences)
    assert any(one.startswith("trace.rounds[0].replies[1]: ") for one in again.differences)
    assert not any("usage" in one or "duration" in one or "ans_" in one for one in again.differences)


async def test_many_differences_are_bounded(line: Orchestrator, world: World) -> None:
    answer = await line.query()
    world.known = 0
    assert len((await replayed(line, answer.name)).differences) <= 100


async def test_a_replay_leaves_no_trace(line: Orchestrator, world: World) -> None:
    answer = await line.query()
    again = await replayed(line, answer.name)
    assert (again.answer.name, again.answer.answer_id) == (answer.name, answer.answer_id)
    assert (await line.traces.PurgeTraces(PurgeTracesRequest(mind="minds/m", all_documents=True))).trace_count == 1


async def test_another_minds_answer_is_not_found(line: Orchestrator, world: World) -> None:
    answer = await line.query()
    request = pb.ReplayAnswerRequest(name=answer.name)
    code, reason, _ = await failure(line.answers.ReplayAnswer(request, metadata=STRANGER))
    assert (code, reason) == (grpc.StatusCode.NOT_FOUND, "MIND_NOT_FOUND")
    assert len(world.activations) == 1


async def test_where_agents_are_and_who_answers_first_changes_nothing(world: World, components: Components) -> None:
    """Cold and warm, on one host and on two, the slower of which comes first in rank."""
    async with running(components) as line:
        answer = await line.query()

    async def slow() -> None:
        await asyncio.sleep(0.03)

    for held in (range(0), range(0, 40, 2), range(6)):
        world.held["b"] = {name(number) for number in held}
        world.held["a"] = {name(number) for number in range(20)} - world.held["b"]
        world.behave["a"] = slow
        world.hydrate_on = "b"
        async with running(components) as line:
            other = await line.query()
        for one in (answer, other):
            one.ClearField("name")
            one.ClearField("answer_id")
            one.ClearField("usage")
        assert other.SerializeToString(deterministic=True) == answer.SerializeToString(deterministic=True)


@pytest.mark.parametrize("format", [17, -1])
async def test_a_format_that_there_is_not_is_told_those_there_are(
    line: Orchestrator, world: World, format: Format.ValueType
) -> None:
    code, reason, _ = await failure(line.query(format=format))
    assert (code, reason) == (grpc.StatusCode.INVALID_ARGUMENT, "INVALID_FIELD")
    assert not world.activations
