"""The rate limit service, asked as Envoy asks it: whether it counts."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager

import grpc
from envoy.extensions.common.ratelimit.v3.ratelimit_pb2 import RateLimitDescriptor
from envoy.service.ratelimit.v3.rls_pb2 import RateLimitRequest
from envoy.service.ratelimit.v3.rls_pb2_grpc import RateLimitServiceStub

from dlm.xds.shared_rates import DOMAIN, KEY, RATE
from mesh import rates
from mesh.channels import channel
from mesh.dependencies import Dependency, watched
from mesh.identity import RATE_LIMIT, Identity

NAME = "rates"
SECONDS = 1.0
_NOBODY = "dlm"
"""No key is called so."""


class NotShared(Exception):
    """Envoys do not count together; the text says why."""


class GrpcRateLimit:
    """A call of nobody's key, which counts like any other."""

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._stub = RateLimitServiceStub(channel)

    async def ask(self) -> None:
        """NotShared."""
        entries = {RATE: str(rates.PER_MINUTE[-1]), KEY: _NOBODY}
        descriptor = RateLimitDescriptor(
            entries=[RateLimitDescriptor.Entry(key=key, value=value) for key, value in entries.items()]
        )
        request = RateLimitRequest(domain=DOMAIN, descriptors=[descriptor])
        try:
            # Nobody's call fails by it, and every second one for as long as it is away is no news.
            response = await self._stub.ShouldRateLimit(request, timeout=SECONDS)
        except grpc.aio.AioRpcError as error:
            silent = error.code() in (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED)
            why = "it does not answer" if silent else f"it cannot count ({error.code().name}), its log says why"
            raise NotShared(why) from None
        if not any(status.HasField("current_limit") for status in response.statuses):
            raise NotShared("it has not been told of the rates (rates.yaml)")


@asynccontextmanager
async def rates_watched(targets: Sequence[str], identity: Identity) -> AsyncIterator[None]:
    """While the block lasts, state whether the services at `targets` count."""
    async with AsyncExitStack() as stack:
        for target in targets:
            opened = await stack.enter_async_context(channel(target, RATE_LIMIT, identity))
            await stack.enter_async_context(watched(Dependency(NAME, target), GrpcRateLimit(opened).ask))
        yield
