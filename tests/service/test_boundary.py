"""The boundary: what every component does with ids, callers, deadlines and failures."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Any

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc

from mesh import call
from mesh.access import MindNotFound
from mesh.call import Context
from mesh.channels import channel
from mesh.errors import NotImplementedYet, received
from mesh.identity import NOBODY
from mesh.listening import StartError
from mesh.server import Service, serving
from mesh.settings import ServerSettings
from myriad.connectome.v1 import mind_service_pb2 as pb
from myriad.connectome.v1.mind_pb2 import Mind
from myriad.connectome.v1.mind_service_pb2_grpc import (
    MindServiceServicer,
    MindServiceStub,
    add_MindServiceServicer_to_server,
)
from myriad.genesis.v1 import document_service_pb2 as documents_pb
from myriad.genesis.v1.document_service_pb2_grpc import (
    DocumentServiceServicer,
    add_DocumentServiceServicer_to_server,
)
from tests.identities import calling, identity, settings

READER = (("x-myriad-key", "k1"), ("x-myriad-role", "ROLE_READER"), ("x-myriad-minds", "minds/a"))


class Minds(MindServiceServicer):
    async def CreateMind(self, request: pb.CreateMindRequest, context: Context) -> pb.CreateMindResponse:
        raise NotImplementedYet("CreateMind")

    async def DeleteMind(self, request: pb.DeleteMindRequest, context: Context) -> pb.DeleteMindResponse:
        raise NotImplementedYet("DeleteMind")

    async def GetMind(self, request: pb.GetMindRequest, context: Context) -> pb.GetMindResponse:
        mind = call.caller.get().mind(request.name)
        if mind == "minds/broken":
            raise ZeroDivisionError("secret cause")
        return pb.GetMindResponse(mind=Mind(name=mind, display_name=call.request_id.get()))

    async def ListMinds(self, request: pb.ListMindsRequest, context: Context) -> pb.ListMindsResponse:
        raise NotImplementedYet("ListMinds")

    async def ListRegions(self, request: pb.ListRegionsRequest, context: Context) -> pb.ListRegionsResponse:
        raise NotImplementedYet("ListRegions")

    async def ListWeights(self, request: pb.ListWeightsRequest, context: Context) -> pb.ListWeightsResponse:
        raise NotImplementedYet("ListWeights")

    async def UpdateMind(self, request: pb.UpdateMindRequest, context: Context) -> pb.UpdateMindResponse:
        raise NotImplementedYet("UpdateMind")

    async def ResetWeights(self, request: pb.ResetWeightsRequest, context: Context) -> pb.ResetWeightsResponse:
        raise NotImplementedYet("ResetWeights")


@pytest.fixture
async def address() -> AsyncIterator[str]:
    service = Service(pb.DESCRIPTOR.services_by_name["MindService"], add_MindServiceServicer_to_server, Minds())
    async with serving("test", settings("test"), [service]) as address:
        yield address


@pytest.fixture
async def minds(address: str) -> AsyncIterator[MindServiceStub]:
    async with calling(address, "test") as connection:
        yield MindServiceStub(connection)


async def failure(awaitable: object) -> tuple[grpc.StatusCode, str, str]:
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await awaitable  # type: ignore[misc]
    error = received(caught.value)
    return error.code, error.reason, error.message


async def test_the_request_id_of_the_caller_is_kept(minds: MindServiceStub) -> None:
    response = await minds.GetMind(pb.GetMindRequest(name="minds/a"), metadata=(("x-request-id", "r-1"),))
    assert response.mind.display_name == "r-1"


@pytest.mark.parametrize("path", ["", "ipv4:"], ids=["in the same process", "over a connection"])
@pytest.mark.parametrize(
    ("caller", "code", "reason"),
    [
        ("genesis", grpc.StatusCode.PERMISSION_DENIED, "CALLER_REFUSED"),
        ("operator", grpc.StatusCode.PERMISSION_DENIED, "CALLER_REFUSED"),
        ("envoy", grpc.StatusCode.UNAUTHENTICATED, "KEY_MISSING"),
    ],
)
async def test_a_component_that_no_method_names_calls_none_and_envoy_only_for_a_key(
    address: str, path: str, caller: str, code: grpc.StatusCode, reason: str
) -> None:
    async with channel(f"{path}{address}", "test", identity(caller)) as connection:
        stub = MindServiceStub(connection)
        headers = () if caller == "envoy" else READER
        assert (await failure(stub.GetMind(pb.GetMindRequest(name="minds/a"), metadata=headers)))[:2] == (code, reason)
        if caller == "envoy":
            await stub.GetMind(pb.GetMindRequest(name="minds/a"), metadata=READER)


@pytest.mark.parametrize("path", ["", "ipv4:"], ids=["in the same process", "over a connection"])
async def test_without_a_certificate_nothing_but_health_is_answered(path: str) -> None:
    service = Service(pb.DESCRIPTOR.services_by_name["MindService"], add_MindServiceServicer_to_server, Minds())
    async with serving("test", ServerSettings(), [service]) as address:
        async with channel(f"{path}{address}", "test", NOBODY) as connection:
            asked = MindServiceStub(connection).GetMind(pb.GetMindRequest(name="minds/a"), metadata=READER)
            code, reason, message = await failure(asked)
            health: Any = health_pb2_grpc.HealthStub(connection)
            assert (await health.Check(health_pb2.HealthCheckRequest(), timeout=5)).status
    assert (code, reason) == (grpc.StatusCode.FAILED_PRECONDITION, "CERTIFICATE_MISSING")
    assert "MYRIAD_TLS" in message


async def test_another_keys_mind_is_not_found(minds: MindServiceStub) -> None:
    assert (await minds.GetMind(pb.GetMindRequest(name="minds/a"), metadata=READER)).mind.name == "minds/a"
    code, reason, _ = await failure(minds.GetMind(pb.GetMindRequest(name="minds/b"), metadata=READER))
    assert (code, reason) == (grpc.StatusCode.NOT_FOUND, "MIND_NOT_FOUND")
    assert MindNotFound("minds/b").reason_name == reason


async def test_a_role_below_the_methods_is_refused(minds: MindServiceStub) -> None:
    code, reason, message = await failure(minds.DeleteMind(pb.DeleteMindRequest(name="minds/a"), metadata=READER))
    assert (code, reason) == (grpc.StatusCode.PERMISSION_DENIED, "ROLE_TOO_LOW")
    assert message.endswith("needs a key with role admin")


async def test_half_an_identity_opens_nothing(minds: MindServiceStub) -> None:
    """A key header without a role is a caller with no role, never a caller from inside."""
    code, reason, _ = await failure(minds.GetMind(pb.GetMindRequest(name="minds/a"), metadata=READER[:1]))
    assert (code, reason) == (grpc.StatusCode.PERMISSION_DENIED, "ROLE_TOO_LOW")


async def test_an_unknown_failure_is_internal_and_hides_its_cause(minds: MindServiceStub) -> None:
    code, reason, message = await failure(minds.GetMind(pb.GetMindRequest(name="minds/broken")))
    assert (code, reason) == (grpc.StatusCode.INTERNAL, "INTERNAL")
    assert "secret" not in message


async def test_what_is_not_built_says_so_with_a_reason(minds: MindServiceStub) -> None:
    code, reason, _ = await failure(minds.ListMinds(pb.ListMindsRequest()))
    assert (code, reason) == (grpc.StatusCode.UNIMPLEMENTED, "NOT_IMPLEMENTED")


GET_MIND = "/myriad.connectome.v1.MindService/GetMind"
STREAM_LEARN = "/myriad.genesis.v1.DocumentService/StreamLearn"
BROKEN = {"no protobuf": b"\xff\xff\xff", "no UTF-8": b"\x0a\x02\xff\xfe", "cut short": b"\x0a\x7fminds/a"}


class Documents(DocumentServiceServicer):
    async def StreamLearn(
        self, request_iterator: AsyncIterator[documents_pb.StreamLearnRequest], context: Context
    ) -> AsyncIterator[documents_pb.StreamLearnResponse]:
        async for _ in request_iterator:
            yield documents_pb.StreamLearnResponse()


@pytest.fixture
async def raw() -> AsyncIterator[Any]:
    """A connection to which bytes are said as they are."""
    minds = Service(pb.DESCRIPTOR.services_by_name["MindService"], add_MindServiceServicer_to_server, Minds())
    documents = documents_pb.DESCRIPTOR.services_by_name["DocumentService"]
    learn = Service(documents, add_DocumentServiceServicer_to_server, Documents())  # type: ignore[abstract]
    async with AsyncExitStack() as stack:
        address = await stack.enter_async_context(serving("test", settings("test"), [minds, learn]))
        yield await stack.enter_async_context(calling(f"ipv4:{address}", "test"))


@pytest.mark.parametrize("kind", BROKEN)
async def test_a_request_that_cannot_be_read_is_the_callers_fault_and_one_line_in_the_log(
    raw: Any, kind: str, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        code, reason, _ = await failure(raw.unary_unary(GET_MIND)(BROKEN[kind], timeout=5))
    assert (code, reason) == (grpc.StatusCode.INVALID_ARGUMENT, "REQUEST_UNREADABLE")
    captured = capfd.readouterr()
    said = f"{captured.out}{captured.err}"
    assert said.count("INVALID_ARGUMENT") == 1
    assert "Traceback" not in f"{said}{caplog.text}"


async def test_a_message_that_cannot_be_read_ends_its_stream(raw: Any) -> None:
    stream = raw.stream_stream(STREAM_LEARN)(timeout=5)
    await stream.write(b"")
    assert await stream.read() == b""
    await stream.write(BROKEN["no UTF-8"])
    code, reason, _ = await failure(stream.read())
    assert (code, reason) == (grpc.StatusCode.INVALID_ARGUMENT, "REQUEST_UNREADABLE")


@pytest.mark.parametrize("listen", ["nonsense", ":1", "127.0.0.1:", "127.0.0.1:99999", "127.0.0.1:x"])
async def test_an_address_that_is_none_is_said_to_be_none(listen: str) -> None:
    with pytest.raises(StartError, match="address:port"):
        async with serving("test", ServerSettings(listen=listen), []):
            pass


async def test_a_second_server_on_a_port_says_that_it_is_in_use() -> None:
    async with serving("one", ServerSettings(), []) as address:
        with pytest.raises(StartError, match="the port is in use"):
            async with serving("two", ServerSettings(listen=address), []):
                pass
