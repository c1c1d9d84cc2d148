"""
What MCP says of errors: JSON-RPC's, here of no request in particular, for it is refused before it is read.

The orchestrator answers this path; Envoy and the gatekeeper, which may refuse a request before it gets there, say it in
the same form: MCP's clients show what such an error says, and of any other that there was one.
"""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from google.protobuf.json_format import MessageToDict

from mesh import openai
from mesh.errors import MyriadError

PATHS = ("/mcp",)
_INVALID_REQUEST, _INTERNAL_ERROR = -32600, -32603
"""JSON-RPC 2.0, section 5.1."""


def body(error: MyriadError) -> Mapping[str, Any]:
    """The JSON of an error; its `data` is what other paths say of it."""
    code = _INTERNAL_ERROR if openai.status(error) >= HTTPStatus.INTERNAL_SERVER_ERROR else _INVALID_REQUEST
    message, data = f"{error.message} ({error.reason_name})", MessageToDict(error.status())
    return {"jsonrpc": "2.0", "id": None, "error": {"code": code, "message": message, "data": data}}
