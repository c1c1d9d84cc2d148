"""A real Envoy, programmed by our ADS server: what happens to requests."""

from __future__ import annotations

import asyncio
import base64
import json
import re
import time
from collections.abc import AsyncIterator
from typing import Any

import grpc
import httpx
import pytest
import pytest_asyncio
from google.rpc.error_details_pb2 import ErrorInfo
from google.rpc.status_pb2 import Status
from grpc_status import rpc_status

from mesh.access import AGENT_HEADER, KEY_HEADER, MINDS_HEADER, ROLE_HEADER
from mesh.admission import TooMany
from mesh.errors import InvalidField, received
from myriad.agent.v1.agent_ask_service_pb2 import AskAgentRequest, AskAgentResponse
from myriad.orchestrator.v1 import orchestrator_service_pb2 as orchestrator
from myriad.orchestrator.v1.trace_pb2 import Step
from tests.edge.harness import MAX_BODY_BYTES, STREAM_LEARN, World, problem, retry_seconds, world
from tests.unit.dlm_xds.contracts import goes_to, methods, rest_routes

pytestmark = pytest.mark.asyncio(loop_scope="module")
QUERY = "/myriad.orchestrator.v1.OrchestratorService/Query"
STREAM_QUERY = "/myriad.orchestrator.v1.OrchestratorService/StreamQuery"
ASK = "/myriad.agent.v1.AgentAskService/AskAgent"
AGENT = "minds/m/agents/a1"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def running(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    async with world(tmp_path_factory.mktemp("edge"), rate=5_000) as one:
        yield one


@pytest.fixture
def edge(running: World) -> World:
    running.forget()
    return running


@pytest.mark.parametrize(("verb", "path", "method"), list(rest_routes()))
async def test_every_rest_route_asks_the_gatekeeper_and_reaches_its_component(
    edge: World, verb: str, path: str, method: str
) -> None:
    response = await edge.http.request(verb, path, json={} if verb in ("post", "patch") else None)
    assert response.status_code == 200, response.text
    assert [check.path for check in edge.gatekeeper.checks] == [path]
    (arrived,) = edge.calls
    assert arrived.method == method
    assert arrived.server.startswith("host") if method == ASK else arrived.server == goes_to(method)


@pytest.mark.parametrize(
    ("verb", "path"),
    [
        ("get", "/v1/models"),
        ("get", "/v1/models/base"),
        ("post", "/v1/chat/completions"),
        ("post", "/v1/responses"),
        ("get", "/v1/responses/resp_a"),
        ("post", "/mcp"),
    ],
)
async def test_what_is_not_transcoded_arrives_as_it_is_after_the_same_check(edge: World, verb: str, path: str) -> None:
    sent = b'{"model": "myriad-base", "of": "another form"}' if verb == "post" else b""
    response = await edge.http.request(verb, path, content=sent, headers={KEY_HEADER: "root", "x-api-key": "key2"})
    assert (response.status_code, response.json()) == (200, {"path": path})
    assert [check.path for check in edge.gatekeeper.checks] == [path]
    (arrived,) = edge.calls
    assert (arrived.server, arrived.method, arrived.body) == ("http", path, sent)
    assert (arrived.headers[KEY_HEADER], arrived.headers[ROLE_HEADER]) == ("key2", "ROLE_READER")
    assert "x-api-key" not in arrived.headers
    async with httpx.AsyncClient() as anybody:
        assert (await anybody.request(verb, f"{edge.url}{path}", content=sent)).status_code == 401
    assert len(edge.calls) == 1


async def test_no_key_means_the_gatekeepers_own_answer(edge: World) -> None:
    async with httpx.AsyncClient() as anybody:
        response = await anybody.post(f"{edge.url}/v1/query", json={"question": "?"})
    assert problem(response) == (401, 16, "KEY_MISSING")
    assert response.headers["www-authenticate"] == "Bearer"
    assert edge.calls == []


async def test_no_key_over_grpc_is_a_status_with_details(edge: World) -> None:
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await edge.call(QUERY, key="")
    assert received(caught.value)[:2] == (grpc.StatusCode.UNAUTHENTICATED, "KEY_MISSING")


@pytest.mark.parametrize(
    "path", ["/healthz/x", "/v2/x", "/v1/query/more", "/v1/queries", "//etc/passwd", "/v1/minds/a/b/c/d"]
)
async def test_an_unknown_path_is_not_found_and_the_gatekeeper_was_asked(edge: World, path: str) -> None:
    assert problem(await edge.http.get(f"{edge.url}{path}")) == (404, 5, "ROUTE_NOT_FOUND")
    assert len(edge.gatekeeper.checks) == 1
    async with httpx.AsyncClient() as anybody:
        assert problem(await anybody.get(f"{edge.url}{path}"))[0] == 401


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/v1/embeddings", "no such path or method"),
        ("/v1/completions?x=1", "no such path or method"),
        ("/chat/completions", "end"),
        ("/models/myriad-base", "end"),
    ],
)
async def test_an_unknown_path_of_openai_s_is_not_found_in_its_form_and_says_if_the_version_is_missing(
    edge: World, path: str, said: str
) -> None:
    response = await edge.http.post(path, json={"model": "x"})
    error = response.json()["error"]
    assert (response.status_code, sorted(error)) == (404, ["code", "message", "param", "type"])
    assert error["code"] == "route_not_found"
    assert said in error["message"]
    assert ("begin with /v1" in error["message"]) is not path.startswith("/v1")


