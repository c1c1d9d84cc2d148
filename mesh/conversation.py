"""
HTTP/1.1 over mutual TLS, for those who do not speak gRPC: Envoy's checks, and who collects metrics.

One request without a body after the other, over connections that stay open. httptools (the parser of Node.js) reads;
what it cannot read is refused and ends the connection: Envoy lets nobody in whose check breaks off. A parser of our own
would gain 4 µs of 43 a check, client included: too little to keep one.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import NamedTuple, TypeAlias, cast

import httptools
import structlog
from google.protobuf.json_format import MessageToJson

from mesh.errors import RequestUnreadable
from mesh.identity import Identity, component_of
from mesh.listening import StartError, host_and_port
from mesh.tasks import background

log = structlog.get_logger()
HEAD_BYTES = 128 * 1024
"""The largest request line with its headers; Envoy takes 60 KiB."""
HANDSHAKE_SECONDS = 5.0
HEAD_SECONDS = 5.0
"""How long a head may take to arrive."""
IDLE_SECONDS = 300.0
"""How long a connection may say nothing. Envoy hangs up before that, so that no check meets a closing door."""
MOST_CONNECTIONS = 2_048
"""Twice what one Envoy opens."""
LOOKING_SECONDS = 1.0


class Request(NamedTuple):
    """What somebody wants to know."""

    method: str
    path: str
    headers: Mapping[str, str]
    """Names in lower case; several of one name are one, with commas."""


class Response(NamedTuple):
    """What it is told."""

    status: HTTPStatus
    headers: Mapping[str, str]
    body: str = ""


Answer: TypeAlias = Callable[[Request], Awaitable[Response]]


class Conversation(asyncio.Protocol):
    """One connection."""

    def __init__(self, answer: Answer, callers: frozenset[str], under_way: set[Conversation]) -> None:
        self._answer = answer
        self._callers = callers
        self._under_way = under_way
        self._parser = httptools.HttpRequestParser(self)
        self._path, self._headers = b"", dict[str, str]()
        self._head_bytes = 0
        self._answering: asyncio.Task[None] | None = None
        self._ends = math.inf

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._under_way.add(self)
        self._silent_for(IDLE_SECONDS)
        if len(self._under_way) > MOST_CONNECTIONS or component_at(transport) not in self._callers:
            self._transport.abort()

    def connection_lost(self, _error: Exception | None) -> None:
        self._under_way.discard(self)
        if self._answering:
            self._answering.cancel()

    def pause_writing(self) -> None:
        """Who asks and does not listen is hung up on."""
        self._transport.abort()

    def data_received(self, data: bytes) -> None:
        if not self._head_bytes:
            self._silent_for(HEAD_SECONDS)
        self._head_bytes += len(data)
        try:
            if self._head_bytes > HEAD_BYTES:
                raise ValueError("a head is too large")
            self._parser.feed_data(data)
        except Exception as error:
            log.info("http.unreadable", error=type(error).__name__)
            self._refuse()

    def _refuse(self) -> None:
        if self._answering:
            self._transport.abort()
        else:
            self._transport.write(written(unreadable(), "GET"))
            self._transport.close()

    def on_message_begin(self) -> None:
        if self._answering:
            raise ValueError("a request comes before the last one is answered")
        self._path, self._headers = b"", {}

    def on_url(self, part: bytes) -> None:
        self._path += part

    def on_header(self, name: bytes, value: bytes) -> None:
        key, text = name.lower().decode("latin-1"), value.decode("latin-1").strip(" \t")
        self._headers[key] = f"{self._headers[key]},{text}" if key in self._headers else text

    def on_headers_complete(self) -> None:
        if self._headers.get("content-length", "0") != "0" or "transfer-encoding" in self._headers:
            raise ValueError("a request here has no body")
        if "," in self._headers.get("host", ""):  # Envoy makes one of two, and would serve it
            raise ValueError("a request has one host")

    def on_message_complete(self) -> None:
        self._head_bytes = 0
        self._silent_for(IDLE_SECONDS)
        request = Request(self._parser.get_method().decode(), self._path.decode("latin-1"), self._headers)
        self._answering = asyncio.create_task(self._reply(request, stays=self._parser.should_keep_alive()))

    async def _reply(self, request: Request, *, stays: bool) -> None:
        try:
            response = written(await self._answer(request), request.method)
        except Exception as error:
            log.error("http.failed", error=type(error).__name__)
            self._transport.abort()
            return
        self._answering = None
        self._transport.write(response)
        if not stays:
            self._transport.close()

    def _silent_for(self, seconds: float) -> None:
        self._ends = asyncio.get_running_loop().time() + seconds

    def hang_up(self, now: float = math.inf) -> None:
        """End the connection if its time is over `now`."""
        if self._ends <= now:
            self._transport.abort()


def component_at(transport: asyncio.BaseTransport) -> str:
    """The component whose certificate came with a connection; empty if none did."""
    certificate = transport.get_extra_info("peercert") or {}
    return component_of(name for kind, name in certificate.get("subjectAltName", ()) if kind == "URI")


@asynccontextmanager
async def answering(
    component: str, variable: str, listen: str, identity: Identity, callers: frozenset[str], answer: Answer
) -> AsyncIterator[str]:
    """
    Answer these callers, by their certificates, until the block ends. Yields `address:port`.

    The `component` was told by `variable` where to listen. StartError.
    """
    host, port = host_and_port(component, variable, listen)
    loop, under_way = asyncio.get_running_loop(), set[Conversation]()

    async def look() -> None:
        while True:
            await asyncio.sleep(LOOKING_SECONDS)
            for conversation in list(under_way):
                conversation.hang_up(loop.time())

    try:
        server = await loop.create_server(
            lambda: Conversation(answer, callers, under_way),
            host.strip("[]"),
            port,
            ssl=identity.context(),
            ssl_handshake_timeout=HANDSHAKE_SECONDS,
            ssl_shutdown_timeout=HANDSHAKE_SECONDS,
        )
    except OSError:
        raise StartError(f"{component}: cannot listen on {listen}: the port is in use") from None
    try:
        async with background("http_limits", look):
            yield f"{host}:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()
        for conversation in list(under_way):
            conversation.hang_up()
        await server.wait_closed()


def unreadable() -> Response:
    """Send back what is no HTTP request: over HTTP/2 Envoy lets some pass."""
    status = RequestUnreadable("the request has a method, path or header that is no HTTP").status()
    headers = {"content-type": "application/json"}
    return Response(HTTPStatus.BAD_REQUEST, headers, MessageToJson(status, indent=None))


def written(response: Response, method: str) -> bytes:
    """A response, to a request with this method, as it is sent. ValueError if a header would be more than one."""
    body = b"" if method == "HEAD" else response.body.encode()
    fields = {**response.headers, "content-length": str(len(body))}
    lines = [f"HTTP/1.1 {response.status} {HTTPStatus(response.status).phrase}"]
    lines += (f"{name}: {value}" for name, value in fields.items())
    if any(not line.isprintable() for line in lines):
        raise ValueError("a header has control characters")
    return "\r\n".join((*lines, "", "")).encode("latin-1") + body
