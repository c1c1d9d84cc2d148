"""A key that was revoked opens nothing from the very next call on, whatever is called, over which connection ever."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any, TypeAlias

import grpc
import httpx
import pytest

from mesh.errors import received
from tests.calls import OPEN, plain
from tests.system.harness import Up, needs_all
from tests.unit.test_contracts import Rpc

pytestmark = needs_all

MIND = "minds/revoked"
CONNECTIONS = 3
"""Of each kind: HTTP/1.1 that is kept alive, HTTP/2 and gRPC."""
OPENED = "", "KEY_INVALID"
"""What a call is told about its key before and after."""
Ask: TypeAlias = Callable[[str], Awaitable[str]]
"""Call with a key; the reason for which it was not let in, if it was not."""


@pytest.mark.parametrize("rpc", OPEN, ids=lambda rpc: rpc.name)
async def test_a_revoked_key_opens_nothing_from_the_next_call_on(running: Up, rpc: Rpc) -> None:
    async with connections(running, rpc) as (admin, asks):
        wanted = {"displayName": rpc.name, "role": "ROLE_ADMIN", "minds": [MIND]}
        key = (await admin.post("/v1/keys", json=wanted)).raise_for_status().json()
        before = await asyncio.gather(*(ask(key["secret"]) for ask in asks))
        (await admin.delete(f"/v1/{key['key']['name']}")).raise_for_status()
        after = await asyncio.gather(*(ask(key["secret"]) for ask in asks))
    assert set(zip(before, after, strict=True)) == {OPENED}


@asynccontextmanager
async def connections(up: Up, rpc: Rpc) -> AsyncIterator[tuple[httpx.AsyncClient, list[Ask]]]:
    """An administrator, and ways to call a method, each over a connection of its own that stays."""
    async with AsyncExitStack() as stack:

        async def client(http2: bool) -> httpx.AsyncClient:
            limits = httpx.Limits(max_connections=1, max_keepalive_connections=1)
            one = httpx.AsyncClient(
                base_url=up.url, trust_env=False, verify=False, timeout=30, http1=not http2, http2=http2, limits=limits
            )
            return await stack.enter_async_context(one)

        asks: list[Ask] = []
        for number in range(CONNECTIONS):
            options = [("grpc.use_local_subchannel_pool", 1)]
            channel = grpc.aio.insecure_channel(up.url.removeprefix("http://"), options)
            asks.append(over_grpc(await stack.enter_async_context(channel), rpc))
            if rpc.path:
                asks += [over_http(await client(http2), rpc, bearer=bool(number % 2)) for http2 in (False, True)]
        admin = await client(False)
        admin.headers["authorization"] = f"Bearer {up.key}"
        yield admin, asks


def over_http(client: httpx.AsyncClient, rpc: Rpc, *, bearer: bool) -> Ask:
    call = plain(rpc, MIND)

    async def ask(key: str) -> str:
        headers = {"authorization": f"Bearer {key}"} if bearer else {"x-api-key": key}
        response = await client.request(rpc.verb, call.path, json=call.body, headers=headers)
        if response.status_code != httpx.codes.UNAUTHORIZED:
            return ""
        said = response.json()
        if "error" in said:  # in OpenAI's form
            return "KEY_INVALID" if said["error"]["code"] == "invalid_api_key" else str(said["error"])
        return str(said["details"][0]["reason"])

    return ask


def over_grpc(channel: grpc.aio.Channel, rpc: Rpc) -> Ask:
    message = plain(rpc, MIND).message

    async def ask(key: str) -> str:
        stream: Any = channel.unary_stream(rpc.method)
        try:
            async for _ in stream(message, metadata=(("x-api-key", key),), timeout=30):
                pass
        except grpc.aio.AioRpcError as error:
            if error.code() is grpc.StatusCode.UNAUTHENTICATED:
                return received(error).reason
        return ""

    return ask
