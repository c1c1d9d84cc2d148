"""`/v1/responses` (OpenAI's API reference, "Responses"), as far as answers need it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from mesh import call, names
from mesh.errors import InvalidField
from myriad.orchestrator.v1.answer_service_pb2 import GetTraceRequest, GetTraceResponse
from orchestrator.errors import AnswerNotFound
from orchestrator.http import asking, messages, sse, tokens
from orchestrator.http.asking import Asked, Asking
from orchestrator.http.boundary import NO_CONTEXT
from orchestrator.http.fields import Fields, text
from orchestrator.http.given import PREFIX, Given
from orchestrator.http.messages import Message
from orchestrator.service import AnswerServicer

_ID = "resp_"


def routes(asks: Asking, answers: AnswerServicer) -> Sequence[BaseRoute]:
    async def responses(request: Request) -> Response:
        body = await Fields.of(request)
        asked = await _read(asks, answers, request, body)
        metadata = body.get("metadata")
        if body.flag("stream"):
            return await sse.response(_events(asks, asked, metadata), request)
        return JSONResponse(_response(await asks.answer(asked, request), metadata))

    async def one(request: Request) -> Response:
        if request.query_params.get("stream", "false") != "false":
            raise InvalidField("stream", "is false: the response is there, whole")
        record = await _kept(answers, request.query_params.get("mind", ""), request.path_params["response"])
        question = record.trace.question
        given = Given.of(record.answer, question, tokens.count(question), None, record.trace.create_time.seconds)
        return JSONResponse(_response(given, None))

    return [Route("/v1/responses", responses, methods=["POST"]), Route("/v1/responses/{response}", one)]


async def _read(asks: Asking, answers: AnswerServicer, request: Request, body: Fields) -> Asked:
    given = body.get("input")
    if isinstance(given, list):
        said = messages.read([one for one in body.objects("input") if one.text("type", "message") == "message"])
    else:
        said = [Message("user", text(given, "input"))]
    if previous := body.text("previous_response_id"):
        said = [*await _before(answers, asking.mind(body), previous), *said]
    return await asks.read(
        request, body, said, "input", body.count("max_output_tokens"), body.object("text").object("format")
    )


async def _before(answers: AnswerServicer, mind: str, response: str) -> Sequence[Message]:
    """What was asked and answered in a response that was given. InvalidField, AnswerNotFound."""
    if not response.startswith(_ID):
        raise InvalidField("previous_response_id", f"begins with {_ID}")
    record = await _kept(answers, mind, response)
    return [Message("user", record.trace.question), Message("assistant", record.answer.text)]


async def _kept(answers: AnswerServicer, mind: str, response: str) -> GetTraceResponse:
    """MindRequired, MindNotFound, AnswerNotFound."""
    name = names.answer(call.caller.get().mind(mind), PREFIX + response.removeprefix(_ID))
    try:
        names.parse_answer(name)
    except InvalidField:  # no response was ever called so
        raise AnswerNotFound(response) from None
    return await answers.GetTrace(GetTraceRequest(name=name), NO_CONTEXT)


def _response(given: Given, metadata: Any) -> dict[str, Any]:
    return {
        **_head(given, metadata),
        "status": _status(given),
        "incomplete_details": {"reason": "max_output_tokens"} if given.cut else None,
        "output": [_message(given)],
        "usage": {
            "input_tokens": given.prompt_tokens,
            "input_tokens_details": {"cached_tokens": 0},
            "output_tokens": given.completion_tokens,
            "output_tokens_details": {"reasoning_tokens": 0},
            "total_tokens": given.prompt_tokens + given.completion_tokens,
        },
        "myriad": given.rest(),
    }


async def _events(asks: Asking, asked: Asked, metadata: Any) -> AsyncIterator[str]:
    """As `_told` has them, numbered. The id of a response is its answer's: the first comes when that is there."""
    number = 0
    async for event in asks.steps(asked):
        if isinstance(event, Given):
            for name, data in _told(event, metadata):
                yield sse.event({"type": name, "sequence_number": number, **data}, name)
                number += 1


def _told(given: Given, metadata: Any) -> list[tuple[str, dict[str, Any]]]:
    """The events of a response, by their names."""
    head = {"response": {**_head(given, metadata), "status": "in_progress", "output": [], "usage": None}}
    message, part = _message(given), _part(given)
    item, where = {"output_index": 0}, {"item_id": message["id"], "output_index": 0, "content_index": 0}
    opened = {**message, "status": "in_progress", "content": []}
    events: list[tuple[str, dict[str, Any]]] = [
        ("response.created", head),
        ("response.in_progress", head),
        ("response.output_item.added", {**item, "item": opened}),
        ("response.content_part.added", {**where, "part": {**part, "text": "", "annotations": []}}),
    ]
    told = 0
    for piece in given.pieces():
        events.append(("response.output_text.delta", {**where, "delta": piece.text, "logprobs": []}))
        for source in piece.sources:
            added = {**where, "annotation_index": told, "annotation": _annotation(source)}
            events.append(("response.output_text.annotation.added", added))
            told += 1
    return [
        *events,
        ("response.output_text.done", {**where, "text": given.text, "logprobs": []}),
        ("response.content_part.done", {**where, "part": part}),
        ("response.output_item.done", {**item, "item": message}),
        (f"response.{_status(given)}", {"response": _response(given, metadata)}),
    ]


def _head(given: Given, metadata: Any) -> dict[str, Any]:
    """What does not change while a response comes."""
    return {
        "id": _ID + given.id,
        "object": "response",
        "created_at": given.created,
        "model": given.answer.model,
        "error": None,
        "incomplete_details": None,
        "instructions": None,
        "metadata": metadata or {},
        "parallel_tool_calls": False,
        "previous_response_id": None,
        "temperature": None,
        "tool_choice": "none",
        "tools": [],
        "top_p": None,
    }


def _message(given: Given) -> dict[str, Any]:
    return {
        "id": f"msg_{given.id}",
        "type": "message",
        "role": "assistant",
        "status": _status(given),
        "content": [_part(given)],
    }


def _part(given: Given) -> dict[str, Any]:
    annotations = [_annotation(one) for one in given.sources()]
    return {"type": "output_text", "text": given.text, "annotations": annotations, "logprobs": []}


def _annotation(source: dict[str, Any]) -> dict[str, Any]:
    return {"type": "url_citation", **source}


def _status(given: Given) -> str:
    return "incomplete" if given.cut else "completed"
