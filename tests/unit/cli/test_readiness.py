"""A Myriad is ready when every component reaches those that it calls."""

from __future__ import annotations

import asyncio
import json

import httpx
import pytest

from cli import connection
from cli.state import Endpoint
from cli.supervisor import readiness


@pytest.mark.parametrize("path", readiness.PASSES_ON)
async def test_it_is_not_ready_while_a_component_does_not_reach_the_next_one(
    path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.path)
        if request.url.path == "/v1/fleet":
            return httpx.Response(200, text=json.dumps({"hosts": [{}]}))
        if request.url.path == "/v1/models":
            return httpx.Response(200)
        silent = request.url.path == path and asked.count(path) < 3
        return httpx.Response(503 if silent else 404)

    through = {"base_url": "http://myriad", "transport": httpx.MockTransport(answer)}
    monkeypatch.setattr(connection, "settings", lambda _: through)
    async with asyncio.timeout(5):
        await readiness.requests_pass(Endpoint("http://myriad", "key"), 1)
    assert asked.count(path) == 3
