"""The DLM over gRPC."""

from __future__ import annotations

import grpc

from mesh.call import calling, outgoing
from myriad.dlm.v1.lifecycle_service_pb2 import LocateAgentRequest
from myriad.dlm.v1.lifecycle_service_pb2_grpc import LifecycleServiceStub

LOCATE_SECONDS = 0.4
"""Less than Envoy waits for a check."""


class GrpcPlacing:
    """See `gatekeeper.ports.Placing`."""

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._dlm = LifecycleServiceStub(channel)

    async def locate(self, agent: str) -> str:
        with calling("dlm"):
            response = await self._dlm.LocateAgent(LocateAgentRequest(agent=agent), **outgoing(LOCATE_SECONDS))
        return response.host.address
