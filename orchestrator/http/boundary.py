"""Around every request over HTTP, as `mesh/boundary.py` around a call: request id, caller, role, errors, log."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

import structlog
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mesh import call, revocation, tracing
from mesh.access import Caller, Rule
from mesh.boundary import foreseen
from mesh.identity import ENVOY
from mesh.metrics import Metric, counter
from mesh.tracing import Tracer
from myriad.type.v1.access_pb2 import Role
from orchestrator.http import errors

log = structlog.get_logger()
NO_CONTEXT: Any = None
"""In the place of gRPC's context, at which what is called from here does not look."""
_READERS = Rule(Role.ROLE_READER)


class Boundary:
    """Middleware: what is beneath knows neither headers nor what a failure looks like."""

    def __init__(self, app: ASGIApp, keyless: frozenset[str] = frozenset(), tracer: Tracer | None = None) -> None:
        self._app = app
        self._keyless = keyless
        self._tracer = tracer
        self._answered = Counter[tuple[str, str]]()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        headers = Headers(scope=scope)
        with tracing.begun(self._tracer, f"HTTP {scope['method']}", headers.get(tracing.TRACEPARENT, "")):
            await self._handle(headers, scope, receive, send)

    async def _handle(self, headers: Headers, scope: Scope, receive: Receive, send: Send) -> None:
        path, started = scope["path"], time.monotonic()
        call.request_id.set(headers.get(call.REQUEST_ID) or call.new_request_id())
        call.caller.set(Caller.of(ENVOY, headers))
        status = 0

        async def sent(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                elapsed = str(round((time.monotonic() - started) * 1e3)).encode()
                message["headers"] = [*message["headers"], (b"openai-processing-ms", elapsed)]
            await send(message)

        scope["app"] = self  # by which the router knows that somebody makes errors of what it raises
        try:
            if path not in self._keyless:
                _READERS.admit(call.caller.get(), path)
            async with revocation.watched(call.caller.get().key):
                await self._app(scope, receive, sent)
        except asyncio.CancelledError:
            status = status or HTTPStatus.REQUEST_TIMEOUT
            raise
        except Exception as error:
            failed = foreseen(error, path)
            if status and isinstance(error, revocation.KeyRevoked):
                await send({"type": "http.response.body", "body": errors.last(error, path)})
            elif status:  # what has begun cannot be taken back: the client sees that it broke off
                raise
            else:
                await errors.response(failed, path)(scope, receive, sent)
        finally:
            route = getattr(scope.get("route"), "path", "")
            self._answered[route, str(int(status))] += 1
            tracing.note(request_id=call.request_id.get(), route=route, status=int(status))
            log.info(
                "call",
                method=route or "none",
                code=int(status),
                elapsed_ms=round((time.monotonic() - started) * 1e3, 2),
                key=call.caller.get().key or None,
            )

    def metrics(self) -> Iterator[Metric]:
        yield counter(
            "myriad_http_requests",
            "Requests over HTTP that ended, by route and status.",
            self._answered,
            "route",
            "status",
        )
