"""MCP from outside: the SDK's own client over HTTP and over standard input and output, through Envoy."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx2
import pytest
from mcp import Client, MCPError, StdioServerParameters
from mcp.client.streamable_http import streamable_http_client

from tests.system.harness import Up, environment, free_port, myriad, needs_all

pytestmark = needs_all

WAYS = ("http", "stdio")
ERAS = ("legacy", "auto")
LENA = "The Lena is a river in Siberia. It flows into the Laptev Sea."
DOCUMENTS = {"documents": [{"id": "lena", "text": LENA}]}
QUESTION = "Into which sea does the Lena flow?"


@asynccontextmanager
async def connected(running: Up, way: str, key: str, era: str = "auto") -> AsyncIterator[Client]:
    if way == "stdio":
        told = environment(MYRIAD_URL=running.url, MYRIAD_API_KEY=key)
        started = StdioServerParameters(command=sys.executable, args=["-m", "cli", "mcp"], env=told)
        async with Client(started, mode=era) as client:
            yield client
        return
    headers = {"authorization": f"Bearer {key}"}
    async with httpx2.AsyncClient(headers=headers, trust_env=False, timeout=30) as http:
        async with Client(streamable_http_client(f"{running.url}/mcp", http_client=http), mode=era) as client:
            yield client


def key(running: Up, role: str, mind: str) -> str:
    with running.http() as http:
        made = http.post("/v1/keys", json={"role": f"ROLE_{role.upper()}", "minds": [f"minds/{mind}"]})
        secret: str = made.raise_for_status().json()["secret"]
    return secret


def said(result: Any) -> str:
    return "".join(part.text for part in result.content)


@pytest.mark.parametrize("era", ERAS)
@pytest.mark.parametrize("way", WAYS)
async def test_a_document_is_learned_asked_listed_explained_and_forgotten(running: Up, way: str, era: str) -> None:
    mind, steps = f"mcp-{way}-{era}", list[str | None]()

    async def tell(progress: float, total: float | None, message: str | None) -> None:
        steps.append(message)

    async with connected(running, way, key(running, "teacher", mind), era) as assistant:
        assert "ask" in {tool.name for tool in (await assistant.list_tools()).tools}
        learned = await assistant.call_tool("learn", {"text": LENA, "title": "Lena", "id": "lena"})
        assert said(learned).startswith(f"learned minds/{mind}/documents/lena")
        answer = await assistant.call_tool("ask", {"question": QUESTION}, progress_callback=tell)
        assert "Laptev Sea. [1]" in said(answer)
        assert any(step and "woken" in step for step in steps)
        assert LENA in said(await assistant.call_tool("recall", {"question": QUESTION}))
        name = answer.structured_content["name"]
        assert QUESTION in said(await assistant.call_tool("trace", {"answer": name}))
        [resource] = (await assistant.list_resources()).resources
        assert resource.uri == f"myriad://minds/{mind}/documents/lena"
        for uri in (resource.uri, f"myriad://{name}"):
            assert "Lena" in getattr((await assistant.read_resource(uri)).contents[0], "text")  # noqa: B009
        assert "Lena" in said(await assistant.call_tool("list_documents", {}))
        for title in ("River", "The River Lena"):
            assert "list_documents gives ids" in said(await assistant.call_tool("forget", {"document": title}))
        assert said(await assistant.call_tool("forget", {"document": "lena"})).startswith("forgot")
        assert "no documents" in said(await assistant.call_tool("list_documents", {}))


@pytest.mark.parametrize("way", WAYS)
async def test_a_readers_key_learns_and_forgets_nothing(running: Up, way: str) -> None:
    with running.http() as http:
        http.post("/v1/minds/mcp-read/documents:learn", json=DOCUMENTS)
    async with connected(running, way, key(running, "reader", "mcp-read")) as assistant:
        for tool, given in (("learn", {"text": "No."}), ("forget", {"document": "lena"})):
            refused = await assistant.call_tool(tool, given)
            assert refused.is_error
            assert said(refused).endswith("(ROLE_TOO_LOW)")
        assert "lena" in said(await assistant.call_tool("list_documents", {}))


@pytest.mark.parametrize("way", WAYS)
async def test_the_mind_of_another_key_is_not_there(running: Up, way: str) -> None:
    with running.http() as http:
        http.post("/v1/minds/mcp-theirs/documents:learn", json=DOCUMENTS)
    async with connected(running, way, key(running, "teacher", "mcp-mine")) as assistant:
        for tool, given in (
            ("ask", {"question": QUESTION}),
            ("recall", {"question": QUESTION}),
            ("learn", {"text": "No."}),
            ("list_documents", {}),
            ("forget", {"document": "lena"}),
        ):
            refused = await assistant.call_tool(tool, {**given, "mind": "mcp-theirs"})
            assert refused.is_error
            assert said(refused).endswith("(MIND_NOT_FOUND)")
        with pytest.raises(MCPError, match="MIND_NOT_FOUND"):
            await assistant.read_resource("myriad://minds/mcp-theirs/documents/lena")
        assert "theirs" not in said(await assistant.call_tool("list_minds", {}))


def test_without_a_key_nothing_is_answered(running: Up) -> None:
    asked = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
    with running.http(key="") as http:
        assert http.post("/mcp", json=asked).status_code == 401


@pytest.mark.parametrize("era", ERAS)
async def test_the_sdk_s_client_shows_why_a_key_is_refused(running: Up, era: str) -> None:
    with pytest.raises(ExceptionGroup) as caught:
        async with connected(running, "http", "myr_wrong", era):
            pass
    assert caught.group_contains(MCPError, match="KEY_INVALID")


def test_no_stream_is_opened_that_would_say_nothing(running: Up) -> None:
    with running.http() as http:
        refused = http.get("/mcp", headers={"accept": "text/event-stream"})
    assert (refused.status_code, refused.headers["allow"]) == (405, "POST")


def test_without_a_myriad_the_command_says_so_in_a_line() -> None:
    failed = myriad("mcp", text="", MYRIAD_URL=f"http://127.0.0.1:{free_port()}", MYRIAD_API_KEY="k")
    assert failed.returncode == 1
    assert failed.stderr.startswith("myriad: no running Myriad answers at")


def test_a_wrong_key_is_said_in_a_line(running: Up) -> None:
    failed = myriad("mcp", text="", MYRIAD_URL=running.url, MYRIAD_API_KEY="myr_wrong")
    assert failed.returncode == 1
    assert "set MYRIAD_API_KEY" in failed.stderr
