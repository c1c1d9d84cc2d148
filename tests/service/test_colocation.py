"""Components in one process: calls without a connection keep every rule that calls over one have."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Any, cast

import grpc
import pytest

from mesh import call, colocation
from mesh.access import MindNotFound
from mesh.call import Context
from mesh.channels import channel
from mesh.errors import received
from mesh.server import Service, serving
from myriad.synth.v1 import synthesizer_service_pb2 as pb
from myriad.synth.v1.synthesizer_service_pb2_grpc import (
    SynthesizerServiceServicer,
    SynthesizerServiceStub,
    add_SynthesizerServiceServicer_to_server,
)
from tests.identities import identity, settings

SECONDS = 5.0


class Synthesizer(SynthesizerServiceServicer):
    async def Synthesize(self, request: pb.SynthesizeRequest, context: Context) -> pb.SynthesizeResponse:
        match request.question:
            case "none":
                raise MindNotFound("minds/none")
            case "broken":
                raise ZeroDivisionError("secret cause")
            case "slow":
                await asyncio.sleep(SECONDS)
        left = call.outgoing(60)["timeout"]
        return pb.SynthesizeResponse(text=request.question, short_answer=call.request_id.get(), confidence=left)


def service() -> Service:
    descriptor = pb.DESCRIPTOR.services_by_name["SynthesizerService"]
    return Service(descriptor, add_SynthesizerServiceServicer_to_server, Synthesizer())


@pytest.fixture
async def address() -> AsyncIterator[str]:
    async with serving("synth", settings("synth", max_concurrent_calls=2), [service()]) as address:
        yield address


@pytest.fixture
async def synth(address: str) -> AsyncIterator[SynthesizerServiceStub]:
    async with channel(address, "synth", identity("orchestrator")) as connection:
        yield SynthesizerServiceStub(connection)
        assert connection.get_state() is grpc.ChannelConnectivity.IDLE, "a nearby call needed a connection"


def asked(question: str) -> pb.SynthesizeRequest:
    return pb.SynthesizeRequest(question=question)


async def test_a_call_within_the_process_needs_no_connection(synth: SynthesizerServiceStub) -> None:
    assert (await synth.Synthesize(asked("a"), timeout=SECONDS)).text == "a"


async def test_the_request_id_and_the_deadline_go_along_and_stay_there(synth: SynthesizerServiceStub) -> None:
    call.request_id.set("mine")
    response = await synth.Synthesize(asked("a"), timeout=30.5, metadata=((call.REQUEST_ID, "r-1"),))
    assert (response.short_answer, int(response.confidence)) == ("r-1", 30)
    assert call.request_id.get() == "mine"


async def test_an_error_carries_its_reason(synth: SynthesizerServiceStub) -> None:
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await synth.Synthesize(asked("none"), timeout=SECONDS)
    error = received(caught.value)
    assert (error.code, error.reason) == (grpc.StatusCode.NOT_FOUND, "MIND_NOT_FOUND")


async def test_what_nobody_foresaw_is_hidden(synth: SynthesizerServiceStub) -> None:
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await synth.Synthesize(asked("broken"), timeout=SECONDS)
    assert received(caught.value).code is grpc.StatusCode.INTERNAL
    assert "secret" not in str(caught.value)


async def test_a_deadline_ends_the_call(synth: SynthesizerServiceStub) -> None:
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await synth.Synthesize(asked("slow"), timeout=0.05)
    assert caught.value.code() is grpc.StatusCode.DEADLINE_EXCEEDED


async def test_more_calls_than_may_be_under_way_are_refused(synth: SynthesizerServiceStub) -> None:
    calls = [asyncio.ensure_future(synth.Synthesize(asked("slow"), timeout=0.2)) for _ in range(4)]
    errors = await asyncio.gather(*calls, return_exceptions=True)
    reasons = sorted(received(error).reason for error in errors if isinstance(error, grpc.aio.AioRpcError))
    assert reasons == ["", "", "OVERLOADED", "OVERLOADED"]


async def test_a_method_that_the_process_does_not_serve_goes_over_the_network(address: str) -> None:
    async with AsyncExitStack() as stack:
        connection = await stack.enter_async_context(channel(address, "synth", identity("orchestrator")))
        method = cast("Any", connection).unary_unary("/none.Such/Method")
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await method(b"", timeout=SECONDS)
    assert caught.value.code() is grpc.StatusCode.UNIMPLEMENTED


async def test_a_component_that_has_stopped_is_not_called() -> None:
    async with serving("synth", settings("synth"), [service()]) as address:
        pass
    async with channel(address, "synth", identity("orchestrator")) as connection:
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await SynthesizerServiceStub(connection).Synthesize(asked("a"), timeout=SECONDS)
    assert caught.value.code() is grpc.StatusCode.UNAVAILABLE
    assert not colocation._served