async def test_what_envoy_refuses_of_mcp_is_an_error_of_json_rpc(edge: World) -> None:
    response = await edge.http.post("/mcp", content=b"x", headers={"content-encoding": "br"})
    said = response.json()
    assert (response.status_code, said["jsonrpc"], said["id"], said["error"]["code"]) == (415, "2.0", None, -32600)
    assert said["error"]["message"].endswith("(ENCODING_NOT_SPOKEN)")


@pytest.mark.parametrize(
    "method",
    [
        *(path for path, public in methods().items() if not public),
        "/grpc.health.v1.Health/Check",
        "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo",
        "/envoy.service.auth.v3.Authorization/Check",
        "/envoy.service.discovery.v3.AggregatedDiscoveryService/DeltaAggregatedResources",
        "/myriad.orchestrator.v1.OrchestratorServiceX/Query",
    ],
)
async def test_what_is_internal_cannot_be_reached(edge: World, method: str) -> None:
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await edge.call(method)
    assert received(caught.value)[:2] == (grpc.StatusCode.NOT_FOUND, "ROUTE_NOT_FOUND")
    as_json = await edge.http.post(f"{edge.url}{method}", json={})
    assert problem(as_json) == (404, 5, "ROUTE_NOT_FOUND")
    assert edge.calls == []


async def test_trusted_headers_from_outside_never_arrive(edge: World) -> None:
    spoofed = {
        KEY_HEADER: "root",
        ROLE_HEADER: "ROLE_ADMIN",
        MINDS_HEADER: "minds/secret",
        "x-myriad-pod": "10.0.0.1:1",
        "x-envoy-original-path": "/v1/keys",
        "X_Myriad_Key": "root",
    }
    await edge.http.get("/v1/models", headers=spoofed)
    await edge.call(QUERY, headers={name.lower(): value for name, value in spoofed.items()})
    for check in edge.gatekeeper.checks:
        assert not {KEY_HEADER, ROLE_HEADER, MINDS_HEADER, "x-myriad-pod"} & set(check.headers)
    assert len(edge.calls) == 2
    for arrived in edge.calls:
        assert (arrived.headers[KEY_HEADER], arrived.headers[ROLE_HEADER]) == ("key1", "ROLE_READER")
        assert arrived.headers[MINDS_HEADER] == "*"
        assert "x-myriad-pod" not in arrived.headers
        assert "root" not in arrived.headers.values()


