"""MCP over HTTP as Envoy hands it on, with the SDK's own client: who stops waiting stops the work."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from typing import Any

import httpx2
import pytest
from mcp import Client
from mcp.client.streamable_http import streamable_http_client

from cli.bridge import forwarding
from mesh.identity import ENVOY
from tests.identities import client_context
from tests.service.request_line import READER, Components, World, never, running
from tests.system.harness import free_port

Connected = Callable[[str, str], AbstractAsyncContextManager[Client]]
HANGING = pytest.mark.parametrize("hangs", ["connectome", "a", "synth"])
ASK = {"question": "Who?"}


@asynccontextmanager
async def over_http(address: str, era: str) -> AsyncIterator[Client]:
    given: dict[str, Any] = {
        "headers": dict(READER),
        "verify": client_context(ENVOY),
        "trust_env": False,
        "timeout": 30,
    }
    async with httpx2.AsyncClient(**given) as http:
        async with Client(streamable_http_client(f"https://{address}/mcp", http_client=http), mode=era) as client:
            yield client


@asynccontextmanager
async def over_the_bridge(address: str, era: str) -> AsyncIterator[Client]:
    """What `myriad mcp` does between an assistant and `/mcp`."""
    async with over_http(address, "auto") as myriad, Client(forwarding(myriad), mode=era) as client:
        yield client


class Hanging:
    """A component that answers nothing until nobody waits any more."""

    def __init__(self) -> None:
        self.begun, self.ended = asyncio.Event(), asyncio.Event()

    async def __call__(self) -> None:
        self.begun.set()
        try:
            await never()
        finally:
            self.ended.set()


@asynccontextmanager
async def listening(components: Components) -> AsyncIterator[str]:
    """An orchestrator; where it answers over HTTP."""
    address = f"127.0.0.1:{free_port()}"
    async with running(components, http_listen=address, genesis_target="127.0.0.1:9"):
        yield address


async def stops(world: World, hanging: Hanging, asking: asyncio.Future[object]) -> None:
    """Cancel what asks once somebody is asked."""
    async with asyncio.timeout(20):
        await hanging.begun.wait()
    before = len(world.asks), len(world.synthesized)
    asking.cancel()
    async with asyncio.timeout(5):
        await hanging.ended.wait()
    await asyncio.sleep(0.1)
    assert (len(world.asks), len(world.synthesized)) == before


@HANGING
@pytest.mark.parametrize(
    ("connected", "era"), [(over_http, "auto"), (over_the_bridge, "auto"), (over_the_bridge, "legacy")]
)
async def test_an_assistant_that_cancels_an_ask_stops_the_work(
    world: World, components: Components, connected: Connected, era: str, hangs: str
) -> None:
    async with listening(components) as address, connected(address, era) as assistant:
        await assistant.list_tools()
        world.behave[hangs] = hanging = Hanging()
        await stops(world, hanging, asyncio.ensure_future(assistant.call_tool("ask", ASK)))
        assert (await assistant.list_tools()).tools


@HANGING
@pytest.mark.parametrize("era", ["auto", "legacy"])
async def test_an_assistant_that_hangs_up_stops_the_work(
    world: World, components: Components, era: str, hangs: str
) -> None:
    """All that one of the era before can do over HTTP: its word about a request does not say whose request it is."""

    async def ask() -> None:
        async with over_http(address, era) as assistant:
            await assistant.call_tool("ask", ASK)

    async with listening(components) as address:
        world.behave[hangs] = hanging = Hanging()
        asking: asyncio.Future[object] = asyncio.ensure_future(ask())
        await stops(world, hanging, asking)
        with suppress(asyncio.CancelledError):
            await asking
