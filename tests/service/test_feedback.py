"""Feedback and co-activation, over real gRPC: what the connectome is told of answers."""

from __future__ import annotations

import asyncio

import pytest

from mesh.errors import Overloaded
from myriad.connectome.v1.weight_service_pb2 import ReinforceRequest
from myriad.orchestrator.v1 import answer_service_pb2 as pb
from myriad.orchestrator.v1.answer_service_pb2 import GetTraceResponse
from myriad.synth.v1.synthesis_pb2 import ANSWER_STATE_ABSTAINED
from myriad.synth.v1.synthesizer_service_pb2 import SynthesizeResponse
from orchestrator import coactivation
from orchestrator.coactivation import Coactivation
from tests.service.request_line import MIND, READER, STRANGER, Orchestrator, World, failure, name, never, until

HELPFUL = pb.GiveFeedbackRequest.VERDICT_HELPFUL
UNHELPFUL = pb.GiveFeedbackRequest.VERDICT_UNHELPFUL
OTHER_KEY = (("x-myriad-key", "k9"), *READER[1:])
NOBODYS = f"{MIND}/answers/ans_aaaaaaaaaaaaaaaaaaaa"


async def judged(
    line: Orchestrator,
    answer: str,
    verdict: pb.GiveFeedbackRequest.Verdict.ValueType,
    *citations: int,
    metadata: tuple[tuple[str, str], ...] = READER,
) -> int:
    """Judge these citations, or the whole answer; returns how many edges changed."""
    request = pb.GiveFeedbackRequest(name=answer, verdict=verdict, whole_answer=not citations, citations=citations)
    return (await line.answers.GiveFeedback(request, metadata=metadata)).edge_count


def told(world: World) -> list[tuple[list[str], bool]]:
    """Agents and success of what was said at once."""
    return [(list(one.agents), one.success) for one in world.reinforced if not one.deferred]


async def test_an_answer_that_helped_strengthens_what_led_to_its_citations(line: Orchestrator, world: World) -> None:
    answer = await line.query(max_agents=2)
    assert await judged(line, answer.name, HELPFUL) == 2
    assert [one for one in world.reinforced if not one.deferred] == [
        ReinforceRequest(mind=MIND, agents=[name(0), name(1)], concepts=["seed", "c0", "c1"], success=True)
    ]


async def test_a_citation_can_be_judged_alone(line: Orchestrator, world: World) -> None:
    answer = await line.query(max_agents=3)
    await judged(line, answer.name, UNHELPFUL, 1, 1)
    [request] = [one for one in world.reinforced if not one.deferred]
    assert (list(request.agents), list(request.concepts), request.success) == ([name(1)], ["seed", "c1"], False)


async def test_the_same_key_counts_once_and_another_key_too(line: Orchestrator, world: World) -> None:
    answer = await line.query(max_agents=1)
    edges = [await judged(line, answer.name, HELPFUL, *citations) for citations in ((), (), (0,))]
    assert edges == [1, 0, 0]
    assert await judged(line, answer.name, HELPFUL, metadata=OTHER_KEY) == 1
    assert told(world) == [([name(0)], True)] * 2


@pytest.mark.parametrize("first", [HELPFUL, UNHELPFUL])
async def test_a_verdict_that_changes_replaces_the_one_before(
    line: Orchestrator, world: World, first: pb.GiveFeedbackRequest.Verdict.ValueType
) -> None:
    answer = await line.query(max_agents=1)
    for verdict in (first, HELPFUL + UNHELPFUL - first):
        await judged(line, answer.name, pb.GiveFeedbackRequest.Verdict.ValueType(verdict))
    steps = sum(0.05 if success else -0.02 for _, success in told(world))
    assert steps == pytest.approx(-0.02 if first == HELPFUL else 0.05)


async def test_feedback_on_one_citation_leaves_the_verdict_on_the_others(line: Orchestrator, world: World) -> None:
    answer = await line.query(max_agents=2)
    await judged(line, answer.name, UNHELPFUL, 1)
    world.reinforced.clear()
    await judged(line, answer.name, UNHELPFUL)
    assert told(world) == [([name(0)], False)]