async def test_no_component_sees_the_secret_of_a_key(edge: World) -> None:
    await edge.http.get("/v1/models", headers={"authorization": "Bearer secret"})
    (arrived,) = edge.calls
    assert not {"authorization", "x-api-key"} & set(arrived.headers)


async def test_headers_that_steer_envoy_do_nothing(edge: World) -> None:
    async def slow(_body: bytes, _context: Any) -> bytes:
        await asyncio.sleep(0.1)
        return b""

    edge.upstreams["orchestrator"].answers[QUERY] = slow
    steering = {"x-envoy-upstream-rq-timeout-ms": "1", "x-envoy-internal": "true", "x-envoy-max-retries": "9"}
    response = await edge.http.post("/v1/query", json={"question": "?"}, headers=steering)
    assert response.status_code == 200
    assert not set(steering) & set(edge.calls[0].headers)


@pytest.mark.parametrize("given", ["abc", "a.b_c-1", "A" * 64])
async def test_a_sane_request_id_stays(edge: World, given: str) -> None:
    response = await edge.http.get("/v1/models", headers={"x-request-id": given})
    assert response.headers["x-request-id"] == edge.calls[0].headers["x-request-id"] == given


@pytest.mark.parametrize("given", ["", "a b", "A" * 65, "<script>", '"', "ä"])
async def test_any_other_request_id_is_replaced(edge: World, given: str) -> None:
    headers = [(b"x-request-id", given.encode())]
    response = await edge.http.get("/v1/models", headers=headers)
    new = response.headers["x-request-id"]
    assert new == edge.calls[0].headers["x-request-id"]
    assert len(new) == 36


@pytest.mark.parametrize("pod", ["host1", "host2"])
async def test_a_question_for_one_agent_lands_on_the_pod_that_the_gatekeeper_names(edge: World, pod: str) -> None:
    edge.gatekeeper.pods[AGENT] = edge.upstreams[pod].address
    for _ in range(3):
        await edge.http.post(f"/v1/{AGENT}:ask", json={"question": "?"})
        await edge.call(ASK, AskAgentRequest(name=AGENT).SerializeToString(), headers={AGENT_HEADER: AGENT})
    assert {arrived.server for arrived in edge.calls} == {pod}
    assert {arrived.headers[AGENT_HEADER] for arrived in edge.calls} == {AGENT}
    assert AskAgentRequest.FromString(edge.calls[0].body).name == AGENT


async def test_an_agent_that_nobody_located_lands_on_one_pod_always(edge: World) -> None:
    by_agent: dict[str, set[str]] = {}
    for number in range(40):
        agent = f"minds/m/agents/a{number % 20}"
        edge.calls.clear()
        await edge.http.post(f"/v1/{agent}:ask", json={"question": "?"})
        by_agent.setdefault(agent, set()).add(edge.calls[0].server)
    assert all(len(servers) == 1 for servers in by_agent.values())
    assert len(set.union(*by_agent.values())) == 2


async def test_an_address_that_is_no_agent_host_is_never_dialled(edge: World) -> None:
    edge.gatekeeper.pods[AGENT] = edge.upstreams["genesis"].address
    await edge.http.post(f"/v1/{AGENT}:ask", json={"question": "?"})
    assert edge.calls[0].server.startswith("host")


async def test_a_pod_that_does_not_hold_the_agent_costs_a_retry_on_the_next_one(edge: World) -> None:
    async def not_here(_body: bytes, context: Any) -> bytes:
        return bytes(await context.abort(grpc.StatusCode.UNAVAILABLE, "not here"))

    async def here(_body: bytes, _context: Any) -> bytes:
        return AskAgentResponse(host="host2").SerializeToString()

    first, second = edge.upstreams["host1"], edge.upstreams["host2"]
    first.answers[ASK], second.answers[ASK] = not_here, here
    edge.gatekeeper.pods[AGENT] = f"{first.address},{second.address}"
    response = await edge.http.post(f"/v1/{AGENT}:ask", json={"question": "?"})
    assert response.json()["host"] == "host2"
    assert [arrived.server for arrived in edge.calls] == ["host1", "host2"]


