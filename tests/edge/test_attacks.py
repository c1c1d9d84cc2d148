"""A real Envoy and somebody who wants in: forged headers, torn requests, a gatekeeper that talks nonsense."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import h2.config
import h2.connection
import h2.events
import httpx
import pytest
import pytest_asyncio

from cli import certificates
from mesh.access import KEY_HEADER, MINDS_HEADER, ROLE_HEADER
from mesh.identity import Identity
from tests.edge.harness import World, problem, world
from tests.identities import identity

pytestmark = pytest.mark.asyncio(loop_scope="module")
BUSY = (503, 14, "COMPONENT_UNAVAILABLE")
"""What is said when the gatekeeper took too long, as it may on a busy machine."""
LATE_SECONDS = 1.5
"""Far longer than Envoy waits for the gatekeeper."""
MODELS = "/myriad.orchestrator.v1.ModelService/ListModels"
YES = (
    b"HTTP/1.1 200 OK\r\nx-myriad-key: k\r\nx-myriad-role: ROLE_ADMIN\r\nx-myriad-minds: *\r\ncontent-length: 0\r\n\r\n"
)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def running(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    async with world(tmp_path_factory.mktemp("edge"), rate=5_000) as one:
        yield one


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def unguarded(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    async with world(tmp_path_factory.mktemp("unguarded"), rate=5_000, down=["gatekeeper"]) as one:
        yield one


@pytest.fixture
def edge(running: World) -> World:
    running.forget()
    return running


async def sent(edge: World, *lines: bytes) -> bytes:
    """What comes back for these lines of a request."""
    host, _, port = edge.target.rpartition(":")
    reader, writer = await asyncio.open_connection(host, port)
    try:
        writer.write(b"\r\n".join((*lines, b"", b"")))
        answer = b""
        async with asyncio.timeout(3):
            with suppress(ConnectionResetError):  # what Envoy does not read to its end
                while part := await reader.read(65536):
                    answer += part
        return answer
    finally:
        writer.close()


def identities(edge: World) -> set[tuple[str | bytes | None, ...]]:
    """As whom requests reached components."""
    return {tuple(map(call.headers.get, (KEY_HEADER, ROLE_HEADER, MINDS_HEADER))) for call in edge.calls}


FORGED = [
    *(b"X-MYRIAD-ROLE: ROLE_ADMIN", b"x_myriad_role: ROLE_ADMIN", b"x-myriad-key:root\r\nx-myriad-key:root"),
    *(b"X-Myriad-Minds: a,*", b"x-envoy-auth-headers-to-remove: x-myriad-key,x-myriad-role"),
    *(b"Connection: close, x-myriad-key, x-myriad-role, x-myriad-minds", b"x-myriad-agent: a\xe9,\xff"),
    *(b"Connection: close, upgrade\r\nUpgrade: h2c", b"x-request-id: a\nx-myriad-role: ROLE_ADMIN"),
    b"x-myriad-agent: " + b"a" * 5_000,
]


@pytest.mark.parametrize("forged", FORGED)
async def test_whatever_is_forged_a_request_is_its_keys_and_without_a_key_nobodys(edge: World, forged: bytes) -> None:
    head = (b"GET /v1/minds HTTP/1.1", b"Host: x", forged)
    assert b" 401 " in await sent(edge, *head, b"Connection: close")
    assert edge.calls == []
    assert b" 200 " in await sent(edge, *head, b"x-api-key: key1", b"Connection: close")
    assert identities(edge) == {("key1", "ROLE_READER", "*")}


TORN = [
    *(b"x-api-key: key1\x00", b"x-myriad-role : ROLE_ADMIN", b"x-myriad-role\x00: ROLE_ADMIN", b"x: " + b"x" * 70_000),
    *(b"content-length: 5\r\ntransfer-encoding: chunked", b"content-length: 5\r\ncontent-length: 0"),
]


@pytest.mark.parametrize("torn", TORN)
async def test_what_is_no_http_comes_no_further(edge: World, torn: bytes) -> None:
    answer = await sent(edge, b"GET /v1/minds HTTP/1.1", b"Host: x", b"x-api-key: key1", torn, b"Connection: close")
    assert answer[9:12] in (b"400", b"431")
    assert not edge.calls
    assert not edge.gatekeeper.checks


@pytest.mark.parametrize(
    "line", [b"CONNECT gatekeeper:80 HTTP/1.1", b"GET /v1/mo dels HTTP/1.1", b"FOO /v1/models HTTP/1.1"]
)
async def test_odd_request_lines_let_nobody_in(edge: World, line: bytes) -> None:
    answer = await sent(edge, line, b"Host: x", b"x-api-key: key1", b"Connection: close")
    assert answer[9:10] in b"45"
    assert edge.calls == []


@pytest.mark.parametrize("key", [b"x-api-key: key1", b"x-nobody: 1"])
@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        ((b"GET /v1/minds HTTP/1.1", b"Connection: Upgrade", b"Upgrade: websocket"), b"PROTOCOL_NOT_SPOKEN"),
        ((b"GET /v1/minds HTTP/1.1", b"Connection: Upgrade", b"Upgrade: tls/1.2"), b"PROTOCOL_NOT_SPOKEN"),
        ((b"CONNECT gatekeeper:80 HTTP/1.1",), b"PROTOCOL_NOT_SPOKEN"),
        ((b"GET /v1/minds HTTP/1.0",), b"PROTOCOL_NOT_SPOKEN"),
        ((b"GET /v1/minds HTTP/1.1", b"Host: y"), b"REQUEST_UNREADABLE"),
        ((b"GET /v1/minds HTTP/1.1", b"Host: x"), b"REQUEST_UNREADABLE"),
        ((b"GET /v1/mo dels HTTP/1.1",), b"REQUEST_UNREADABLE"),
    ],
)
async def test_what_is_not_spoken_here_is_the_clients_fault_and_says_why(
    edge: World, lines: Sequence[bytes], reason: bytes, key: bytes
) -> None:
    head, _, body = (await sent(edge, *lines, b"Host: x", key)).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 400 ")
    assert b"content-type: application/json" in head
    info = json.loads(body)["details"][0]
    assert (info["domain"], info["reason"].encode()) == ("myriad", reason)
    assert edge.calls == []


async def test_trailers_say_nothing_about_who_calls(edge: World) -> None:
    """Over HTTP/2 Envoy passes a request's trailers on; nobody takes them for headers."""
    forged = [(ROLE_HEADER, "ROLE_ADMIN"), (KEY_HEADER, "root")]
    assert await status_over_http2(edge, MODELS, [("x-api-key", "key1")], forged) == "200"
    assert identities(edge) == {("key1", "ROLE_READER", "*")}


