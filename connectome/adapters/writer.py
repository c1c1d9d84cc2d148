"""The connectome that writes what this one follows."""

from __future__ import annotations

import asyncio

import grpc
from grpc_health.v1.health_pb2 import HealthCheckRequest, HealthCheckResponse

from mesh.call import calling, outgoing
from mesh.errors import CallFailed
from mesh.listening import StartError

WAIT_SECONDS = 60.0
ANSWER_SECONDS = 2.0
LOOK_AGAIN_SECONDS = 0.1


async def until_serving(channel: grpc.aio.Channel) -> None:
    """Wait until it serves: then all that is followed is there, and of this schema. StartError after a minute."""
    # The package's own stub has no types.
    check: grpc.aio.UnaryUnaryMultiCallable[HealthCheckRequest, HealthCheckResponse] = channel.unary_unary(
        "/grpc.health.v1.Health/Check",
        request_serializer=HealthCheckRequest.SerializeToString,
        response_deserializer=HealthCheckResponse.FromString,
    )
    try:
        async with asyncio.timeout(WAIT_SECONDS):
            while not await _serves(check):  # noqa: ASYNC110  # what is watched is another process
                await asyncio.sleep(LOOK_AGAIN_SECONDS)
    except TimeoutError:
        raise StartError("connectome: MYRIAD_WRITER_TARGET: the connectome there does not serve") from None


async def _serves(check: grpc.aio.UnaryUnaryMultiCallable[HealthCheckRequest, HealthCheckResponse]) -> bool:
    try:
        with calling():
            answer = await check(HealthCheckRequest(), wait_for_ready=True, **outgoing(ANSWER_SECONDS))
    except CallFailed:
        return False
    return answer.status == HealthCheckResponse.SERVING
