"""Channels between components: what a call finds after its component was away."""

from __future__ import annotations

import asyncio
import socket
import time
from contextlib import AsyncExitStack, suppress
from typing import Any

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc

from mesh import targets
from mesh.channels import channel
from mesh.server import serving
from mesh.settings import SettingError
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


async def test_a_call_finds_the_replicas_that_a_name_means_by_then(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(targets, "LOOK_SECONDS", 0.0)
    meant = ["127.0.0.1"]

    async def getaddrinfo(*_: object, **__: object) -> list[Any]:
        return [(None, None, None, "", (address, 0)) for address in meant]

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", getaddrinfo)
    async with serving("synth", settings("synth", listen="127.0.0.1:0"), []) as address:
        name = f"localhost:{address.rpartition(':')[2]}"
        async with channel(name, "synth", identity("genesis")) as connection:
            stub: Any = health_pb2_grpc.HealthStub(connection)

            async def ask() -> object:
                for _ in range(3):
                    await stub.Check(health_pb2.HealthCheckRequest(), wait_for_ready=True, timeout=5)
                return connection._remote._connection  # type: ignore[attr-defined]

            first = await ask()
            assert await ask() is first
            meant.append("127.0.0.2")
            assert await ask() is not first


async def test_a_name_that_means_nobody_yet_is_called_once_it_means_somebody() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    async with channel(f"localhost:{port}", "synth", identity("genesis")) as connection:
        stub: Any = health_pb2_grpc.HealthStub(connection)
        with pytest.raises(grpc.aio.AioRpcError):
            await stub.Check(health_pb2.HealthCheckRequest())
        async with serving("synth", settings("synth", listen=f"127.0.0.1:{port}"), []):
            await stub.Check(health_pb2.HealthCheckRequest(), wait_for_ready=True, timeout=5)


@pytest.mark.parametrize("component", ["synth", "dlm"])
async def test_a_name_where_nobody_is_is_looked_up_anew_however_long_that_lasts(
    monkeypatch: pytest.MonkeyPatch, component: str
) -> None:
    """By another connection, since gRPC's own waits up to two minutes. One that works stays."""
    monkeypatch.setattr(targets, "LOOK_SECONDS", 0.0)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    async with channel(f"localhost:{port}", component, identity("genesis")) as connection:
        stub: Any = health_pb2_grpc.HealthStub(connection)

        async def used() -> object:
            with suppress(grpc.aio.AioRpcError):
                await stub.Check(health_pb2.HealthCheckRequest(), timeout=5)
            return connection._remote._connection  # type: ignore[attr-defined]

        assert await used() is not await used()
        async with serving(component, settings(component, listen=f"127.0.0.1:{port}"), []):
            await stub.Check(health_pb2.HealthCheckRequest(), wait_for_ready=True, timeout=5)
            assert await used() is await used()


@pytest.mark.parametrize("target", ["one.test:1,two.test:1", "127.0.0.1:1,two.test:1"])
async def test_several_names_are_refused_since_one_means_them_all(target: str) -> None:
    with pytest.raises(SettingError, match="one name for all"):
        channel(target, "synth", identity("genesis"))
