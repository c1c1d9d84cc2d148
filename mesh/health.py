"""Health over gRPC (grpc.health.v1), which says of the stores that a component depends on how they are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from grpc_health.v1 import health
from grpc_health.v1.health_pb2 import HealthCheckRequest, HealthCheckResponse

from mesh import dependencies
from myriad.type.v1.dependency_pb2 import Dependency

TRAILER = "myriad-dependency-bin"
"""For each of them once, for callers with a certificate."""


class Health(health.aio.HealthServicer):
    """
    Health of all, of each service, and of each dependency by its name.

    All is well while the component answers, also if a store does not: what then fails is not cured by a restart.
    """

    def __init__(self, component: str) -> None:
        super().__init__()
        self._component = component

    async def Check(self, request: HealthCheckRequest, context: Any) -> HealthCheckResponse:
        known = dependencies.states(self._component)
        if context.auth_context():
            context.set_trailing_metadata(tuple((TRAILER, one.SerializeToString()) for one in known))
        for one in known:
            if one.store == request.service:
                serving = HealthCheckResponse.SERVING if one.available else HealthCheckResponse.NOT_SERVING
                return HealthCheckResponse(status=serving)
        response: HealthCheckResponse = await super().Check(request, context)
        return response


def stated(trailers: Iterable[tuple[str, str | bytes]] | None) -> Sequence[Dependency]:
    """What a component said of its dependencies."""
    return [
        Dependency.FromString(value) for name, value in trailers or () if name == TRAILER and isinstance(value, bytes)
    ]
