"""Health of a component over gRPC (grpc.health.v1)."""

from __future__ import annotations

import grpc
from grpc_health.v1.health_pb2 import HealthCheckRequest, HealthCheckResponse

from mesh.call import calling, outgoing
from mesh.errors import CallFailed
from mesh.health import checking, stated

SECONDS = 1.0


class GrpcHealth:
    """See `orchestrator.ports.Health`; the component's stores in `needs` have to answer too."""

    def __init__(self, channel: grpc.aio.Channel, *needs: str) -> None:
        self._check = checking(channel)
        self._needs = needs

    async def serving(self) -> bool:
        try:
            with calling():
                call = self._check(HealthCheckRequest(), **outgoing(SECONDS))
                response = await call
                stores = stated(await call.trailing_metadata())
        except CallFailed:
            return False
        needed = (one.available for one in stores if one.store in self._needs)
        return bool(response.status == HealthCheckResponse.SERVING) and all(needed)
