"""Health over gRPC (grpc.health.v1), which says how the component is, and how the stores are that it depends on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import grpc
from grpc_health.v1 import health
from grpc_health.v1.health_pb2 import HealthCheckRequest, HealthCheckResponse

from mesh import dependencies
from mesh.standing import Standing
from myriad.type.v1 import standing_pb2
from myriad.type.v1.dependency_pb2 import Dependency

TRAILER = "myriad-dependency-bin"
"""For each of them once, for callers with a certificate."""
STANDING = "myriad-standing-bin"
"""How the component is, for the same callers."""


class Health(health.aio.HealthServicer):
    """
    Health of all, of each service, and of each dependency by its name.

    All is well while the component answers, also if a store does not: what then fails is not cured by a restart.
    """

    def __init__(self, component: str, standing: Standing) -> None:
        super().__init__()
        self._component = component
        self._standing = standing

    async def Check(self, request: HealthCheckRequest, context: Any) -> HealthCheckResponse:
        known = dependencies.states(self._component)
        if context.auth_context():
            said = [(TRAILER, one.SerializeToString()) for one in known]
            context.set_trailing_metadata((*said, (STANDING, self._standing.now().SerializeToString())))
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


def standing(trailers: Iterable[tuple[str, str | bytes]] | None) -> standing_pb2.Standing | None:
    """What a component said of itself, if it did."""
    said = next((value for name, value in trailers or () if name == STANDING), b"")
    return standing_pb2.Standing.FromString(said) if said and isinstance(said, bytes) else None


def checking(channel: grpc.aio.Channel) -> grpc.aio.UnaryUnaryMultiCallable[HealthCheckRequest, HealthCheckResponse]:
    """`Check` of whoever is at the other end; the package's own stub has no types."""
    return channel.unary_unary(
        "/grpc.health.v1.Health/Check",
        request_serializer=HealthCheckRequest.SerializeToString,
        response_deserializer=HealthCheckResponse.FromString,
    )
