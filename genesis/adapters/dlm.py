"""The DLM, over gRPC."""

from __future__ import annotations

from collections.abc import Sequence

import grpc

from mesh.call import calling, outgoing
from myriad.dlm.v1.lifecycle_service_pb2 import DehydrateRequest, DehydrateResponse
from myriad.dlm.v1.lifecycle_service_pb2_grpc import LifecycleServiceStub

DEHYDRATE_SECONDS = 15.0


class GrpcResidents:
    """See `genesis.ports.Residents`."""

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._stub = LifecycleServiceStub(channel)

    async def dehydrate(self, mind: str, agents: Sequence[str] | None) -> DehydrateResponse:
        if agents is not None and not agents:
            return DehydrateResponse()
        request = DehydrateRequest(mind=mind, agents=agents, all_agents=agents is None)
        with calling("the DLM"):
            return await self._stub.Dehydrate(request, **outgoing(DEHYDRATE_SECONDS))
