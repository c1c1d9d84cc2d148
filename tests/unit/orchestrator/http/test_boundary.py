"""What a client is told when its key is revoked while an answer streams."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest
from starlette.types import Receive, Scope, Send

from mesh.access import KEY_HEADER, ROLE_HEADER
from mesh.revocation import KeyRevoked
from orchestrator.http.boundary import Boundary


async def cut(scope: Scope, receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/event-stream")]})
    await send({"type": "http.response.body", "body": b": begun\n\n", "more_body": True})
    raise KeyRevoked


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/v1/chat/completions", lambda error: error["code"] == "invalid_api_key"),
        ("/mcp", lambda error: "KEY_INVALID" in error["message"]),
    ],
)
async def test_a_stream_that_is_cut_ends_with_why_in_the_form_of_its_path(path: str, said: Any) -> None:
    transport = httpx.ASGITransport(app=Boundary(cut))
    async with httpx.AsyncClient(transport=transport, base_url="http://orchestrator") as http:
        told = (await http.post(path, headers={KEY_HEADER: "keys/a", ROLE_HEADER: "ROLE_READER"})).text
    begun, event, rest = told.split("\n\n")
    assert (begun, rest) == (": begun", "")
    assert said(json.loads(event.removeprefix("data: "))["error"])
