"""The DLM over gRPC."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator

import grpc

from agent_host.ports import Answer
from mesh.call import calling, outgoing
from myriad.dlm.v1.lifecycle_service_pb2 import HydrateRequest, RegisterHostRequest, WantedAgent
from myriad.dlm.v1.lifecycle_service_pb2_grpc import LifecycleServiceStub
from myriad.type.v1.error_reason_pb2 import ErrorReason

HYDRATE_SECONDS = 5.0


class DlmFleet:
    """A `Fleet` behind a channel."""

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._dlm = LifecycleServiceStub(channel)

    async def join(self, reports: AsyncIterator[RegisterHostRequest]) -> AsyncGenerator[Answer, None]:
        call = self._dlm.RegisterHost(reports, wait_for_ready=True)
        with calling():
            try:
                async for response in call:
                    yield Answer(response.lease.ToTimedelta().total_seconds(), response.drain, response.drained)
            finally:
                call.cancel()

    async def hydrate(self, mind: str, agent: str, host: str) -> ErrorReason.ValueType:
        request = HydrateRequest(mind=mind, agents=[WantedAgent(agent=agent)], host=host)
        with calling("the DLM"):
            response = await self._dlm.Hydrate(request, **outgoing(HYDRATE_SECONDS))
        reasons = (failure.reason for failure in response.failures if failure.agent == agent)
        return next(reasons, ErrorReason.ERROR_REASON_UNSPECIFIED)
