"""An error as a response: in OpenAI's form on its paths, else as a `google.rpc.Status`."""

from __future__ import annotations

from google.protobuf.json_format import MessageToDict
from starlette.responses import JSONResponse

from mesh import openai
from mesh.errors import MyriadError
from orchestrator.http import sse


def last(error: MyriadError, path: str) -> bytes:
    """How a stream ends that is cut: by an event where it is one in OpenAI's form."""
    return sse.event(openai.body(error)).encode() if openai.speaks(path) else b""


def response(error: MyriadError, path: str) -> JSONResponse:
    body = openai.body(error) if openai.speaks(path) else MessageToDict(error.status())
    return JSONResponse(body, openai.status(error), error.retry_after)