@pytest.mark.parametrize(("method", "path"), [("FOO", "/v1/minds"), ("get", "/v1/minds"), ("GET", "/v1/models?\xe9")])
async def test_what_envoy_lets_pass_over_http2_and_the_gatekeeper_cannot_read_is_the_clients_fault(
    edge: World, method: str, path: str
) -> None:
    """Not the gatekeeper's: nobody has to try that again."""
    assert await status_over_http2(edge, path, [("x-api-key", "key1")], method=method) == "400"
    assert edge.calls == []


async def status_over_http2(
    edge: World,
    path: str,
    headers: Sequence[tuple[str, str]],
    trailers: Sequence[tuple[str, str]] = (),
    method: str = "POST",
) -> str:
    host, _, port = edge.target.rpartition(":")
    reader, writer = await asyncio.open_connection(host, port)
    connection = h2.connection.H2Connection(h2.config.H2Configuration(validate_outbound_headers=False))
    connection.initiate_connection()
    pseudo = [(":method", method), (":path", path), (":scheme", "http"), (":authority", "x")]
    kind = [("content-type", "application/grpc"), ("te", "trailers")] if trailers else []
    connection.send_headers(1, [*pseudo, *kind, *headers], end_stream=not trailers)
    if trailers:
        connection.send_data(1, b"\0\0\0\0\0")
        connection.send_headers(1, trailers, end_stream=True)
    writer.write(connection.data_to_send())
    try:
        async with asyncio.timeout(3):
            while data := await reader.read(65536):
                for event in connection.receive_data(data):
                    if isinstance(event, h2.events.ResponseReceived):
                        return str(dict(event.headers)[b":status"], "ascii")
    finally:
        writer.close()
    return ""


async def test_of_many_at_once_each_is_who_it_is(edge: World) -> None:
    async def one(number: int) -> None:
        headers = {"x-api-key": f"k{number}", "x-request-id": f"k{number}"}
        while (answer := await edge.http.get("/v1/minds", headers=headers)).status_code != 200:
            assert problem(answer) == BUSY

    async with asyncio.timeout(60):
        await asyncio.gather(*map(one, range(300)))
    assert len(edge.calls) == 300
    assert all(call.headers[KEY_HEADER] == call.headers["x-request-id"] for call in edge.calls)


async def test_a_verdict_that_comes_too_late_is_nobodys(edge: World) -> None:
    edge.gatekeeper.seconds = LATE_SECONDS
    asked = time.monotonic()
    try:
        answers = await asyncio.gather(
            *(edge.http.get("/v1/minds", headers={"x-api-key": f"k{number}"}) for number in range(5))
        )
    finally:
        edge.gatekeeper.seconds = 0
    assert {problem(answer) for answer in answers} == {BUSY}
    missing, others = (401, 16, "KEY_MISSING"), set[tuple[int, int, str]]()
    async with httpx.AsyncClient(base_url=edge.url) as anybody, asyncio.timeout(60):
        while missing not in others or time.monotonic() - asked < LATE_SECONDS + 0.5:
            others.add(problem(await anybody.get("/v1/minds")))
    assert others <= {missing, BUSY}
    assert edge.calls == []


