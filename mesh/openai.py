"""
What OpenAI's API says of errors: `{"error": {"message", "type", "param", "code"}}`, all four always there.

The orchestrator answers these paths; Envoy and the gatekeeper, which may refuse a request before it gets there, say it
in the same form. Source: OpenAI's API reference, "Error codes"; its clients raise classes by the HTTP status.
"""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import grpc

from mesh.errors import MyriadError

_SERVED = ("/v1/chat/completions", "/v1/responses", "/v1/models")
_NOT_SERVED = ("/v1/completions", "/v1/embeddings")
UNVERSIONED = tuple(path.removeprefix("/v1") for path in (*_SERVED, *_NOT_SERVED))
"""What a client asks for whose base URL lacks `/v1`."""
PATHS = (*_SERVED, *_NOT_SERVED, *UNVERSIONED)
"""Where OpenAI's clients may come, whether there is something or not."""
_INVALID, _SERVER = "invalid_request_error", "server_error"
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
    "KEY_MISSING": (_INVALID, "invalid_api_key"),
    "KEY_INVALID": (_INVALID, "invalid_api_key"),
    "KEY_EXPIRED": (_INVALID, "invalid_api_key"),
    "MODEL_NOT_FOUND": (_INVALID, "model_not_found"),
    "RATE_LIMITED": ("requests", "rate_limit_exceeded"),
    "BUDGET_EXHAUSTED": ("insufficient_quota", "insufficient_quota"),
}
"""The type and the code that OpenAI has for a reason."""
_PARAMS = {
    "MODEL_NOT_FOUND": "model",
    "MODEL_NOT_ALLOWED": "model",
    "MIND_NOT_FOUND": "metadata.mind",
}
"""The parameter that is to blame for a reason."""


def status(error: MyriadError) -> HTTPStatus:
    return _STATUSES.get(error.code, HTTPStatus.INTERNAL_SERVER_ERROR)


def body(error: MyriadError) -> dict[str, Any]:
    """The JSON of an error."""
    reason = error.reason_name
    kind = _SERVER if status(error) >= HTTPStatus.INTERNAL_SERVER_ERROR else _INVALID
    kind, code = _WORDS.get(reason, (kind, reason.lower()))
    blamed = error.metadata.get("field") or _PARAMS.get(reason)
    return {"error": {"message": error.message, "type": kind, "param": blamed, "code": code}}
