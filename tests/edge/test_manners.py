"""A real Envoy and clients who know HTTP: what they may take for granted."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest
import pytest_asyncio

from dlm.xds import keyless
from dlm.xds.routes import KEYLESS
from mesh.access import KEY_HEADER, MINDS_HEADER, ROLE_HEADER
from tests.edge.harness import World, problem, world

pytestmark = pytest.mark.asyncio(loop_scope="module")
OPEN = [to.path for to in KEYLESS]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def running(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    async with world(tmp_path_factory.mktemp("edge"), rate=5_000) as one:
        yield one


@pytest.fixture
def edge(running: World) -> World:
    running.forget()
    return running


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def anybody(running: World) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=running.url) as client:
        yield client


@pytest.mark.parametrize("path", OPEN)
async def test_what_needs_no_key_is_answered_and_speaks_for_nobody(
    edge: World, anybody: httpx.AsyncClient, path: str
) -> None:
    forged = {KEY_HEADER: "root", ROLE_HEADER: "ROLE_ADMIN", MINDS_HEADER: "*", "x-api-key": "nonsense"}
    assert (await anybody.get(f"{path}?x=1", headers=forged)).json() == {"path": path}
    assert edge.gatekeeper.checks == []
    (arrived,) = edge.calls
    assert (arrived.server, arrived.method) == ("http", path)
    assert not {*forged} & arrived.headers.keys()


@pytest.mark.parametrize(
    "path", ["//", "/healthz/", "/healthz;x", "/Healthz", "/healthz/v1/minds", "/healthz/../v1/minds", "/./v1/minds"]
)
async def test_what_only_resembles_such_a_path_needs_a_key(edge: World, path: str) -> None:
    host, _, port = edge.target.rpartition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    try:
        writer.write(f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
        async with asyncio.timeout(5):
            assert (await reader.read()).startswith(b"HTTP/1.1 401 ")
    finally:
        writer.close()
    assert edge.calls == []


async def test_who_asks_without_a_key_too_often_is_refused_and_nobody_else_is(
    edge: World, anybody: httpx.AsyncClient
) -> None:
    answers = [await anybody.get("/") for _ in range(4 * keyless.BURST)]
    refused = [answer for answer in answers if answer.status_code == 429]
    assert problem(refused[0]) == (429, 8, "RATE_LIMITED")
    assert len(edge.calls) < 3 * keyless.BURST
    assert (await anybody.get("/healthz")).status_code == 200, "each path has its own rate"
    assert (await edge.http.get("/v1/minds")).status_code == 200