async def test_json_names_are_lower_camel_case_and_empty_fields_are_there(edge: World) -> None:
    async def answer(_body: bytes, _context: Any) -> bytes:
        response = orchestrator.QueryResponse()
        response.answer.answer_id, response.answer.short_answer = "a1", "42"
        return response.SerializeToString()

    edge.upstreams["orchestrator"].answers[QUERY] = answer
    response = await edge.http.post("/v1/query", json={"question": "?", "max_agents": 2, "includeTrace": True})
    assert response.json()["answer"]["answerId"] == "a1"
    assert response.json()["answer"]["shortAnswer"] == "42"
    assert response.json()["answer"]["citations"] == []
    asked = orchestrator.QueryRequest.FromString(edge.calls[0].body)
    assert (asked.max_agents, asked.include_trace) == (2, True)


async def test_fields_that_nobody_knows_and_nulls_are_passed_over(edge: World) -> None:
    response = await edge.http.post("/v1/query", json={"question": "?", "temperature": 0.2, "mind": None})
    assert response.status_code == 200
    assert orchestrator.QueryRequest.FromString(edge.calls[0].body) == orchestrator.QueryRequest(question="?")


@pytest.mark.parametrize(
    "body",
    [
        *(b"{bad", b"[]", b'{"question": {"a": 1}}', b'{"question": "?"', b"\x00\xff", b'{"question": "\xff"}'),
        *(b'{"question": hush-hush}', b'{"max_agents": "hush-hush"}', b"\x1f\x8b\x08\x00hush-hush", b'{"hush-hush'),
        *(b'{"format": "hush-hush"}', b'{"a":1}hush-hush'),
    ],
)
async def test_a_body_that_is_no_json_of_the_request_is_refused_and_not_repeated(edge: World, body: bytes) -> None:
    response = await edge.http.post("/v1/query", content=body, headers={"content-type": "application/json"})
    assert problem(response) == (400, 3, "REQUEST_UNREADABLE")
    assert not re.search(r"bad|hush|\\u00", response.text)
    assert edge.calls == []


async def test_a_query_parameter_that_nobody_knows_is_refused(edge: World) -> None:
    response = await edge.http.get("/v1/fleet?page_sise=3")
    assert problem(response) == (400, 3, "REQUEST_UNREADABLE")
    assert "page_sise" not in response.text


async def test_an_escaped_slash_in_a_path_is_refused(edge: World) -> None:
    assert problem(await edge.http.get(f"{edge.url}/v1/minds%2Fa")) == (400, 3, "REQUEST_UNREADABLE")


@pytest.mark.parametrize("times", [1, 3])
async def test_a_body_that_is_too_large_is_refused(edge: World, times: int) -> None:
    large = {"question": "x" * (times * MAX_BODY_BYTES + 1)}
    assert problem(await edge.http.post("/v1/query", json=large)) == (413, 3, "REQUEST_TOO_LARGE")
    assert edge.calls == []


async def test_a_body_that_is_as_large_as_it_may_be_arrives(edge: World) -> None:
    question = "x" * (MAX_BODY_BYTES - 1000)
    response = await edge.http.post("/v1/query", json={"question": question})
    assert response.status_code == 200
    assert len(edge.calls[0].body) > len(question)


async def test_an_answer_that_is_as_large_as_it_may_be_arrives(edge: World) -> None:
    async def answer(_body: bytes, _context: Any) -> bytes:
        response = orchestrator.QueryResponse()
        response.answer.text = "x" * (MAX_BODY_BYTES - 1000)
        return response.SerializeToString()

    edge.upstreams["orchestrator"].answers[QUERY] = answer
    response = await edge.http.post("/v1/query", json={"question": "?"})
    assert len(response.json()["answer"]["text"]) == MAX_BODY_BYTES - 1000


