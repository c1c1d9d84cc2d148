"""The connectome, over gRPC."""

from __future__ import annotations

import grpc

from mesh import call
from mesh.call import calling, outgoing
from myriad.connectome.v1.activation_service_pb2 import ActivateRequest, ActivateResponse
from myriad.connectome.v1.activation_service_pb2_grpc import ActivationServiceStub
from myriad.connectome.v1.mind_service_pb2 import ListMindsRequest, ListMindsResponse
from myriad.connectome.v1.mind_service_pb2_grpc import MindServiceStub
from myriad.connectome.v1.weight_service_pb2 import ReinforceRequest
from myriad.connectome.v1.weight_service_pb2_grpc import WeightServiceStub

READ_SECONDS = 5.0


class GrpcConnectome:
    """See `orchestrator.ports.Connectome`."""

    def __init__(self, reader: grpc.aio.Channel, writer: grpc.aio.Channel) -> None:
        self._activation = ActivationServiceStub(reader)
        self._weights = WeightServiceStub(writer)

    async def activate(self, request: ActivateRequest, seconds: float) -> ActivateResponse:
        with calling():
            return await self._activation.Activate(request, **outgoing(seconds))

    async def reinforce(self, request: ReinforceRequest, seconds: float) -> int:
        with calling():
            return (await self._weights.Reinforce(request, **outgoing(seconds))).edge_count


class GrpcMinds:
    """See `orchestrator.ports.Minds`."""

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._stub = MindServiceStub(channel)

    async def page(self, size: int, token: str) -> ListMindsResponse:
        request = ListMindsRequest(page_size=size, page_token=token)
        with calling():
            return await self._stub.ListMinds(request, **outgoing(READ_SECONDS, call.caller.get().headers()))
