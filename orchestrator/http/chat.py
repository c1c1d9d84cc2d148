"""`/v1/chat/completions` (OpenAI's API reference, "Chat Completions")."""

from __future__ import annotations

import secrets
import time
from collections.abc import AsyncIterator, Sequence
from typing import Any

from google.protobuf.json_format import MessageToDict
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from mesh.errors import InvalidField
from orchestrator.http import messages, sse
from orchestrator.http.asking import Asked, Asking
from orchestrator.http.fields import Fields
from orchestrator.http.given import Given


def routes(asks: Asking) -> Sequence[BaseRoute]:
    async def completions(request: Request) -> Response:
        body = await Fields.of(request)
        asked = await _read(asks, request, body)
        if not body.flag("stream"):
            return JSONResponse(_completion(await asks.answer(asked, request)))
        usage = body.object("stream_options").flag("include_usage")
        return await sse.response(_chunks(asks, asked, usage=usage), request)

    return [Route("/v1/chat/completions", completions, methods=["POST"])]


async def _read(asks: Asking, request: Request, body: Fields) -> Asked:
    if body.count("n") not in (None, 1):
        raise InvalidField("n", "is 1: there is one answer to a question")
    most = body.count("max_completion_tokens") or body.count("max_tokens")
    said = messages.read(body.objects("messages"))
    return await asks.read(request, body, said, "messages", most, body.object("response_format"))


def _completion(given: Given) -> dict[str, Any]:
    message = {
        "role": "assistant",
        "content": given.text,
        "refusal": None,
        "annotations": [_annotation(one) for one in given.sources()],
    }
    choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": _finish(given)}
    return {
        "id": f"chatcmpl-{given.id}",
        "object": "chat.completion",
        "created": given.created,
        "model": given.answer.model,
        "choices": [choice],
        "usage": _usage(given),
        "myriad": given.rest(),
    }


async def _chunks(asks: Asking, asked: Asked, *, usage: bool) -> AsyncIterator[str]:
    """The role, the steps as they end, the text line by line, why it ends and all that is known of it, the usage."""
    common = {
        "id": f"chatcmpl-{secrets.token_hex(10)}",
        "object": "chat.completion.chunk",
        "created": int(time.time()),
        "model": asked.request.model,
    }
    none = {"usage": None} if usage else {}

    def chunk(delta: dict[str, Any], finish: str | None = None, **more: Any) -> str:
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
        return sse.event({**common, "choices": [choice], **none, **more})

    begun = False
    async for event in asks.steps(asked):
        if not begun:
            yield chunk({"role": "assistant", "content": "", "refusal": None})
            begun = True
        if not isinstance(event, Given):
            yield chunk({}, myriad={"step": MessageToDict(event, preserving_proto_field_name=True)})
            continue
        for piece in event.pieces():
            sources = {"annotations": [_annotation(one) for one in piece.sources]} if piece.sources else {}
            yield chunk({"content": piece.text, **sources})
        yield chunk({}, _finish(event), myriad=event.rest())
        if usage:
            yield sse.event({**common, "choices": [], "usage": _usage(event)})
    yield sse.DONE


def _finish(given: Given) -> str:
    return "length" if given.cut else "stop"


def _annotation(source: dict[str, Any]) -> dict[str, Any]:
    return {"type": "url_citation", "url_citation": source}


def _usage(given: Given) -> dict[str, Any]:
    return {
        "prompt_tokens": given.prompt_tokens,
        "completion_tokens": given.completion_tokens,
        "total_tokens": given.prompt_tokens + given.completion_tokens,
        "prompt_tokens_details": {"cached_tokens": 0, "audio_tokens": 0},
        "completion_tokens_details": {"reasoning_tokens": 0, "audio_tokens": 0},
    }