async def test_the_details_of_a_components_error_are_in_the_json(edge: World) -> None:
    async def refuse(_body: bytes, context: Any) -> bytes:
        return bytes(
            await context.abort_with_status(rpc_status.to_status(InvalidField("question", "too long").status()))
        )

    edge.upstreams["orchestrator"].answers[QUERY] = refuse
    response = await edge.http.post("/v1/query", json={"question": "?"})
    assert problem(response) == (400, 3, "INVALID_FIELD")
    (violation,) = response.json()["details"][1]["fieldViolations"]
    assert (violation["field"], violation["description"]) == ("question", "too long")


async def test_when_to_try_again_is_in_a_header_too(edge: World) -> None:
    """As a component says it; see `mesh.boundary`."""

    async def crowded(_body: bytes, context: Any) -> bytes:
        status: Any = rpc_status.to_status(TooMany("enough", retry_seconds=7).status())
        trailers = (*status.trailing_metadata, ("retry-after", "7"))
        return bytes(await context.abort_with_status(status._replace(trailing_metadata=trailers)))

    edge.upstreams["orchestrator"].answers[QUERY] = crowded
    response = await edge.http.post("/v1/query", json={"question": "?"})
    assert problem(response) == (429, 8, "RATE_LIMITED")
    assert (response.headers["retry-after"], retry_seconds(response)) == ("7", "7s")


async def test_server_sent_events_arrive_as_they_are_sent(edge: World) -> None:
    async def steps(_body: bytes, _context: Any) -> AsyncIterator[bytes]:
        for step in (Step.STEP_ACTIVATE, Step.STEP_ASK):
            yield orchestrator.StreamQueryResponse(step=orchestrator.StepFinished(step=step)).SerializeToString()
            await asyncio.sleep(0.2)

    edge.upstreams["orchestrator"].answers[STREAM_QUERY] = steps
    started = time.monotonic()
    async with edge.http.stream("POST", "/v1/query:stream", json={"question": "?"}) as response:
        assert response.headers["content-type"] == "text/event-stream"
        events = [
            (json.loads(line[5:])["step"]["step"], time.monotonic() - started)
            async for line in response.aiter_lines()
            if line.startswith("data:")
        ]
    assert [step for step, _ in events] == ["STEP_ACTIVATE", "STEP_ASK"]
    assert events[0][1] < 0.2 <= events[1][1]


@pytest.mark.parametrize("way", ["REST", "server-sent events", "gRPC", "a stream over gRPC"])
async def test_a_client_that_goes_away_ends_its_call_behind_the_edge(edge: World, way: str) -> None:
    ended = asyncio.Event()

    async def until_cancelled() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    async def hang(_body: bytes, _context: Any) -> bytes:
        await until_cancelled()
        return b""

    async def step_and_hang(_body: bytes, _context: Any) -> AsyncIterator[bytes]:
        yield orchestrator.StreamQueryResponse(step=orchestrator.StepFinished(step=Step.STEP_ASK)).SerializeToString()
        await until_cancelled()

    edge.upstreams["orchestrator"].answers |= {QUERY: hang, STREAM_QUERY: step_and_hang}
    request = orchestrator.QueryRequest(question="?").SerializeToString()
    async with grpc.aio.insecure_channel(edge.target) as channel:
        query: Any = channel.unary_unary(QUERY)
        stream: Any = channel.unary_stream(STREAM_QUERY)

        async def ask() -> None:
            match way:
                case "REST":
                    await edge.http.post("/v1/query", json={"question": "?"})
                case "server-sent events":
                    await edge.http.post("/v1/query:stream", json={"question": "?"})
                case "gRPC":
                    await query(request, metadata=(("x-api-key", "key1"),))
                case _:
                    async for _ in stream(request, metadata=(("x-api-key", "key1"),)):
                        pass

        asking = asyncio.create_task(ask())
        await edge.until(lambda: bool(edge.calls))
        await asyncio.sleep(0.05)
        assert not asking.done()
        assert not ended.is_set()
        asking.cancel()
        async with asyncio.timeout(5):
            await ended.wait()


