"""A real Envoy and clients who know HTTP: what they may take for granted."""

from __future__ import annotations

import asyncio
import gzip
import re
from collections.abc import AsyncIterator
from typing import Any

import grpc
import httpx
import pytest
import pytest_asyncio

from dlm.xds import keyless
from dlm.xds.routes import KEYLESS
from mesh.access import KEY_HEADER, MINDS_HEADER, ROLE_HEADER
from mesh.errors import received
from myriad.gatekeeper.v1.key_service_pb2 import CreateKeyResponse
from myriad.orchestrator.v1 import orchestrator_service_pb2 as orchestrator
from myriad.orchestrator.v1.answer_pb2 import Answer
from tests.edge.harness import MAX_BODY_BYTES, World, problem, world
from tests.unit.dlm_xds.contracts import rest_routes

pytestmark = pytest.mark.asyncio(loop_scope="module")
OPEN = [to.path for to in KEYLESS]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def running(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    async with world(tmp_path_factory.mktemp("edge"), rate=5_000, origins=[HERE, THERE]) as one:
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


HERE, THERE = "https://app.example.org", "http://localhost:3000"
QUERY = "/myriad.orchestrator.v1.OrchestratorService/Query"
STREAM_QUERY = "/myriad.orchestrator.v1.OrchestratorService/StreamQuery"
JSON = {"content-type": "application/json"}
KEY_ID = re.compile("/keys/[0-9a-f]{16}")
INFLATED_MIB = 64
"""What becomes of 64 KiB, which is taken in before a key is checked, if they are as dense as gzip can be."""
ASKED = b'{"question": "?"}'


def cors(response: httpx.Response) -> set[str]:
    return {name for name in response.headers if name.startswith("access-control-")}


def preflight(origin: str) -> dict[str, str]:
    asked = {"access-control-request-method": "POST", "access-control-request-headers": "authorization"}
    return {"origin": origin, **asked}


EVERYWHERE = ["/v1/query", "/v1/chat/completions", "/v1/minds/m", "/healthz", "/v1/nowhere"]


@pytest.mark.parametrize("path", EVERYWHERE)
async def test_a_preflight_of_a_page_of_ours_needs_no_key(edge: World, anybody: httpx.AsyncClient, path: str) -> None:
    for origin in (HERE, THERE):
        response = await anybody.options(path, headers=preflight(origin))
        assert (response.status_code, response.content) == (200, b"")
        assert response.headers["access-control-allow-origin"] == origin
        assert "PATCH" in response.headers["access-control-allow-methods"]
        assert {"authorization", "*"} <= set(response.headers["access-control-allow-headers"].split(", "))
        assert "access-control-allow-credentials" not in response.headers
        assert "origin" in response.headers["vary"]
    assert edge.calls == []
    assert edge.gatekeeper.checks == []


@pytest.mark.parametrize("path", EVERYWHERE)
@pytest.mark.parametrize("origin", ["https://other.example", "null", f"{HERE}.evil.example", HERE.upper(), f"{HERE}:1"])
async def test_another_origin_gets_nothing(edge: World, anybody: httpx.AsyncClient, path: str, origin: str) -> None:
    assert not cors(await anybody.options(path, headers=preflight(origin)))
    assert not cors(await edge.http.get(path, headers={"origin": origin}))


async def test_options_that_is_no_preflight_is_a_method_like_others(edge: World, anybody: httpx.AsyncClient) -> None:
    for headers in ({}, {"origin": HERE}):
        assert problem(await anybody.options("/v1/query", headers=headers))[0] == 401
        response = await edge.http.options("/v1/query", headers=headers)
        assert (response.status_code, response.headers["allow"]) == (405, "POST")


async def test_a_page_of_ours_reads_answers_and_refusals(edge: World, anybody: httpx.AsyncClient) -> None:
    ours = {"origin": HERE}
    answers = [
        await edge.http.get("/v1/minds", headers=ours),
        await edge.http.get("/v1/models", headers=ours),
        await edge.http.put("/v1/minds", headers=ours),
        await edge.http.get("/v1/nowhere", headers=ours),
        await anybody.get("/v1/minds", headers=ours),
    ]
    assert [one.status_code for one in answers] == [200, 200, 405, 404, 401]
    for one in answers:
        assert one.headers["access-control-allow-origin"] == HERE
        exposed = one.headers["access-control-expose-headers"].split(", ")
        assert {"x-request-id", "x-ratelimit-limit", "x-ratelimit-remaining-requests", "retry-after"} <= set(exposed)
    assert not cors(await edge.http.get("/v1/minds"))


@pytest.mark.parametrize("path", sorted({KEY_ID.sub("/keys/k", path) for _, path, _ in rest_routes()}))
async def test_a_wrong_method_is_refused_with_those_that_are_right(edge: World, path: str) -> None:
    right = {verb.upper() for verb, one, _ in rest_routes() if KEY_ID.sub("/keys/k", one) == path}
    right |= {"HEAD"} if "GET" in right else set()
    for method in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"):
        response = await edge.http.request(method, path, json={} if method in ("POST", "PATCH") else None)
        if method in right:
            assert response.status_code == 200, method
        else:
            assert response.headers["allow"] == ", ".join(sorted(right)), method
            assert response.status_code == 405
            assert method == "HEAD" or problem(response) == (405, 5, "METHOD_NOT_ALLOWED")


@pytest.mark.parametrize("id", ["a:b", "a:ask:b", "a%3Aask", "a.b", "a+b", "(a)", "a|b", "%C3%A4", "a*", "^", "$"])
async def test_ids_with_odd_signs_have_the_methods_of_their_kind(edge: World, id: str) -> None:
    response = await edge.http.put(f"/v1/minds/m/documents/{id}")
    assert (response.status_code, response.headers.get("allow")) == (405, "DELETE, GET, HEAD")
    response = await edge.http.get(f"/v1/minds/m/agents/{id}:ask")
    assert (response.status_code, response.headers.get("allow")) == (405, "POST")


async def test_a_wrong_method_without_a_key_tells_nothing_of_paths(anybody: httpx.AsyncClient) -> None:
    for path in ("/v1/query", "/v1/nowhere"):
        response = await anybody.put(path)
        assert problem(response) == (401, 16, "KEY_MISSING")
        assert "allow" not in response.headers


@pytest.mark.parametrize("path", ["/v1/minds", "/v1/minds/m", "/v1/models", "/healthz", "/v1/usage:export"])
@pytest.mark.parametrize("http2", [False, True])
async def test_head_is_get_without_its_body(edge: World, path: str, http2: bool) -> None:
    async with httpx.AsyncClient(
        base_url=edge.url, headers={"x-api-key": "key1"}, http1=not http2, http2=http2
    ) as http:
        for _ in range(2):  # over one connection, on which no body may be left
            get, head = await http.get(path), await http.head(path)
            assert (head.status_code, head.content) == (200, b"")
            assert head.headers["content-type"] == get.headers["content-type"]
            assert head.headers["content-length"] == get.headers["content-length"]
    assert len(edge.calls) == 4


async def test_head_of_what_only_takes_post_asks_nobody(edge: World) -> None:
    for path in ("/v1/query", "/v1/query:stream", "/v1/keys/k:rotate"):
        response = await edge.http.head(path)
        assert (response.status_code, response.content, response.headers["allow"]) == (405, b"", "POST")
    assert (await edge.http.head("/v1/nowhere")).status_code == 404
    assert edge.calls == []


@pytest.mark.parametrize("encoding", ["gzip", "GZIP"])
async def test_a_body_in_gzip_is_inflated(edge: World, encoding: str) -> None:
    headers = {**JSON, "content-encoding": encoding}
    response = await edge.http.post("/v1/query", content=gzip.compress(ASKED), headers=headers)
    assert response.status_code == 200
    assert orchestrator.QueryRequest.FromString(edge.calls[0].body).question == "?"
    await edge.http.post("/v1/chat/completions", content=gzip.compress(ASKED), headers=headers)
    assert edge.calls[1].body == ASKED
    assert "content-encoding" not in edge.calls[1].headers


@pytest.mark.parametrize("path", ["/v1/query", "/v1/chat/completions"])
@pytest.mark.parametrize(
    "encoding", ["br", "zstd", "deflate", "gzip, gzip", "br, gzip", "gzip,", "identity", "", "x-gzip", "nonsense"]
)
async def test_any_other_encoding_is_refused(edge: World, path: str, encoding: str) -> None:
    headers = {**JSON, "content-encoding": encoding}
    response = await edge.http.post(path, content=gzip.compress(ASKED), headers=headers)
    if path == "/v1/query":
        assert problem(response) == (415, 3, "ENCODING_NOT_SPOKEN")
    else:
        assert (response.status_code, response.json()["error"]["code"]) == (415, "encoding_not_spoken")
    assert edge.calls == []


async def test_an_encoding_that_is_said_twice_is_refused(edge: World) -> None:
    headers = [("content-encoding", "gzip"), ("content-encoding", "gzip"), *JSON.items()]
    response = await edge.http.post("/v1/query", content=gzip.compress(gzip.compress(ASKED)), headers=headers)
    assert problem(response) == (415, 3, "ENCODING_NOT_SPOKEN")


PACKED = gzip.compress(ASKED)


@pytest.mark.parametrize(
    "body", [b"no gzip", PACKED[:20], PACKED[:-12], gzip.compress(PACKED), gzip.compress(b"{bad"), gzip.compress(b"")]
)
async def test_what_is_no_json_in_gzip_is_refused_at_once(edge: World, body: bytes) -> None:
    headers = {**JSON, "content-encoding": "gzip"}
    response = await edge.http.post("/v1/query", content=body, headers=headers, timeout=5)
    assert problem(response) == (400, 3, "REQUEST_UNREADABLE")
    assert edge.calls == []


@pytest.mark.parametrize("path", ["/v1/query", "/v1/chat/completions", "/v1/nowhere", "/healthz"])
async def test_a_bomb_is_refused_in_bounded_memory(edge: World, path: str) -> None:
    bomb = gzip.compress(b'{"question": "' + b"a" * (200 * 1024 * 1024) + b'"}', 9)
    before = edge.resident_mib
    for _ in range(3):
        response = await edge.http.post(path, content=bomb, headers={**JSON, "content-encoding": "gzip"})
        assert response.status_code == 413
    assert edge.resident_mib - before < 4 * INFLATED_MIB
    assert edge.calls == []


async def test_a_body_in_gzip_may_be_as_long_as_any_other(edge: World) -> None:
    question = "x" * (MAX_BODY_BYTES - 1000)
    packed = gzip.compress(b'{"question": "%b"}' % question.encode())
    response = await edge.http.post("/v1/query", content=packed, headers={**JSON, "content-encoding": "gzip"})
    assert response.status_code == 200
    assert orchestrator.QueryRequest.FromString(edge.calls[0].body).question == question


async def long_answer(_body: bytes, _context: Any) -> bytes:
    return orchestrator.QueryResponse(answer=Answer(text="so it was, " * 500)).SerializeToString()


@pytest.mark.parametrize(
    ("accepted", "chosen"),
    [
        *(("gzip", "gzip"), ("br", "br"), ("zstd", "zstd"), ("gzip, deflate, br, zstd", "zstd")),
        *(("gzip;q=1, zstd;q=0.5", "gzip"), ("identity", None), ("deflate", None), ("gzip;q=0", None)),
    ],
)
async def test_answers_are_compressed_as_the_client_takes_them(edge: World, accepted: str, chosen: str | None) -> None:
    edge.upstreams["orchestrator"].answers[QUERY] = long_answer
    headers = {**JSON, "accept-encoding": accepted}
    async with edge.http.stream("POST", "/v1/query", content=ASKED, headers=headers) as response:
        sent = b"".join([part async for part in response.aiter_raw()])
    assert response.headers.get("content-encoding") == chosen
    assert (len(sent) < 1_000) == bool(chosen)
    assert "accept-encoding" in response.headers["vary"].lower()


@pytest.mark.parametrize("path", ["/v1/keys", "/v1/keys/k:rotate"])
async def test_an_answer_with_a_secret_is_as_long_as_it_is(edge: World, path: str) -> None:
    async def secret(_body: bytes, _context: Any) -> bytes:
        return CreateKeyResponse(secret="s" * 5_000).SerializeToString()

    for method in ("CreateKey", "RotateKey"):
        edge.upstreams["gatekeeper"].answers[f"/myriad.gatekeeper.v1.KeyService/{method}"] = secret
    response = await edge.http.post(path, json={}, headers={"accept-encoding": "gzip, br, zstd"})
    assert response.status_code == 200
    assert len(response.content) > 5_000
    assert "content-encoding" not in response.headers


async def test_a_stream_is_not_compressed(edge: World) -> None:
    async def steps(_body: bytes, _context: Any) -> AsyncIterator[bytes]:
        for _ in range(3):
            answer = Answer(text="so it was, " * 500)
            yield orchestrator.StreamQueryResponse(answer=answer).SerializeToString()

    edge.upstreams["orchestrator"].answers[STREAM_QUERY] = steps
    response = await edge.http.post("/v1/query:stream", json={}, headers={"accept-encoding": "gzip, br, zstd"})
    assert response.headers["content-type"] == "text/event-stream"
    assert "content-encoding" not in response.headers


async def test_what_is_of_grpc_is_not_in_answers_over_rest(edge: World) -> None:
    async def refuse(_body: bytes, context: Any) -> bytes:
        return bytes(await context.abort(grpc.StatusCode.NOT_FOUND, "no"))

    answers = [await edge.http.get("/v1/minds"), await edge.http.post("/v1/query", json={})]
    edge.upstreams["orchestrator"].answers[QUERY] = refuse
    answers += [await edge.http.post("/v1/query", json={}), await edge.http.put("/v1/query")]
    for one in answers:
        assert not [name for name in one.headers if name.startswith("grpc")]


@pytest.mark.parametrize("compression", [grpc.Compression.NoCompression, grpc.Compression.Gzip])
async def test_a_client_of_grpc_compresses_as_ever(edge: World, compression: grpc.Compression) -> None:
    edge.upstreams["orchestrator"].answers[QUERY] = long_answer
    message = orchestrator.QueryRequest(question="?" * 5_000).SerializeToString()
    async with grpc.aio.insecure_channel(edge.target, compression=compression) as channel:
        ask: Any = channel.unary_unary(QUERY)
        call = ask(message, metadata=(("x-api-key", "key1"), ("accept-encoding", "gzip")))
        assert orchestrator.QueryResponse.FromString(await call).answer.text.startswith("so it was")
        assert "content-encoding" not in dict(await call.initial_metadata() or ())
    assert edge.calls[0].body == message


async def test_a_client_of_grpc_has_its_headers_and_no_other_encoding(edge: World) -> None:
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await edge.call(QUERY, headers={"content-encoding": "gzip"})
    assert received(caught.value)[:2] == (grpc.StatusCode.INVALID_ARGUMENT, "ENCODING_NOT_SPOKEN")
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await edge.call("/v1/query")
    assert received(caught.value)[:2] == (grpc.StatusCode.NOT_FOUND, "ROUTE_NOT_FOUND")
