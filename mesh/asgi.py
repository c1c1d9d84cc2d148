"""
HTTP/1.1 over mutual TLS, for what is not gRPC and has bodies or streams: an ASGI application behind Envoy.

uvicorn serves it. Whoever else than these callers connects, by their certificates, is hung up on.
"""

from __future__ import annotations

import asyncio
import math
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from mesh.conversation import component_at
from mesh.identity import Identity
from mesh.listening import StartError, host_and_port

IDLE_SECONDS = 75
"""How long a connection may say nothing. Envoy hangs up before that (`dlm/xds/clusters.py`)."""
MOST_CONNECTIONS = 2_048
HEAD_BYTES = 128 * 1024


@asynccontextmanager
async def answering(
    component: str,
    variable: str,
    listen: str,
    identity: Identity,
    callers: frozenset[str],
    app: ASGIApp,
    stop_seconds: float,
) -> AsyncIterator[str]:
    """
    Serve `app` to these callers until the block ends. Yields `address:port`.

    The `component` was told by `variable` where to listen. What is under way at the end has `stop_seconds`. StartError.
    """
    host, port = host_and_port(component, variable, listen)
    listening = _bound(component, listen, host.strip("[]"), port)
    config = uvicorn.Config(
        app,
        http=_only(callers),
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        ssl_context_factory=lambda _config, _default: identity.context(),
        timeout_keep_alive=IDLE_SECONDS,
        timeout_graceful_shutdown=math.ceil(stop_seconds),
        h11_max_incomplete_event_size=HEAD_BYTES,
        limit_concurrency=MOST_CONNECTIONS,
    )
    server = _Server(config)
    serving = asyncio.create_task(server.serve([listening]), name=f"{component}.http")
    try:
        yield f"{host}:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        await serving


class _Server(uvicorn.Server):
    """Leaves signals to the component."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def _only(callers: frozenset[str]) -> type[HttpToolsProtocol]:
    class Protocol(HttpToolsProtocol):
        """One connection, of one of these callers."""

        def connection_made(self, transport: Any) -> None:
            super().connection_made(transport)
            if component_at(transport) not in callers:
                transport.abort()

    return Protocol


def _bound(component: str, listen: str, host: str, port: int) -> socket.socket:
    try:
        return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError:
        raise StartError(f"{component}: cannot listen on {listen}: the port is in use") from None
