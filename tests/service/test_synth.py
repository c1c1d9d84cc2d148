"""The synthesizer over gRPC."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import grpc
import pytest

from mesh.errors import received
from mesh.server import serving
from myriad.agent.v1.evidence_pb2 import AgentReply, Evidence, SourceSpan, UnitFeatures
from myriad.agent.v1.question_pb2 import Question
from myriad.synth.v1.synthesis_pb2 import AnswerState
from myriad.synth.v1.synthesizer_service_pb2 import Detail, RankedReply, SynthesizeRequest
from myriad.synth.v1.synthesizer_service_pb2_grpc import SynthesizerServiceStub
from synth.server import build
from synth.settings import Settings
from tests.identities import calling, identity

QUOTE = "Maximum Overdrive was directed by Stephen King."
REPLY = RankedReply(
    reply=AgentReply(
        agent="minds/m/agents/a",
        document="minds/m/documents/d",
        title="Maximum Overdrive",
        evidence=[
            Evidence(
                quote=QUOTE,
                spans=[SourceSpan(source_end=len(QUOTE))],
                features=UnitFeatures(coverage=1.0, path_coverage=1.0, constrained=1.0, words=7),
            )
        ],
        confidence=0.9,
    ),
    activation=1.0,
)


@pytest.fixture
async def synth() -> AsyncIterator[SynthesizerServiceStub]:
    async with AsyncExitStack() as stack:
        settings = Settings(tls=identity("synth"))
        services = await build(settings, stack)
        address = await stack.enter_async_context(serving("synth", settings, services))
        yield SynthesizerServiceStub(await stack.enter_async_context(calling(address, "synth")))


async def test_evidence_becomes_an_answer(synth: SynthesizerServiceStub) -> None:
    request = SynthesizeRequest(
        asked=Question(text="Who directed Maximum Overdrive?"), replies=[REPLY], detail=Detail.DETAIL_FULL
    )
    response = await synth.Synthesize(request)
    assert response.state == AnswerState.ANSWER_STATE_ANSWERED
    assert response.citations[0].quote == QUOTE


@pytest.mark.parametrize(
    ("request_", "field"),
    [
        (SynthesizeRequest(asked=Question(text=" "), detail=Detail.DETAIL_FULL), "question"),
        (SynthesizeRequest(asked=Question(text="a" * 4001), detail=Detail.DETAIL_FULL), "question"),
        (SynthesizeRequest(asked=Question(text="a")), "detail"),
        (SynthesizeRequest(asked=Question(text="a"), replies=[REPLY] * 1001, detail=Detail.DETAIL_FULL), "replies"),
    ],
)
async def test_a_field_that_breaks_its_rule_is_named(
    synth: SynthesizerServiceStub, request_: SynthesizeRequest, field: str
) -> None:
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await synth.Synthesize(request_)
    error = received(caught.value)
    assert (error.reason, error.metadata["field"]) == ("INVALID_FIELD", field)


async def test_a_key_does_not_open_the_synthesizer(synth: SynthesizerServiceStub) -> None:
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await synth.Synthesize(SynthesizeRequest(), metadata=(("x-myriad-key", "k"), ("x-myriad-role", "ROLE_ADMIN")))
    assert received(caught.value).reason == "ROLE_TOO_LOW"
