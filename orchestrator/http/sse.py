"""Server-sent events (WHATWG HTML, 9.2)."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

from starlette.requests import Request
from starlette.responses import StreamingResponse

from mesh import openai
from mesh.boundary import foreseen
from orchestrator.http.leaving import while_there

DONE = "data: [DONE]\n\n"
HEADERS = {"cache-control": "no-cache"}


def event(data: Any, name: str = "") -> str:
    """One event of JSON, which has no line feeds."""
    said = f"event: {name}\n" if name else ""
    return f"{said}data: {json.dumps(data, ensure_ascii=False, separators=(',', ':'))}\n\n"


async def response(events: AsyncIterator[str], request: Request) -> StreamingResponse:
    """
    The response, once there is a first event: what fails before that has a status of its own.

    What fails later is the last event, an error.
    """
    first = await while_there(request, anext(events))
    return StreamingResponse(_told(first, events, request.url.path), headers=HEADERS, media_type="text/event-stream")


async def _told(first: str, events: AsyncIterator[str], path: str) -> AsyncIterator[str]:
    yield first
    try:
        async for one in events:
            yield one
    except Exception as error:
        yield event(openai.body(foreseen(error, path)))
