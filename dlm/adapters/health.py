"""Health of a component over gRPC (grpc.health.v1)."""

from __future__ import annotations

import grpc
from grpc_health.v1.health_pb2 import HealthCheckRequest, HealthCheckResponse

from mesh.call import calling, outgoing
from mesh.errors import CallFailed
from mesh.health import checking, standing, stated
from myriad.dlm.v1.fleet_service_pb2 import Component

SECONDS = 1.0


class GrpcHealth:
    """Asks the whole server, not one of its services."""

    def __init__(self, target: str, channel: grpc.aio.Channel) -> None:
        self.target = target
        self._check = checking(channel)

    async def check(self) -> Component:
        try:
            with calling():
                call = self._check(HealthCheckRequest(), **outgoing(SECONDS))
                response = await call
                said = await call.trailing_metadata()
        except CallFailed:
            return Component(state=Component.STATE_UNREACHABLE)
        serving = response.status == HealthCheckResponse.SERVING
        return Component(
            state=Component.STATE_SERVING if serving else Component.STATE_NOT_SERVING,
            dependencies=stated(said),
            standing=standing(said),
        )
