"""
MCP from standard input and output to a Myriad's `/mcp`: each request goes on with the key, and is answered there.

So there is one implementation of the tools, and who updates a Myriad has updated them for all.
"""

from __future__ import annotations

import asyncio
from typing import Any

import httpx2
from mcp import Client
from mcp.client.streamable_http import streamable_http_client
from mcp.server import Server
from mcp.server.context import ServerRequestContext
from mcp.server.stdio import stdio_server
from mcp_types import (
    CallToolRequestParams,
    CallToolResult,
    ListResourcesResult,
    ListResourceTemplatesResult,
    ListToolsResult,
    PaginatedRequestParams,
    ReadResourceRequestParams,
    ReadResourceResult,
)

from cli import client, state

ANSWER_SECONDS = 90.0
"""More than the longest tool takes, which is to learn."""
Context = ServerRequestContext[Any, Any]
Page = PaginatedRequestParams | None


def run(endpoint: state.Endpoint) -> None:
    """Until the assistant closes its side."""
    asyncio.run(_serve(endpoint))


async def _serve(endpoint: state.Endpoint) -> None:
    http = httpx2.AsyncClient(
        headers={"authorization": f"Bearer {endpoint.api_key}"},
        timeout=httpx2.Timeout(ANSWER_SECONDS, connect=client.CONNECT_SECONDS),
        verify=client.trust(endpoint) if endpoint.authority else True,
        trust_env=False,  # see cli.connection
    )
    async with http, Client(streamable_http_client(f"{endpoint.url}/mcp", http_client=http), cache=None) as myriad:
        async with stdio_server() as (read, write):
            offered = forwarding(myriad)
            await offered.run(read, write, offered.create_initialization_options())


def forwarding(myriad: Client) -> Server[Any]:
    """A server that asks another."""

    async def list_tools(_context: Context, params: Page) -> ListToolsResult:
        return await myriad.list_tools(cursor=params.cursor if params else None)

    async def call_tool(context: Context, params: CallToolRequestParams) -> CallToolResult:
        return await myriad.call_tool(
            params.name, params.arguments or {}, progress_callback=context.session.report_progress
        )

    async def list_resources(_context: Context, params: Page) -> ListResourcesResult:
        return await myriad.list_resources(cursor=params.cursor if params else None)

    async def list_templates(_context: Context, params: Page) -> ListResourceTemplatesResult:
        return await myriad.list_resource_templates(cursor=params.cursor if params else None)

    async def read_resource(_context: Context, params: ReadResourceRequestParams) -> ReadResourceResult:
        return await myriad.read_resource(str(params.uri))

    about = myriad.server_info
    return Server(
        about.name if about else "myriad",
        version=about.version if about else "",
        instructions=myriad.instructions,
        on_list_tools=list_tools,
        on_call_tool=call_tool,
        on_list_resources=list_resources,
        on_list_resource_templates=list_templates,
        on_read_resource=read_resource,
    )