GATEKEEPER = identity("gatekeeper")


@asynccontextmanager
async def saying(
    edge: World, reply: bytes, *, closes: bool = True, after: float = 0, identity: Identity = GATEKEEPER
) -> AsyncIterator[None]:
    """In the gatekeeper's place: what answers everything with these bytes, and is asked by nobody afterwards."""
    opened = set[asyncio.StreamWriter]()

    async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        opened.add(writer)
        try:
            while True:
                await reader.readuntil(b"\r\n\r\n")
                await asyncio.sleep(after)
                writer.write(reply)
                if closes:
                    break
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    host, _, port = edge.checks.rpartition(":")
    server = await asyncio.start_server(converse, host, int(port), ssl=identity.context())
    try:
        yield
    finally:
        server.close()
        for writer in opened:
            writer.transport.abort()


NONSENSE = {
    "nothing": b"",
    "garbage": b"\x00\xffmyr_garbage\r\n\r\n" * 20,
    "half a head": YES[:60],
    "a yes whose body breaks off": YES.replace(b"length: 0", b"length: 10") + b"{}",
    "a yes whose chunks break off": YES.replace(b"content-length: 0", b"transfer-encoding: chunked") + b"5\r\n{}",
    "a yes without headers": b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n",
    "a yes with a role alone": b"HTTP/1.1 200 OK\r\nx-myriad-role: ROLE_ADMIN\r\ncontent-length: 0\r\n\r\n",
    "a yes to nobody": b"HTTP/1.1 200 OK\r\nx-myriad-key;\r\ncontent-length: 0\r\n\r\n",
    "a yes with two lengths": YES.replace(b"length: 0", b"length: 0\r\ncontent-length: 7"),
    "a yes of another kind": YES.replace(b"200 OK", b"204 No Content"),
    "a wait": b"HTTP/1.1 100 Continue\r\n\r\n",
    "an error of its own": b"HTTP/1.1 500 Oops\r\ncontent-length: 7\r\n\r\nmyr_key",
    "a head without end": b"HTTP/1.1 200 OK\r\nx: " + b"x" * 300_000,
}


@pytest.mark.parametrize("kind", NONSENSE)
@pytest.mark.parametrize("closes", [True, False])
async def test_a_gatekeeper_that_talks_nonsense_lets_nobody_in(unguarded: World, kind: str, closes: bool) -> None:
    unguarded.forget()
    async with saying(unguarded, NONSENSE[kind], closes=closes):
        for headers in ({}, {"content-type": "application/grpc", "te": "trailers"}):
            answer = await unguarded.http.post(MODELS, headers=headers, content=b"\0\0\0\0\0")
            assert "myr_" not in f"{answer.text}{answer.headers}"
            rest = await unguarded.http.get("/v1/minds", headers=headers)
            assert "myr_" not in f"{rest.text}{rest.headers}"
    assert unguarded.calls == []


async def test_a_yes_that_nobody_asked_for_is_not_given_to_the_next(unguarded: World) -> None:
    """Two answers to one check: the second stays nobody's."""
    unguarded.forget()
    no = b"HTTP/1.1 401 Unauthorized\r\ncontent-length: 0\r\n\r\n"
    async with saying(unguarded, no + YES, closes=False):
        answers = [await unguarded.http.get("/v1/minds") for _ in range(10)]
    assert not [answer for answer in answers if answer.status_code == 200]
    assert unguarded.calls == []


async def test_a_yes_that_comes_after_its_time_lets_nobody_in(unguarded: World) -> None:
    unguarded.forget()
    async with saying(unguarded, YES, closes=False, after=0.6):
        answers = await asyncio.gather(*(unguarded.http.get("/v1/minds") for _ in range(5)))
        assert {answer.status_code for answer in answers} == {503}
        await asyncio.sleep(0.3)
    assert unguarded.calls == []


@pytest.mark.parametrize("who", ["genesis", "of another authority"])
async def test_who_is_not_the_gatekeeper_is_not_asked(unguarded: World, who: str, tmp_path: Path) -> None:
    unguarded.forget()
    certificates.provide(tmp_path, ("gatekeeper",))
    impostor = identity(who) if who == "genesis" else Identity(tmp_path / "gatekeeper")
    async with saying(unguarded, YES, closes=False, identity=impostor):
        assert problem(await unguarded.http.get("/v1/minds")) == BUSY
    assert unguarded.calls == []
    async with saying(unguarded, YES):  # and hangs up, or Envoy would go on asking it next time
        assert (await unguarded.http.get("/v1/minds")).status_code == 200
