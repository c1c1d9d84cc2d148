"""A real Envoy and somebody who brings more than a request may hold, says how much or does not, and never stops."""

from __future__ import annotations

import asyncio
import secrets
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import grpc
import h2.config
import h2.connection
import h2.events
import httpx
import pytest
import pytest_asyncio

from dlm.xds.listener import UNCHECKED_BYTES
from mesh.errors import received
from tests.edge.harness import MAX_BODY_BYTES, STREAM_LEARN, World, problem, world

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.skipif(sys.platform != "linux", reason="memory is read in /proc"),
]
QUERY = "/myriad.orchestrator.v1.OrchestratorService/Query"
MIB = 1024 * 1024
PIECE = b"a" * 65536
GROWTH_MIB = 24
"""By how much Envoy may grow, whatever is sent: far less than that, and more than it moves by itself."""
KEY = ("x-api-key", "key1")
JSON = ("content-type", "application/json")
GRPC = [("content-type", "application/grpc"), ("te", "trailers")]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def running(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    async with world(tmp_path_factory.mktemp("edge"), rate=5_000) as one:
        yield one


@pytest.fixture
def edge(running: World) -> World:
    running.forget()
    return running


async def chunked(edge: World, path: str, headers: Sequence[tuple[str, str]], size: int) -> bytes:
    """What comes back for a POST over HTTP/1.1 that does not say how large it is."""
    host, _, port = edge.target.rpartition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    head = [f"POST {path} HTTP/1.1", "Host: x", "transfer-encoding: chunked", *(f"{k}: {v}" for k, v in headers)]
    writer.write("\r\n".join((*head, "", "")).encode())
    answer = asyncio.ensure_future(reader.read(4096))
    try:
        async with asyncio.timeout(60):
            for _ in range(size // len(PIECE)):
                writer.write(b"%x\r\n%b\r\n" % (len(PIECE), PIECE))
                await writer.drain()
                done, _ = await asyncio.wait([answer], timeout=0.001)
                if done:
                    break
            return await answer
    finally:
        answer.cancel()
        writer.close()


@dataclass
class Reply:
    """What came back over HTTP/2, and how much was taken for it."""

    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    sent: int = 0


async def streamed(edge: World, path: str, headers: Sequence[tuple[str, str]], size: int) -> Reply:
    """What comes back for a POST over HTTP/2 that sends as much as Envoy's windows let it."""
    host, _, port = edge.target.rpartition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    connection = h2.connection.H2Connection(h2.config.H2Configuration(header_encoding="utf-8"))
    connection.initiate_connection()
    pseudo = [(":method", "POST"), (":path", path), (":scheme", "http"), (":authority", "x")]
    connection.send_headers(1, [*pseudo, *headers])
    reply = Reply()
    try:
        async with asyncio.timeout(60):
            while True:
                while not reply.headers and reply.sent < size and (window := connection.local_flow_control_window(1)):
                    part = PIECE[: min(window, connection.max_outbound_frame_size)]
                    connection.send_data(1, part)
                    reply.sent += len(part)
                writer.write(connection.data_to_send())
                for event in connection.receive_data(await reader.read(65536)):
                    match event:
                        case h2.events.ResponseReceived(headers=pairs):
                            reply.headers = {str(name): str(value) for name, value in pairs or ()}
                        case h2.events.DataReceived(data=data):
                            reply.body += data
                        case h2.events.StreamEnded():
                            return reply
    finally:
        writer.close()


PATHS = ["/v1/query", "/v1/no/such/path", QUERY]
LARGE = 400 * MIB


@pytest.mark.parametrize("path", PATHS)
async def test_what_does_not_say_how_large_it_is_gets_counted(edge: World, path: str) -> None:
    before = edge.resident_mib
    answer = await chunked(edge, path, [KEY, JSON], LARGE)
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert b'"REQUEST_TOO_LARGE"' in answer
    reply = await streamed(edge, path, [KEY, JSON], LARGE)
    assert reply.headers[":status"] == "413"
    assert b'"REQUEST_TOO_LARGE"' in reply.body
    assert reply.sent < 2 * MAX_BODY_BYTES
    assert edge.resident_mib - before < GROWTH_MIB
    assert edge.calls == []


async def test_a_call_over_grpc_is_counted_too(edge: World) -> None:
    reply = await streamed(edge, QUERY, [KEY, *GRPC], LARGE)
    assert reply.headers["grpc-status"] == str(grpc.StatusCode.INVALID_ARGUMENT.value[0])
    assert reply.sent < 2 * MAX_BODY_BYTES
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await edge.call(QUERY, b"x" * (MAX_BODY_BYTES + 1))
    assert received(caught.value)[:2] == (grpc.StatusCode.INVALID_ARGUMENT, "REQUEST_TOO_LARGE")
    assert edge.calls == []


@pytest.mark.parametrize("path", [*PATHS, STREAM_LEARN])
@pytest.mark.parametrize("kind", [[JSON], GRPC])
async def test_of_who_has_no_key_hardly_anything_is_taken_in(
    edge: World, path: str, kind: list[tuple[str, str]]
) -> None:
    before, mine = edge.resident_mib, secrets.token_hex(8)
    reply = await streamed(edge, path, [*kind, ("x-request-id", mine)], 40 * MIB)
    assert reply.headers.get("grpc-status") == "16" or reply.headers[":status"] == "401"
    answer = await chunked(edge, path, [*kind, ("x-request-id", mine)], 40 * MIB)
    assert b"KEY" in answer
    assert b"connection: close" in answer
    await edge.until(lambda: len(taken_in(edge, mine)) == 2)
    assert max(taken_in(edge, mine)) <= UNCHECKED_BYTES * 5 // 4
    assert edge.resident_mib - before < GROWTH_MIB
    assert edge.calls == []


def taken_in(edge: World, request_id: str) -> list[int]:
    return [entry["bytes_in"] for entry in edge.log() if entry["request_id"] == request_id]


async def test_while_the_gatekeeper_thinks_the_client_waits(edge: World) -> None:
    edge.gatekeeper.seconds = 0.3
    before = edge.resident_mib
    try:
        replies = await asyncio.gather(*(streamed(edge, "/v1/query", [JSON], 40 * MIB) for _ in range(20)))
    finally:
        edge.gatekeeper.seconds = 0
    assert all(reply.sent <= 2 * UNCHECKED_BYTES for reply in replies)
    assert edge.resident_mib - before < GROWTH_MIB


async def test_a_stream_of_messages_may_be_longer_than_a_request(edge: World) -> None:
    message, before = b"m" * (MAX_BODY_BYTES // 4), edge.resident_mib
    async with grpc.aio.insecure_channel(edge.target) as channel:
        stream: Any = channel.stream_stream(STREAM_LEARN)(metadata=(KEY,), timeout=30)
        for _ in range(64):
            await stream.write(message)
            assert await stream.read() == message
        await stream.done_writing()
        assert await stream.read() is grpc.aio.EOF
    assert edge.resident_mib - before < GROWTH_MIB


async def test_when_its_memory_is_short_envoy_says_so_and_recovers(tmp_path: Path) -> None:
    heap = 48 * MIB
    async with world(tmp_path, rate=5_000, heap_bytes=heap, max_body_bytes=16 * MIB) as edge, AsyncExitStack() as open_:
        seen: set[tuple[int, int, str]] = set()
        before = edge.resident_mib
        for _ in range(100):
            # Less than what is reset to make room: so the heap fills until requests are refused.
            open_.callback(await held(edge, MIB * 3 // 4))
            await asyncio.sleep(0.1)  # as often as Envoy looks
            with suppress(httpx.TransportError):  # hung up on, as is allowed now
                response = await edge.http.get("/v1/minds")
                if response.status_code != 200:
                    seen.add(problem(response))
                    break
        assert seen == {(503, 14, "OVERLOADED")}
        for held_up in await asyncio.gather(*(held(edge, 8 * MIB) for _ in range(8))):
            open_.callback(held_up)
        assert edge.resident_mib - before < 2 * heap / MIB
        await open_.aclose()
        await edge.until_async(lambda: answers(edge))


async def held(edge: World, size: int) -> Callable[[], None]:
    """Send so much of a body that never ends; what is returned gives up."""
    host, _, port = edge.target.rpartition(":")
    _, writer = await asyncio.open_connection(host, int(port))
    writer.write(b"POST /v1/query HTTP/1.1\r\nHost: x\r\nx-api-key: key1\r\ntransfer-encoding: chunked\r\n\r\n")
    with suppress(ConnectionError, TimeoutError):
        async with asyncio.timeout(2):
            for _ in range(size // len(PIECE)):
                writer.write(b"%x\r\n%b\r\n" % (len(PIECE), PIECE))
                await writer.drain()

    def give_up() -> None:
        if not writer.transport.is_closing():
            writer.transport.abort()

    return give_up


async def answers(edge: World) -> bool:
    with suppress(httpx.TransportError):
        return (await edge.http.get("/v1/minds")).status_code == 200
    return False