async def test_feedback_that_could_not_be_passed_on_can_be_given_again(line: Orchestrator, world: World) -> None:
    answer = await line.query(max_agents=1)

    async def refuse() -> None:
        raise Overloaded("try later")

    world.behave["reinforce"] = refuse
    assert (await failure(judged(line, answer.name, HELPFUL)))[1] == "OVERLOADED"
    world.behave.clear()
    assert await judged(line, answer.name, HELPFUL) == 1


async def test_an_answer_without_citations_teaches_nothing(line: Orchestrator, world: World) -> None:
    world.known = 0
    answer = await line.query()
    assert await judged(line, answer.name, UNHELPFUL) == 0
    assert not world.reinforced


async def test_feedback_on_what_is_not_there_is_refused(line: Orchestrator, world: World) -> None:
    answer = (await line.query(max_agents=2)).name
    for asking, reason in (
        (judged(line, NOBODYS, HELPFUL), "ANSWER_NOT_FOUND"),
        (judged(line, answer, HELPFUL, metadata=STRANGER), "MIND_NOT_FOUND"),
        (judged(line, "' OR 1=1", HELPFUL), "INVALID_FIELD"),
        (judged(line, answer, HELPFUL, 2), "INVALID_FIELD"),
        (judged(line, answer, pb.GiveFeedbackRequest.VERDICT_UNSPECIFIED), "INVALID_FIELD"),
        (judged(line, answer, pb.GiveFeedbackRequest.Verdict.ValueType(77)), "INVALID_FIELD"),
    ):
        assert (await failure(asking))[1] == reason
    assert not told(world)


@pytest.mark.parametrize("citations", [[], [0]])
async def test_feedback_says_whether_it_is_of_the_whole_answer_or_of_citations(
    line: Orchestrator, world: World, citations: list[int]
) -> None:
    """A list of citations that was forgotten judges nothing."""
    answer = await line.query(max_agents=2)
    request = pb.GiveFeedbackRequest(
        name=answer.name, verdict=HELPFUL, whole_answer=bool(citations), citations=citations
    )
    assert (await failure(line.answers.GiveFeedback(request, metadata=READER)))[1] == "INVALID_FIELD"
    assert not told(world)


async def test_what_a_sure_answer_cited_grows_together_later(line: Orchestrator, world: World) -> None:
    await line.query(max_agents=2)
    await until(lambda: bool(world.reinforced))
    assert world.reinforced == [
        ReinforceRequest(
            mind=MIND, agents=[name(0), name(1)], concepts=["seed", "c0", "c1"], success=True, deferred=True
        )
    ]


async def test_an_unsure_answer_and_none_teach_nothing(line: Orchestrator, world: World) -> None:
    world.syntheses = [
        SynthesizeResponse(confidence=0.6),
        SynthesizeResponse(confidence=0.9, state=ANSWER_STATE_ABSTAINED),
    ]
    for _ in range(2):
        await line.query(model="base")
    await asyncio.sleep(0.05)
    assert not world.reinforced


async def test_answers_do_not_wait_for_what_use_teaches_and_too_much_of_it_is_shed(
    line: Orchestrator, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(coactivation, "PAUSE_SECONDS", 0)
    monkeypatch.setattr(coactivation, "SECONDS", 120)
    gate, noticed, notice = asyncio.Event(), list[GetTraceResponse](), Coactivation.notice

    async def wait() -> None:
        await gate.wait()

    def counted(self: Coactivation, record: GetTraceResponse) -> None:
        noticed.append(record)
        notice(self, record)

    monkeypatch.setattr(Coactivation, "notice", counted)
    world.behave["reinforce"] = wait
    answers = coactivation.MOST_WAITING + 10
    for _ in range(answers):
        await line.query(max_agents=1)
    await until(lambda: len(noticed) == answers)
    gate.set()
    await until(lambda: len(world.reinforced) >= coactivation.MOST_WAITING + 1)
    await asyncio.sleep(0.05)
    assert len(world.reinforced) == coactivation.MOST_WAITING + 1


async def test_what_use_teaches_is_never_told_twice(
    line: Orchestrator, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(coactivation, "SECONDS", 0.05)
    monkeypatch.setattr(coactivation, "FAILED_PAUSE_SECONDS", 0.05)
    tries = 0

    async def hang() -> None:
        nonlocal tries
        tries += 1
        await never()

    world.behave["reinforce"] = hang
    await line.query(max_agents=1)
    await asyncio.sleep(0.3)
    assert tries == 1
