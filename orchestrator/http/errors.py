"""An error as a response, in the form of its path."""

from __future__ import annotations

from starlette.responses import JSONResponse

from mesh import forms, openai
from mesh.errors import MyriadError
from orchestrator.http import sse


def last(error: MyriadError, path: str) -> bytes:
    """How a stream ends that is cut: by an event where it is one in OpenAI's form."""
    return sse.event(openai.body(error)).encode() if forms.OPENAI.holds(path) else b""


def response(error: MyriadError, path: str) -> JSONResponse:
    return JSONResponse(forms.body(error, path), openai.status(error), error.retry_after)
