"""Answers in OpenAI's forms: what of a body is read, what breaks in the middle, who goes away."""

from __future__ import annotations

import asyncio
import json
from collections.abc import MutableMapping
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.unit.orchestrator.http.asking import READER, TEXT, Answering, app, client
from tests.unit.patterns.growth import grows

CHAT, RESPONSES = "/v1/chat/completions", "/v1/responses"
ASKED: dict[str, Any] = {"messages": [{"role": "user", "content": "Was it so?"}], "input": "Was it so?"}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)
FIELDS = (
    *("messages", "input", "model", "stream", "metadata", "n", "max_tokens", "max_output_tokens", "text"),
    *("response_format", "stream_options", "previous_response_id"),
)


async def test_an_annotation_has_the_address_or_else_the_name_of_its_document() -> None:
    async with client(Answering()) as http:
        message = (await http.post(CHAT, json=ASKED)).json()["choices"][0]["message"]
    cited = [one["url_citation"] for one in message["annotations"]]
    assert [one["url"] for one in cited] == ["https://example.org/1", "minds/m/documents/two"]
    assert [TEXT[one["start_index"] : one["end_index"]] for one in cited] == ["It was so.", "Or so it is said."]


async def test_what_fails_in_the_middle_of_a_stream_is_its_last_event() -> None:
    answering = Answering()
    answering.breaks = True
    async with client(answering) as http:
        response = await http.post(CHAT, json={**ASKED, "stream": True})
    events = [json.loads(line.removeprefix("data: ")) for line in response.text.split("\n\n") if line]
    assert response.status_code == 200
    assert events[-1]["error"]["code"] == "component_unavailable"
    assert sorted(events[-1]["error"]) == ["code", "message", "param", "type"]


async def test_what_fails_before_a_response_streams_has_a_status() -> None:
    answering = Answering()
    answering.breaks = True
    async with client(answering) as http:
        response = await http.post(RESPONSES, json={**ASKED, "stream": True})
    assert (response.status_code, response.headers["retry-after"]) == (503, "1")


@pytest.mark.parametrize("path", [CHAT, RESPONSES])
@pytest.mark.parametrize("stream", [False, True])
async def test_the_work_ends_when_the_client_goes_away(path: str, stream: bool) -> None:
    answering = Answering()
    answering.hangs = True
    body = json.dumps({**ASKED, "stream": stream}).encode()
    told = asyncio.Queue[MutableMapping[str, Any]]()
    told.put_nowait({"type": "http.request", "body": body, "more_body": False})

    async def send(message: MutableMapping[str, Any]) -> None:
        pass

    headers = [(name.encode(), value.encode()) for name, value in READER.items()]
    scope = {
        "type": "http", "method": "POST", "path": path, "query_string": b"", "headers": headers, "server": ("x", 80)
    }  # fmt: skip
    serving = asyncio.ensure_future(app(answering)(scope, told.get, send))
    await asyncio.wait_for(answering.begun.wait(), 5)
    told.put_nowait({"type": "http.disconnect"})
    await asyncio.wait_for(answering.cancelled.wait(), 5)
    await asyncio.wait([serving], timeout=5)
    assert serving.done()


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"7", b"\xff", b"[" * 100_000, b'{"a":' * 100_000, b"1" * 5000])
async def test_a_body_that_is_no_object_is_the_clients_fault(body: bytes) -> None:
    async with client(Answering()) as http:
        response = await http.post(CHAT, content=body)
    assert (response.status_code, response.json()["error"]["code"]) == (400, "request_unreadable")


@pytest.mark.parametrize("half", ["\ud800", "x\udfff"])
@pytest.mark.parametrize("field", ["model", "content", "mind"])
async def test_half_a_character_is_the_clients_fault(half: str, field: str) -> None:
    said = {"role": "user", "content": half if field == "content" else "Was it so?"}
    body: dict[str, Any] = {"messages": [said], "model": half if field == "model" else "base"}
    body |= {"metadata": {"mind": half}} if field == "mind" else {}
    async with client(Answering()) as http:
        response = await http.post(CHAT, content=json.dumps(body))
    assert response.status_code == 400


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150, deadline=None)
@given(changed=st.dictionaries(st.sampled_from(FIELDS), JSON, min_size=1, max_size=3))
@pytest.mark.parametrize("path", [CHAT, RESPONSES])
def test_any_fields_get_an_answer_or_an_error_that_says_what_is_wrong(path: str, changed: dict[str, Any]) -> None:
    async def ask() -> None:
        async with client(Answering()) as http:
            response = await http.post(path, content=json.dumps({**ASKED, **changed}))
        assert response.status_code in (200, 400, 404), response.text
        if response.status_code != 200:
            assert sorted(response.json()["error"]) == ["code", "message", "param", "type"]

    asyncio.run(ask())


async def test_a_long_conversation_is_read_in_linear_time() -> None:
    from orchestrator.http.messages import Message, question

    def read(text: str) -> str:
        said = [Message("user" if number % 2 == 0 else "assistant", text[:40]) for number in range(len(text) // 20)]
        return question([*said, Message("user", "Was it so?")], "messages")

    assert not grows(read, lambda size: "Who said it? " * (size // 12))
