"""An error as a response, in OpenAI's form."""

from __future__ import annotations

import math

from starlette.responses import JSONResponse

from mesh import openai
from mesh.errors import MyriadError


def response(error: MyriadError) -> JSONResponse:
    headers = {} if error.retry_seconds is None else {"retry-after": str(math.ceil(error.retry_seconds))}
    return JSONResponse(openai.body(error), openai.status(error), headers)
