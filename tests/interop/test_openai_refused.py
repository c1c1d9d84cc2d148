"""What OpenAI's client makes of a real Envoy that refuses, and of what comes again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
import pytest_asyncio

openai = pytest.importorskip("openai", reason="needs the group `interop`: make test installs it")

from tests.edge.harness import World, world  # noqa: E402

pytestmark = pytest.mark.asyncio(loop_scope="module")
PARTS = ["code", "message", "param", "type"]
BURST = 2


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def edge(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    async with world(tmp_path_factory.mktemp("edge"), rate=0.5, max_body_bytes=100_000) as one:
        yield one


@asynccontextmanager
async def client(edge: World, key: str, retries: int = 0) -> AsyncIterator[Any]:
    headers = {"x-api-key": key}
    async with openai.AsyncOpenAI(
        base_url=f"{edge.url}/v1", api_key="none", max_retries=retries, default_headers=headers
    ) as one:
        yield one


async def spend(edge: World, key: str) -> httpx.Response:
    """Make all calls that the rate of a key allows, at once: one after the other they may give time for more."""
    calls = (edge.http.get("/v1/models", headers={"x-api-key": key}) for _ in range(BURST))
    return min(await asyncio.gather(*calls), key=lambda one: int(one.headers["x-ratelimit-remaining-requests"]))


async def test_who_comes_too_often_is_told_so_and_when_to_come_again(edge: World) -> None:
    async with client(edge, "often") as hasty:
        calls = (hasty.models.list() for _ in range(2 * BURST))
        said = await asyncio.gather(*calls, return_exceptions=True)
    refused = next(one for one in said if isinstance(one, openai.RateLimitError))
    assert (refused.code, refused.type, sorted(refused.body)) == (
        "rate_limit_exceeded",
        "requests",
        PARTS,
    )
    headers = refused.response.headers
    assert int(headers["retry-after"]) <= 2
    assert (headers["x-ratelimit-limit-requests"], headers["x-ratelimit-remaining-requests"]) == (str(BURST), "0")


async def test_the_client_comes_again_by_itself_and_gets_its_answer(edge: World) -> None:
    await spend(edge, "again")
    async with client(edge, "again", retries=3) as patient:
        assert await patient.get("/models/base", cast_to=object)


async def test_every_answer_says_what_is_left_of_the_rate(edge: World) -> None:
    last = await spend(edge, "left")
    said = {name: last.headers[f"x-ratelimit-{name}-requests"] for name in ("limit", "remaining", "reset")}
    assert (said["limit"], said["remaining"]) == (str(BURST), "0")
    assert said["reset"].removesuffix("s").isdecimal()


@pytest.mark.parametrize(
    ("path", "body", "error", "code"),
    [
        ("/chat/completions", {"x": "x" * 200_000}, "APIStatusError", "request_too_large"),
        ("/responses?a=b", {"x": "x" * 200_000}, "APIStatusError", "request_too_large"),
    ],
)
async def test_what_envoy_refuses_is_an_error_in_openai_s_form(
    edge: World, path: str, body: dict[str, str], error: str, code: str
) -> None:
    async with client(edge, f"large{path[1]}") as greedy:
        with pytest.raises(openai.APIStatusError) as caught:
            await greedy.post(path, body=body, cast_to=object)
    assert (type(caught.value).__name__, caught.value.code, sorted(caught.value.body)) == (error, code, PARTS)


async def test_without_a_key_there_is_openai_s_word_for_it(edge: World) -> None:
    async with httpx.AsyncClient(base_url=edge.url) as nobody:
        answer = await nobody.post("/v1/chat/completions", json={})
    assert answer.status_code == 401
    assert not [name for name in answer.headers if name.startswith("x-ratelimit")]
    assert answer.json()["error"]["code"] == "invalid_api_key"
