"""The boundary: what every component does with ids, callers, deadlines and failures."""

from __future__ import annotations

from collections.abc import AsyncIterator

import grpc
import pytest

from mesh import call
from mesh.access import MindNotFound
from mesh.call import Context
from mesh.channels import channel
from mesh.errors import NotImplementedYet, received
from mesh.server import Service, StartError, serving
from mesh.settings import ServerSettings
from myriad.connectome.v1 import mind_service_pb2 as pb
from myriad.connectome.v1.mind_service_pb2_grpc import (
    MindServiceServicer,
    MindServiceStub,
    add_MindServiceServicer_to_server,
)

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
        return pb.GetMindResponse(mind=pb.Mind(name=mind, display_name=call.request_id.get()))

    async def ListMinds(self, request: pb.ListMindsRequest, context: Context) -> pb.ListMindsResponse:
        raise NotImplementedYet("ListMinds")

    async def ListWeights(self, request: pb.ListWeightsRequest, context: Context) -> pb.ListWeightsResponse:
        raise NotImplementedYet("ListWeights")

    async def ResetWeights(self, request: pb.ResetWeightsRequest, context: Context) -> pb.ResetWeightsResponse:
        raise NotImplementedYet("ResetWeights")


@pytest.fixture
async def minds() -> AsyncIterator[MindServiceStub]:
    service = Service(pb.DESCRIPTOR.services_by_name["MindService"], add_MindServiceServicer_to_server, Minds())
    async with serving("test", ServerSettings(), [service]) as address, channel(address) as connection:
        yield MindServiceStub(connection)


async def failure(awaitable: object) -> tuple[grpc.StatusCode, str, str]:
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await awaitable  # type: ignore[misc]
    error = received(caught.value)
    return error.code, error.reason, error.message


async def test_the_request_id_of_the_caller_is_kept(minds: MindServiceStub) -> None:
    response = await minds.GetMind(pb.GetMindRequest(name="minds/a"), metadata=(("x-request-id", "r-1"),))
    assert response.mind.display_name == "r-1"


async def test_a_call_without_identity_comes_from_inside_and_may_all(minds: MindServiceStub) -> None:
    assert (await minds.GetMind(pb.GetMindRequest(name="minds/b"))).mind.name == "minds/b"


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
