"""The orchestrator among small stand-ins of the components it calls, over real gRPC."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path
from typing import Any

import grpc
import pytest

import orchestrator.agents
from connectome.errors import ModelNotAllowed
from mesh import admission
from mesh.access import MindNotFound
from mesh.errors import Overloaded, received
from myriad.dlm.v1 import lifecycle_service_pb2 as dlm_pb
from myriad.dlm.v1.host_pb2 import Host
from myriad.orchestrator.v1 import answer_service_pb2 as answers_pb
from myriad.orchestrator.v1 import model_service_pb2 as models_pb
from myriad.orchestrator.v1 import orchestrator_service_pb2 as pb
from myriad.orchestrator.v1.trace_pb2 import Step
from myriad.orchestrator.v1.trace_service_pb2 import PurgeTracesRequest
from myriad.synth.v1 import synthesizer_service_pb2 as synth_pb
from myriad.synth.v1.synthesis_pb2 import ANSWER_STATE_ABSTAINED, ANSWER_STATE_ANSWERED
from tests.service.request_line import (
    MIND,
    READER,
    RETRY_INFO,
    STRANGER,
    UNAVAILABLE,
    Components,
    Orchestrator,
    World,
    failure,
    name,
    never,
    running,
    until,
)


@pytest.fixture
async def hasty(components: Components, tmp_path: Path) -> AsyncIterator[Orchestrator]:
    """One whose base tier has a budget of 0.1 s and a deadline of 0.8 s."""
    tiers = tmp_path / "tiers.toml"
    tiers.write_text("[myriad-base]\nbudget_seconds = 0.1\ndeadline_seconds = 0.8\n")
    async with running(components, str(tiers)) as made:
        yield made


async def test_agents_at_hand_are_asked_once_and_nothing_is_hydrated(line: Orchestrator, world: World) -> None:
    answer = await line.query("  Who? ")
    assert (answer.model, answer.mind, answer.text) == ("myriad-base", MIND, "So it is.")
    assert answer.state == ANSWER_STATE_ANSWERED
    assert answer.answer_id.startswith("ans_")
    assert answer.name == f"{MIND}/answers/{answer.answer_id}"
    assert [agent.agent for agent in answer.agents] == [name(number) for number in range(12)]
    assert (answer.agents[0].title, list(answer.agents[0].path)) == ("Title 0", ["seed", "c0"])
    usage = answer.usage
    assert (usage.agents_considered, usage.agents_activated, usage.hops, usage.rounds) == (99, 12, 2, 1)
    assert (usage.agents_hydrated, usage.cache_hits, usage.agents_missing) == (0, 12, 0)
    assert usage.elapsed_ms > 0
    assert not world.hydrations
    assert len(world.asks) == 1
    assert world.asked() == {name(number): 1 for number in range(12)}
    [request] = world.synthesized
    assert request.asked.text == "Who?"
    assert [one.reply.agent for one in request.replies] == [name(number) for number in range(12)]
    assert request.replies[1].activation == 0.5
    assert not answer.HasField("trace")


@pytest.mark.parametrize(
    ("model", "max_agents", "budget", "max_evidence", "detail"),
    [
        ("swift", 0, (3, 1, 64), 3, synth_pb.DETAIL_DIRECT),
        ("", 0, (12, 3, 200), 8, synth_pb.DETAIL_FULL),
        ("myriad-ultra", 0, (12, 3, 200), 8, synth_pb.DETAIL_HIGHEST),
        ("max", 5, (5, 3, 200), 8, synth_pb.DETAIL_HIGHEST),
        ("nano", 4_000_000_000, (3, 1, 64), 3, synth_pb.DETAIL_DIRECT),
    ],
)
async def test_a_model_is_a_budget_that_a_request_can_only_lower(
    line: Orchestrator,
    world: World,
    model: str,
    max_agents: int,
    budget: tuple[int, int, int],
    max_evidence: int,
    detail: int,
) -> None:
    await line.query(model=model, max_agents=max_agents)
    given = world.activations[0].budget
    assert (given.max_agents, given.max_hops, given.max_pushes) == budget
    assert world.asks[0][1].max_evidence == max_evidence
    assert world.synthesized[0].detail == detail


async def test_agents_that_sleep_are_hydrated_in_one_call(world: World, components: Components) -> None:
    world.held["a"] = {name(number) for number in range(5)}
    world.hydrate_on = "b"
    async with running(components) as line:
        usage = (await line.query()).usage
    [request] = world.hydrations
    assert request.mind == MIND
    assert [(one.agent, one.packet_location) for one in request.agents] == [
        (name(number), f"folder:/b.pak#{number}+1") for number in range(5, 12)
    ]
    assert (usage.agents_hydrated, usage.cache_hits, usage.agents_missing) == (7, 5, 0)
    assert max(world.asked().values()) == 1


async def test_agents_that_two_hosts_hold_are_shared_between_them(world: World, components: Components) -> None:
    world.held["b"] = set(world.held["a"])
    async with running(components) as line:
        await line.query()
    assert {host: len(request.agents) for host, request in world.asks} == {"a": 6, "b": 6}
    assert max(world.asked().values()) == 1


async def test_agents_are_woken_and_asked_on_the_host_in_the_same_process_if_there_is_one(
    world: World, components: Components, monkeypatch: pytest.MonkeyPatch
) -> None:
    both, held = {name(number) for number in range(4)}, {name(number) for number in range(6)}
    world.held["a"], world.held["b"] = set(held), set(both)
    async with running(components) as line:
        monkeypatch.setattr(orchestrator.agents, "served_here", world.addresses["b"].__eq__)
        await line.query()
        assert {host: len(request.agents) for host, request in world.asks} == {"a": 2, "b": 10}
        every = {name(number) for number in range(12)}
        await until(lambda: world.held["b"] == every)  # what only others held comes behind the answer
    assert world.held["a"] == held
    assert [request.host for request in world.hydrations] == ["b", "b"]
    assert held - both in [{one.agent for one in request.agents} for request in world.hydrations]


async def test_no_question_waits_for_agents_that_others_hold_to_come_near(
    world: World, components: Components, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.behave["dlm"] = never
    async with running(components) as line:
        monkeypatch.setattr(orchestrator.agents, "served_here", world.addresses["b"].__eq__)
        answer = await line.query()
    assert answer.usage.agents_missing == 0


async def test_agents_that_are_not_here_are_hydrated_and_asked_once_more(line: Orchestrator, world: World) -> None:
    world.held["a"] -= {name(3), name(4)}
    world.hydrate_on = "b"
    answer = await line.query()
    [request] = world.hydrations
    assert [one.agent for one in request.agents] == [name(3), name(4)]
    assert (answer.usage.agents_hydrated, answer.usage.cache_hits, answer.usage.agents_missing) == (2, 10, 0)
    assert [one.reply.agent for one in world.synthesized[0].replies] == [name(number) for number in range(12)]


async def test_a_host_that_dies_while_it_is_asked_costs_no_agent(world: World, components: Components) -> None:
    world.held["b"] = {name(number) for number in range(6)}
    world.held["a"] -= world.held["b"]
    world.behave["b"] = never
    async with running(components) as line:
        query = asyncio.create_task(line.query())
        await until(lambda: any(host == "b" for host, _ in world.asks))
        await world.stop_host("b")
        answer = await query
    assert answer.usage.agents_missing == 0
    assert [one.reply.agent for one in world.synthesized[0].replies] == [name(number) for number in range(12)]
    assert len(world.hydrations) == 1


async def test_the_agents_of_a_dead_host_go_elsewhere_even_if_the_dlm_has_not_noticed(
    world: World, components: Components
) -> None:
    world.held["b"] = {name(number) for number in range(6)}
    world.held["a"] -= world.held["b"]
    world.hydrate_on = "b"
    world.behave["b"] = never
    async with running(components) as line:
        query = asyncio.create_task(line.query())
        await until(lambda: any(host == "b" for host, _ in world.asks))
        await world.stop_host("b")
        answer = await query
    assert [request.host for request in world.hydrations] == ["a"]
    assert answer.usage.agents_missing == 0


async def test_a_host_that_sheds_load_loses_its_agents_to_another(world: World, components: Components) -> None:
    world.held["b"] = {name(number) for number in range(6)}
    world.held["a"] -= world.held["b"]

    async def overloaded() -> None:
        raise Overloaded("too much")

    world.behave["b"] = overloaded
    async with running(components) as line:
        usage = (await line.query()).usage
    assert Counter(host for host, _ in world.asks) == {"a": 2, "b": 1}
    assert (usage.agents_activated, usage.agents_missing) == (12, 0)


async def test_agents_that_can_be_had_nowhere_else_are_done_without(world: World, components: Components) -> None:
    world.held["b"] = {name(number) for number in range(6)}
    world.held["a"] -= world.held["b"]

    async def overloaded() -> None:
        raise Overloaded("too much")

    async def lose() -> None:
        world.held["a"] -= {name(number) for number in range(6)}

    world.behave |= {"b": overloaded, "a": lose}
    async with running(components) as line:
        usage = (await line.query()).usage
    assert Counter(host for host, _ in world.asks) == {"a": 2, "b": 1}
    assert (usage.agents_activated, usage.agents_missing) == (12, 6)


async def test_when_the_only_host_asked_is_frozen_its_agents_answer_elsewhere(
    hasty: Orchestrator, world: World
) -> None:
    world.behave["a"] = never
    answer = await hasty.query()
    assert [request.host for request in world.hydrations] == ["b"]
    assert answer.usage.agents_missing == 0
    assert answer.usage.elapsed_ms < 800


async def test_a_host_that_keeps_the_others_waiting_is_left_behind(world: World, components: Components) -> None:
    world.held["b"] = {name(number) for number in range(2)}
    world.held["a"] -= world.held["b"]
    world.behave["b"] = never
    async with running(components) as line:
        answer = await line.query(model="swift")
    assert answer.usage.agents_missing == 2
    assert 150 <= answer.usage.elapsed_ms < 1200
    assert [agent.agent for agent in answer.agents] == [name(0), name(1), name(2)]
    assert not world.hydrations


async def test_without_the_dlm_agents_at_hand_still_answer(world: World, components: Components) -> None:
    world.held["a"] = {name(number) for number in range(5)}
    async with running(components) as line:
        await components.stop("dlm")
        answer = await line.query()
    assert answer.usage.agents_missing == 7
    assert len(world.synthesized[0].replies) == 5


async def test_without_the_dlm_the_orchestrator_starts_all_the_same(world: World, components: Components) -> None:
    await components.stop("dlm")
    world.known = 0
    async with running(components) as line:
        assert (await line.query()).state == ANSWER_STATE_ABSTAINED


async def test_a_dlm_that_hangs_leaves_time_for_the_agents_at_hand(world: World, components: Components) -> None:
    world.held["a"] = {name(0)}
    world.behave["dlm"] = never
    async with running(components) as line:
        answer = await line.query(model="swift")
    assert answer.usage.agents_missing == 2
    assert len(world.synthesized[0].replies) == 1


async def test_when_no_agent_can_be_asked_the_caller_shall_try_again(line: Orchestrator, world: World) -> None:
    await world.stop_hosts()
    code, reason, details = await failure(line.query())
    assert (code, reason) == UNAVAILABLE
    assert RETRY_INFO in details
    assert not world.synthesized


@pytest.mark.parametrize("component", ["connectome", "synth"])
async def test_without_a_component_the_caller_shall_try_again(
    line: Orchestrator, components: Components, component: str
) -> None:
    await components.stop(component)
    code, reason, details = await failure(line.query())
    assert (code, reason) == UNAVAILABLE
    assert RETRY_INFO in details


async def test_a_question_that_wakes_nobody_is_answered_all_the_same(line: Orchestrator, world: World) -> None:
    world.known = 0
    answer = await line.query()
    assert (answer.state, answer.usage.agents_activated) == (ANSWER_STATE_ABSTAINED, 0)
    assert not world.asks
    assert not world.hydrations


@pytest.mark.parametrize("stuck", [["connectome"], ["a", "b"], ["synth"]])
async def test_the_tiers_deadline_ends_what_hangs(hasty: Orchestrator, world: World, stuck: list[str]) -> None:
    world.behave |= dict.fromkeys(stuck, never)
    code, reason, _ = await failure(hasty.query())
    assert (code, reason) == (grpc.StatusCode.DEADLINE_EXCEEDED, "DEADLINE_EXCEEDED")


async def test_the_callers_deadline_and_request_id_go_along(world: World, components: Components) -> None:
    world.held["a"] = set()
    async with running(components) as line:
        request = pb.QueryRequest(question="Who?", model="max")
        await line.questions.Query(request, metadata=(*READER, ("x-request-id", "r-1")), timeout=2)
    assert set(world.seen) == {"connectome", "dlm", "a", "synth"}
    for left, request_id in world.seen.values():
        assert left is not None
        assert left <= 2.1  # gRPC rounds a deadline up on the wire
        assert request_id == "r-1"


async def test_an_unknown_model_is_told_those_there_are(line: Orchestrator) -> None:
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await line.query(model="gpt-5")
    error = received(caught.value)
    assert (error.code, error.reason) == (grpc.StatusCode.NOT_FOUND, "MODEL_NOT_FOUND")
    assert error.metadata["models"] == "myriad-swift,myriad-base,myriad-max"
    assert "myriad-max" in error.message


@pytest.mark.parametrize(("model", "asks"), [("", "myriad-base"), ("nano", "myriad-swift"), ("max", "myriad-max")])
async def test_the_connectome_is_told_which_model_asks_of_the_mind(
    line: Orchestrator, world: World, model: str, asks: str
) -> None:
    await line.query(model=model)
    await line.questions.Recall(pb.RecallRequest(question="Who?", model=model), metadata=READER)
    assert [one.model for one in world.activations] == [asks] * 2


async def test_who_asks_with_a_model_that_the_mind_does_not_allow_is_told_those_it_does(
    line: Orchestrator, world: World
) -> None:
    async def refuse() -> None:
        raise ModelNotAllowed(MIND, "myriad-max", ("myriad-swift", "myriad-base"))

    world.behave["connectome"] = refuse
    recall = pb.RecallRequest(question="Who?", model="max")
    for asking in (line.query(model="max"), line.questions.Recall(recall, metadata=READER)):
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await asking
        error = received(caught.value)
        assert (error.code, error.reason) == (grpc.StatusCode.PERMISSION_DENIED, "MODEL_NOT_ALLOWED")
        assert error.message == f"{MIND} is not for myriad-max; it may be asked with myriad-swift, myriad-base"
        assert error.metadata["models"] == "myriad-swift,myriad-base"


@pytest.mark.parametrize("mind", ["nowhere", "minds/other"])
async def test_an_unknown_mind_and_another_keys_are_not_found(line: Orchestrator, mind: str) -> None:
    code, reason, _ = await failure(line.query(mind=mind))
    assert (code, reason) == (grpc.StatusCode.NOT_FOUND, "MIND_NOT_FOUND")


async def test_a_mind_that_the_connectome_does_not_know_is_not_found(line: Orchestrator) -> None:
    request = pb.QueryRequest(question="Who?")
    code, reason, _ = await failure(line.questions.Query(request, metadata=STRANGER))
    assert (code, reason) == (grpc.StatusCode.NOT_FOUND, "MIND_NOT_FOUND")


async def test_a_key_with_several_minds_has_to_name_one(line: Orchestrator) -> None:
    metadata = (*READER[:2], ("x-myriad-minds", f"{MIND},minds/other"))
    code, reason, _ = await failure(line.questions.Query(pb.QueryRequest(question="Who?"), metadata=metadata))
    assert (code, reason) == (grpc.StatusCode.INVALID_ARGUMENT, "MIND_REQUIRED")


@pytest.mark.parametrize("question", ["", "  ", "x" * 100_000, "\x00\x01\x02", "???"])
async def test_what_cannot_be_a_question_reaches_nobody(line: Orchestrator, world: World, question: str) -> None:
    async def streamed() -> None:
        async for _ in line.questions.StreamQuery(pb.StreamQueryRequest(question=question), metadata=READER):
            pass

    recall = line.questions.Recall(pb.RecallRequest(question=question), metadata=READER)
    for asking in (line.query(question), recall, streamed()):
        code, reason, _ = await failure(asking)
        assert (code, reason) == (grpc.StatusCode.INVALID_ARGUMENT, "INVALID_FIELD")
    assert not world.activations


async def test_a_stream_tells_each_step_and_then_the_answer(line: Orchestrator) -> None:
    request = pb.StreamQueryRequest(question="Who?", include_trace=True)
    events = [event async for event in line.questions.StreamQuery(request, metadata=READER)]
    steps = [event.step for event in events[:-1]]
    assert [(one.step, one.round) for one in steps] == [(step, 0) for step in Step.values()[1:]]
    assert [step.summary for step in steps] == [
        "12 agents woken, best: Title 0",
        "0 brought in, 12 at hand",
        "12 of 12 agents answered",
        "answered, 12 quotes from 12 documents",
    ]
    assert events[-1].answer.text == "So it is."
    assert [one.duration for one in events[-1].answer.trace.steps] == [one.duration for one in steps]


async def test_each_step_is_told_before_the_next_one_is_done(line: Orchestrator, world: World) -> None:
    gates = {"a": asyncio.Event(), "synth": asyncio.Event()}
    for who, gate in gates.items():
        world.behave[who] = partial(_passed, gate)
    call: Any = line.questions.StreamQuery(pb.StreamQueryRequest(question="Who?"), metadata=READER)

    async def told(count: int) -> list[Any]:
        async with asyncio.timeout(5):
            return [(await call.read()).step.step for _ in range(count)]

    # No agent has answered, and no answer has been composed.
    assert await told(2) == [Step.STEP_ACTIVATE, Step.STEP_HYDRATE]
    gates["a"].set()
    assert await told(1) == [Step.STEP_ASK]
    gates["synth"].set()
    assert await told(1) == [Step.STEP_SYNTHESIZE]


async def _passed(gate: asyncio.Event) -> None:
    await gate.wait()


async def test_a_stream_that_breaks_off_says_why_in_an_event_and_in_its_status(
    line: Orchestrator, world: World
) -> None:
    """Server-sent events have no status once they flow."""

    async def broken() -> None:
        raise MindNotFound(MIND)

    events = list[pb.StreamQueryResponse]()

    async def listen() -> None:
        async for event in line.questions.StreamQuery(pb.StreamQueryRequest(question="Who?"), metadata=READER):
            events.append(event)

    world.behave["synth"] = broken
    code, reason, _ = await failure(listen())
    assert (code, reason) == (grpc.StatusCode.NOT_FOUND, "MIND_NOT_FOUND")
    assert [event.WhichOneof("event") for event in events] == ["step", "step", "step", "error"]
    assert events[-1].error.code == code.value[0]


async def test_recall_returns_whole_passages_best_first(line: Orchestrator, world: World) -> None:
    response = await line.questions.Recall(pb.RecallRequest(question="Who?", k=20, model="swift"), metadata=READER)
    assert [passage.text for passage in response.passages] == [f"Passage {number}." for number in range(20)]
    first = response.passages[0]
    assert (first.agent, first.document, first.title) == (name(0), f"{MIND}/documents/d0", "Title 0")
    assert (first.uri, first.score, list(first.path)) == ("file:d0", 1.0, ["seed", "c0"])
    budget = world.activations[0].budget
    assert (budget.max_agents, budget.max_hops, budget.max_pushes) == (20, 1, 64)
    assert world.asks[0][1].max_evidence == 1
    assert not world.synthesized


@pytest.mark.parametrize(("k", "wanted"), [(0, 10), (1, 1), (100, 100), (4_000_000_000, 100)])
async def test_recall_returns_at_most_a_hundred(line: Orchestrator, world: World, k: int, wanted: int) -> None:
    await line.questions.Recall(pb.RecallRequest(question="Who?", k=k), metadata=READER)
    assert world.activations[0].budget.max_agents == wanted


async def test_a_recall_that_is_short_of_passages_says_so(line: Orchestrator, world: World) -> None:
    world.held["a"] -= {name(0), name(3)}
    world.hydrate_on = "nowhere"
    asking = line.questions.Recall(pb.RecallRequest(question="Who?", k=5), metadata=READER)
    headers = dict(await asking.initial_metadata())
    assert headers["x-myriad-agents-missing"] == "2"
    assert [passage.agent for passage in (await asking).passages] == [name(1), name(2), name(4)]
    assert len(world.hydrations) == 1


async def test_a_trace_tells_how_the_answer_came_about(line: Orchestrator, world: World) -> None:
    answer = await line.query(include_trace=True)
    request = answers_pb.GetTraceRequest(name=answer.name)
    read = await line.answers.GetTrace(request, metadata=READER)
    assert read.trace == answer.trace
    assert read.answer.text == answer.text
    trace = read.trace
    assert (trace.answer, trace.question, trace.model, trace.mind) == (answer.name, "Who?", "myriad-base", MIND)
    assert (trace.mind_version, trace.usage) == (7, answer.usage)
    [turn] = trace.rounds
    assert (turn.seeds[0].concept, turn.push_count, turn.row_count) == ("seed", 5, 6)
    assert list(turn.agents) == list(answer.agents)
    assert [reply.evidence[0].quote for reply in turn.replies] == [f"Quote {number}." for number in range(12)]


async def test_an_answer_is_read_as_it_was_given(line: Orchestrator) -> None:
    answer = await line.query(include_trace=True)
    read = (await line.answers.GetAnswer(answers_pb.GetAnswerRequest(name=answer.name), metadata=READER)).answer
    answer.ClearField("trace")
    assert read == answer


async def test_an_answer_is_found_under_its_own_mind_only(line: Orchestrator) -> None:
    answer = await line.query()
    other = answer.name.replace(MIND, "minds/other")
    both = (*READER[:2], ("x-myriad-minds", f"{MIND},minds/other"))
    for name_, metadata, expected in (
        (answer.name, STRANGER, "MIND_NOT_FOUND"),
        (other, STRANGER, "ANSWER_NOT_FOUND"),
        (other, both, "ANSWER_NOT_FOUND"),
        (answer.answer_id, READER, "INVALID_FIELD"),
        (f"{MIND}/answers/x", READER, "INVALID_FIELD"),
    ):
        for asking in (
            line.answers.GetAnswer(answers_pb.GetAnswerRequest(name=name_), metadata=metadata),
            line.answers.GetTrace(answers_pb.GetTraceRequest(name=name_), metadata=metadata),
            line.answers.ReplayAnswer(answers_pb.ReplayAnswerRequest(name=name_), metadata=metadata),
        ):
            assert (await failure(asking))[1] == expected


async def test_what_was_forgotten_is_in_no_trace(line: Orchestrator) -> None:
    three, two = await line.query(max_agents=3), await line.query(max_agents=2)
    purge = PurgeTracesRequest(mind=MIND, documents=[f"{MIND}/documents/d2"])
    assert (await line.traces.PurgeTraces(purge)).trace_count == 1
    gone = line.answers.GetTrace(answers_pb.GetTraceRequest(name=three.name), metadata=READER)
    assert (await failure(gone))[1] == "ANSWER_NOT_FOUND"
    await line.answers.GetTrace(answers_pb.GetTraceRequest(name=two.name), metadata=READER)
    assert (await line.traces.PurgeTraces(PurgeTracesRequest(mind=MIND, all_documents=True))).trace_count == 1


async def test_a_forgetting_under_way_meets_no_trace_afterwards(line: Orchestrator, world: World) -> None:
    """A query that had read the document before it was forgotten ends after it."""

    async def forget() -> None:
        await line.traces.PurgeTraces(PurgeTracesRequest(mind=MIND, documents=[f"{MIND}/documents/d0"]))

    world.behave["synth"] = forget
    answer = await line.query()
    gone = line.answers.GetTrace(answers_pb.GetTraceRequest(name=answer.name), metadata=READER)
    assert (await failure(gone))[1] == "ANSWER_NOT_FOUND"


async def test_a_forgotten_field_purges_nothing(line: Orchestrator) -> None:
    answer = await line.query(max_agents=2)
    for request in (
        PurgeTracesRequest(mind=MIND),
        PurgeTracesRequest(mind=MIND, documents=[f"{MIND}/documents/d0"], all_documents=True),
    ):
        assert (await failure(line.traces.PurgeTraces(request)))[1] == "INVALID_FIELD"
    await line.answers.GetTrace(answers_pb.GetTraceRequest(name=answer.name), metadata=READER)


async def test_purging_is_for_callers_inside(line: Orchestrator) -> None:
    code, reason, _ = await failure(
        line.traces.PurgeTraces(PurgeTracesRequest(mind=MIND, all_documents=True), metadata=READER)
    )
    assert (code, reason) == (grpc.StatusCode.PERMISSION_DENIED, "ROLE_TOO_LOW")


async def test_the_models_are_the_tiers(line: Orchestrator) -> None:
    listing = await line.models.ListModels(models_pb.ListModelsRequest(), metadata=READER)
    assert listing.object == "list"
    assert [model.id for model in listing.data] == ["myriad-swift", "myriad-base", "myriad-max"]
    model = await line.models.GetModel(models_pb.GetModelRequest(model="pro"), metadata=READER)
    assert (model.id, model.object, model.owned_by) == ("myriad-base", "model", "myriad")
    assert list(model.aliases) == ["myriad-pro", "base", "pro"]
    code, reason, _ = await failure(line.models.GetModel(models_pb.GetModelRequest(model="gpt-5"), metadata=READER))
    assert (code, reason) == (grpc.StatusCode.NOT_FOUND, "MODEL_NOT_FOUND")


async def test_fifty_questions_at_once_do_not_mix(world: World, components: Components) -> None:
    world.held["b"] = {name(number) for number in range(0, 40, 2)}
    world.held["a"] -= world.held["b"]
    async with running(components) as line:
        answers = await asyncio.gather(*(line.query(f"Who is {number}?", include_trace=True) for number in range(50)))
    assert [answer.trace.question for answer in answers] == [f"Who is {number}?" for number in range(50)]
    assert all(answer.usage.agents_missing == 0 and len(answer.citations) == 12 for answer in answers)
    assert len({answer.answer_id for answer in answers}) == 50


async def test_a_host_that_joins_is_asked_as_soon_as_the_dlm_tells(line: Orchestrator, world: World) -> None:
    await world.start_host("c")
    world.held["a"] = set()
    world.hydrate_on = "c"
    host = Host(id="c", address=world.addresses["c"], state=Host.STATE_READY)
    for watcher in world.watchers:
        watcher.put_nowait(dlm_pb.WatchPlacementsResponse(hosts=[host]))
    answer = await line.query()
    assert answer.usage.agents_missing == 0
    assert world.asks[-1][0] == "c"


async def test_agents_on_a_host_that_is_not_known_yet_are_looked_for_once_more(
    world: World, components: Components
) -> None:
    world.held["a"] = set()
    world.hydrate_on = "c"

    async def told_late() -> None:
        if world.hydrations:
            host = Host(id="c", address=world.addresses["c"], state=Host.STATE_READY)
            world.watchers[0].put_nowait(dlm_pb.WatchPlacementsResponse(hosts=[host]))
            await asyncio.sleep(0.2)

    world.behave["dlm"] = told_late
    async with running(components) as line:
        await world.start_host("c")
        assert (await line.query()).usage.agents_missing == 0
    assert len(world.hydrations) == 2


@pytest.mark.parametrize("streamed", [False, True])
@pytest.mark.parametrize("hangs", ["connectome", "dlm", "a", "synth"])
async def test_when_the_caller_goes_away_who_is_asked_is_so_no_longer_and_nobody_else_ever(
    world: World, components: Components, hangs: str, streamed: bool
) -> None:
    begun, ended = asyncio.Event(), asyncio.Event()

    async def until_cancelled() -> None:
        begun.set()
        try:
            await never()
        finally:
            ended.set()

    if hangs == "dlm":
        world.held["a"].clear()  # so that it has to wake them
    async with running(components) as line:
        world.behave[hangs] = until_cancelled
        asking: Any = line.questions.StreamQuery if streamed else line.questions.Query
        call = asking(
            pb.StreamQueryRequest(question="Who?") if streamed else pb.QueryRequest(question="Who?"), metadata=READER
        )
        async with asyncio.timeout(10):
            await begun.wait()
        before = len(world.asks), len(world.synthesized)
        call.cancel()
        async with asyncio.timeout(5):
            await ended.wait()
        await asyncio.sleep(0.1)
        assert (len(world.asks), len(world.synthesized)) == before


# --- turns ---


def costly(line: Orchestrator, answer: str) -> dict[str, Any]:
    """Every call that costs much, ready to be made by a key."""
    keyed: dict[str, Any] = {"metadata": READER, "timeout": 10}
    query, recall = pb.QueryRequest(question="Who?"), pb.RecallRequest(question="Who?")
    return {
        "query": lambda: line.questions.Query(query, **keyed),
        "stream": lambda: line.questions.StreamQuery(pb.StreamQueryRequest(question="Who?"), **keyed).read(),
        "recall": lambda: line.questions.Recall(recall, **keyed),
        "replay": lambda: line.answers.ReplayAnswer(answers_pb.ReplayAnswerRequest(name=answer), **keyed),
    }


@pytest.mark.parametrize("kind", ["query", "stream", "recall", "replay"])
async def test_what_costs_much_takes_turns_and_says_when_to_come_again(
    components: Components, world: World, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(admission, "LOOK_SECONDS", 60)
    async with running(components, calls_waiting=0) as line:
        answer = (await line.query()).name
        world.behave["connectome"] = never
        world.seen.clear()
        first = asyncio.ensure_future(line.query())
        await until(lambda: "connectome" in world.seen)
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await costly(line, answer)[kind]()
        first.cancel()
    assert received(caught.value)[:2] == (grpc.StatusCode.RESOURCE_EXHAUSTED, "RATE_LIMITED")
    assert dict(caught.value.trailing_metadata() or ())["retry-after"] == "1"


@pytest.mark.parametrize("kind", ["query", "stream", "recall"])
async def test_what_costs_more_than_it_may_is_broken_off(components: Components, kind: str) -> None:
    async with running(components, call_processor_seconds=0.0) as line:
        code, reason, details = await failure(costly(line, "")[kind]())
    assert (code, reason) == (grpc.StatusCode.RESOURCE_EXHAUSTED, "PROCESSOR_TIME_EXCEEDED")
    assert RETRY_INFO not in details
