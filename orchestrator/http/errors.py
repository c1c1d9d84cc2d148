"""An error as a response, in the form of its path."""

from __future__ import annotations

from starlette.responses import JSONResponse

from mesh import forms, openai
from mesh.errors import MyriadError
from orchestrator.http import sse


def last(error: MyriadError, path: str) -> bytes:
    """How a stream of events ends that is cut."""
    return sse.event(forms.body(error, path)).encode()


def response(error: MyriadError, path: str) -> JSONResponse:
    return JSONResponse(forms.body(error, path), openai.status(error), error.retry_after)
