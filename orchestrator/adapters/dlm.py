"""The DLM, over gRPC."""

from __future__ import annotations

import grpc

from mesh.call import calling, outgoing
from myriad.dlm.v1.lifecycle_service_pb2 import HydrateRequest, HydrateResponse
from myriad.dlm.v1.lifecycle_service_pb2_grpc import LifecycleServiceStub


class GrpcHydration:
    """See `orchestrator.ports.Hydration`."""

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._stub = LifecycleServiceStub(channel)

    async def hydrate(self, request: HydrateRequest, seconds: float) -> HydrateResponse:
        with calling():
            return await self._stub.Hydrate(request, **outgoing(seconds))
