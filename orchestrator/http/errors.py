"""
Errors in OpenAI's form: `{"error": {"message", "type", "param", "code"}}`, all four always there.

Source: OpenAI's API reference, "Error codes"; its clients raise classes by the HTTP status.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import grpc
from starlette.responses import JSONResponse

from mesh.errors import MyriadError

INVALID, SERVER = "invalid_request_error", "server_error"
_STATUSES: Mapping[grpc.StatusCode, HTTPStatus] = {
    grpc.StatusCode.INVALID_ARGUMENT: HTTPStatus.BAD_REQUEST,
    grpc.StatusCode.FAILED_PRECONDITION: HTTPStatus.BAD_REQUEST,
    grpc.StatusCode.OUT_OF_RANGE: HTTPStatus.BAD_REQUEST,
    grpc.StatusCode.UNAUTHENTICATED: HTTPStatus.UNAUTHORIZED,
    grpc.StatusCode.PERMISSION_DENIED: HTTPStatus.FORBIDDEN,
    grpc.StatusCode.NOT_FOUND: HTTPStatus.NOT_FOUND,
    grpc.StatusCode.ALREADY_EXISTS: HTTPStatus.CONFLICT,
    grpc.StatusCode.ABORTED: HTTPStatus.CONFLICT,
    grpc.StatusCode.RESOURCE_EXHAUSTED: HTTPStatus.TOO_MANY_REQUESTS,
    grpc.StatusCode.UNIMPLEMENTED: HTTPStatus.NOT_IMPLEMENTED,
    grpc.StatusCode.UNAVAILABLE: HTTPStatus.SERVICE_UNAVAILABLE,
    grpc.StatusCode.DEADLINE_EXCEEDED: HTTPStatus.GATEWAY_TIMEOUT,
}
"""As Envoy's transcoder has them (google.rpc.Code)."""
_WORDS: Mapping[str, tuple[str, str]] = {
    "KEY_MISSING": (INVALID, "invalid_api_key"),
    "KEY_INVALID": (INVALID, "invalid_api_key"),
    "KEY_EXPIRED": (INVALID, "invalid_api_key"),
    "MODEL_NOT_FOUND": (INVALID, "model_not_found"),
    "RATE_LIMITED": ("requests", "rate_limit_exceeded"),
    "BUDGET_EXHAUSTED": ("insufficient_quota", "insufficient_quota"),
}
"""The type and the code that OpenAI has for a reason."""
_PARAMS = {"MODEL_NOT_FOUND": "model", "MODEL_NOT_ALLOWED": "model", "MIND_NOT_FOUND": "metadata.mind",
           "MIND_REQUIRED": "metadata.mind"}  # fmt: skip


def body(error: MyriadError, param: str | None = None) -> dict[str, Any]:
    """The JSON of an error; `param` is the field that is to blame, if the error does not know."""
    reason = error.reason_name
    kind, code = _WORDS.get(reason, (SERVER if status(error) >= HTTPStatus.INTERNAL_SERVER_ERROR else INVALID, None))
    blamed = error.metadata.get("field") or _PARAMS.get(reason) or param
    return {"error": {"message": error.message, "type": kind, "param": blamed, "code": code or reason.lower()}}


def status(error: MyriadError) -> HTTPStatus:
    return _STATUSES.get(error.code, HTTPStatus.INTERNAL_SERVER_ERROR)


def response(error: MyriadError) -> JSONResponse:
    headers = {} if error.retry_seconds is None else {"retry-after": str(math.ceil(error.retry_seconds))}
    return JSONResponse(body(error), status(error), headers)