async def test_a_stream_both_ways_passes_message_by_message(edge: World) -> None:
    async with grpc.aio.insecure_channel(edge.target) as channel:
        stream: Any = channel.stream_stream(STREAM_LEARN)(metadata=(("x-api-key", "key1"),), timeout=5)
        for message in (b"one", b"two"):
            await stream.write(message)
            assert await stream.read() == message
        await stream.done_writing()
        assert await stream.read() is grpc.aio.EOF
    assert edge.calls[0].server == "genesis"


async def test_a_stream_that_fails_before_it_says_anything_is_an_error_as_json(edge: World) -> None:
    async def refuse(_body: bytes, context: Any) -> AsyncIterator[bytes]:
        await context.abort_with_status(rpc_status.to_status(InvalidField("question", "too long").status()))
        yield b""

    edge.upstreams["orchestrator"].answers[STREAM_QUERY] = refuse
    assert problem(await edge.http.post("/v1/query:stream", json={"question": "?"})) == (400, 3, "INVALID_FIELD")


async def test_a_stream_that_fails_on_its_way_ends_without_its_answer(edge: World) -> None:
    """Envoy has no words for it in server-sent events: the missing last message is how a client knows."""

    async def refuse(_body: bytes, context: Any) -> AsyncIterator[bytes]:
        yield orchestrator.StreamQueryResponse(step=orchestrator.StepFinished(step=Step.STEP_ASK)).SerializeToString()
        await context.abort_with_status(rpc_status.to_status(InvalidField("question", "too long").status()))

    edge.upstreams["orchestrator"].answers[STREAM_QUERY] = refuse
    response = await edge.http.post("/v1/query:stream", json={"question": "?"})
    assert response.status_code == 200
    assert response.text.count("data:") == 1
    assert '"answer"' not in response.text


async def test_the_access_log_says_who_and_what_and_never_a_key_or_a_document(edge: World) -> None:
    identifier = "access-log-test"
    headers = {"x-request-id": identifier, "authorization": "Bearer very-secret"}
    await edge.http.post("/v1/query?question=private", json={}, headers=headers)
    await edge.http.post("/v1/query", json={"question": "private"}, headers=headers)
    for path in ("/v1/minds/m/documents/private", "/v1/minds/m/documents/private/none", "/myriad.private/1/2"):
        await edge.http.get(path, headers=headers)
    await edge.until(lambda: len([e for e in edge.log() if e["request_id"] == identifier]) == 5)
    entry = next(e for e in edge.log() if e["request_id"] == identifier and e["status"] == 200)
    assert (entry["method"], entry["rpc"]) == ("POST", QUERY)
    assert (entry["key"], entry["grpc_status"], entry["flags"]) == ("key1", "OK", "-")
    assert entry["upstream"] == edge.upstreams["orchestrator"].address
    text = (edge.folder / "access.log").read_text()
    assert "very-secret" not in text
    assert "private" not in text


async def test_details_of_an_edge_error_match_its_status_over_grpc(edge: World) -> None:
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await edge.call("/no.Such/Method")
    trailers = dict(caught.value.trailing_metadata() or ())
    status = Status.FromString(trailers["grpc-status-details-bin"])
    assert (status.code, status.message) == (caught.value.code().value[0], caught.value.details())
    info = ErrorInfo()
    assert status.details[0].Unpack(info)
    assert info.domain == "myriad"
    assert base64.b64encode(status.SerializeToString())
