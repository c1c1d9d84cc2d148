"""
`/mcp`: the Model Context Protocol over streamable HTTP.

There are no sessions: any replica answers any request, for the key that came with it. The SDK takes a second and tens
of megabytes, so it is loaded when somebody first asks.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from mesh.connections import MESSAGE_BYTES
from mesh.errors import ComponentUnavailable
from mesh.identity import ORCHESTRATOR
from orchestrator.ports import Documents, Minds, TraceStore
from orchestrator.service import OrchestratorServicer

if TYPE_CHECKING:
    from mcp.server.streamable_http_manager import StreamableHTTPSessionManager

PATH = "/mcp"
LOAD_SECONDS = 20.0


class Mcp:
    """The endpoint, an ASGI application."""

    def __init__(self, questions: OrchestratorServicer, store: TraceStore, documents: Documents, minds: Minds) -> None:
        self._parts = questions, store, documents, minds
        self._wanted = asyncio.Event()
        self._manager: asyncio.Future[StreamableHTTPSessionManager] = asyncio.get_running_loop().create_future()

    def routes(self) -> list[Route]:
        """POST alone: a GET would wait for messages that nobody sends by themselves."""
        return [Route(PATH, self, methods=["POST"])]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._wanted.set()
        try:
            manager = await asyncio.wait_for(asyncio.shield(self._manager), LOAD_SECONDS)
        except TimeoutError:
            raise ComponentUnavailable("MCP is not ready yet; try again", component=ORCHESTRATOR) from None
        await manager.handle_request(scope, receive, send)

    async def serve(self) -> None:
        """Once somebody asks, until the end; run it by `mesh.tasks.background`."""
        await self._wanted.wait()
        manager = await asyncio.to_thread(self._load)
        async with manager.run():
            self._manager.set_result(manager)
            try:
                await asyncio.Event().wait()
            finally:
                self._manager = asyncio.get_running_loop().create_future()

    def _load(self) -> StreamableHTTPSessionManager:
        from mcp.server.streamable_http_manager import StreamableHTTPSessionManager  # noqa: PLC0415

        from orchestrator.mcp.resources import Resources  # noqa: PLC0415
        from orchestrator.mcp.server import server  # noqa: PLC0415
        from orchestrator.mcp.tools import Tools  # noqa: PLC0415

        questions, store, documents, minds = self._parts
        offered = server(Tools(questions, store, documents, minds), Resources(store, documents, minds))
        return StreamableHTTPSessionManager(offered, stateless=True, max_request_body_size=MESSAGE_BYTES)
