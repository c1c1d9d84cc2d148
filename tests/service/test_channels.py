"""Channels between components: what a call finds after its component was away."""

from __future__ import annotations

import asyncio
import socket
import time
from contextlib import AsyncExitStack
from typing import Any

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc

from mesh.channels import channel
from mesh.server import serving
from tests.identities import identity, settings


async def test_a_component_that_was_away_is_reached_again_within_a_second() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{probe.getsockname()[1]}"
    async with channel(address, "dlm", identity("genesis")) as connection:
        stub: Any = health_pb2_grpc.HealthStub(connection)
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await stub.Check(health_pb2.HealthCheckRequest())
        assert caught.value.code() is grpc.StatusCode.UNAVAILABLE
        await asyncio.sleep(2.5)  # long enough for the backoff to be at its longest
        async with serving("dlm", settings("dlm", listen=address), []):
            started = time.monotonic()
            await stub.Check(health_pb2.HealthCheckRequest(), wait_for_ready=True, timeout=5)
            assert time.monotonic() - started < 1


async def test_callers_of_a_replica_that_dies_go_on_with_another() -> None:
    async with AsyncExitStack() as stack:
        lives = [await stack.enter_async_context(AsyncExitStack()) for _ in range(2)]
        targets = [
            await life.enter_async_context(serving("dlm", settings("dlm", listen="127.0.0.1:0"), [])) for life in lives
        ]
        connections = [
            await stack.enter_async_context(channel(",".join(targets), "dlm", identity("genesis"))) for _ in range(4)
        ]
        stubs: list[Any] = [health_pb2_grpc.HealthStub(one) for one in connections]
        for stub in stubs:
            await stub.Check(health_pb2.HealthCheckRequest(), timeout=5)
        await lives[0].aclose()
        for stub in stubs:
            await stub.Check(health_pb2.HealthCheckRequest(), wait_for_ready=True, timeout=5)
