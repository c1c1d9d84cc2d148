"""An error as a response: in OpenAI's form on its paths, else as a `google.rpc.Status`."""

from __future__ import annotations

from google.protobuf.json_format import MessageToDict
from starlette.responses import JSONResponse

from mesh import openai
from mesh.errors import MyriadError


def response(error: MyriadError, path: str) -> JSONResponse:
    body = openai.body(error) if openai.speaks(path) else MessageToDict(error.status())
    return JSONResponse(body, openai.status(error), error.retry_after)
