"""An error as a response, in OpenAI's form."""

from __future__ import annotations

from starlette.responses import JSONResponse

from mesh import openai
from mesh.errors import MyriadError


def response(error: MyriadError) -> JSONResponse:
    return JSONResponse(openai.body(error), openai.status(error), error.retry_after)
