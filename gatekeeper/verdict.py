"""The verdict on a request, in the words of Envoy's ext_authz over HTTP."""

from __future__ import annotations

import base64
import json
from http import HTTPStatus

from gatekeeper.authentication import API_KEY, AUTHORIZATION
from gatekeeper.ports import Key
from mesh import forms, openai
from mesh.access import (
    AGENT_HEADER,
    ALL_MINDS,
    AT_ONCE_HEADER,
    KEY_HEADER,
    MINDS_HEADER,
    POD_HEADER,
    RATE_HEADER,
    ROLE_HEADER,
)
from mesh.conversation import Response
from mesh.errors import DETAILS_KEY, MyriadError
from myriad.type.v1.access_pb2 import Role

REMOVED_HEADER = "x-envoy-auth-headers-to-remove"
"""Names the headers that Envoy takes out of a request."""


def allowed(key: Key, agent: str, addresses: str) -> Response:
    """Let a request through: services see who calls and never the secret; Envoy sees where `agent` is."""
    headers = {
        KEY_HEADER: key.id,
        ROLE_HEADER: Role.Name(key.role),
        MINDS_HEADER: ALL_MINDS if key.all_minds else ",".join(sorted(key.minds)),
    }
    removed = [AUTHORIZATION, API_KEY]
    if agent:
        headers[AGENT_HEADER] = agent
    else:
        removed.append(AGENT_HEADER)
    if key.limits.requests_per_minute:
        headers[RATE_HEADER] = str(key.limits.requests_per_minute)
    if key.limits.at_once:
        headers[AT_ONCE_HEADER] = str(key.limits.at_once)
    if addresses:
        headers[POD_HEADER] = addresses
    return Response(HTTPStatus.OK, {**headers, REMOVED_HEADER: ",".join(removed)})


def denied(error: MyriadError, *, grpc: bool, path: str = "") -> Response:
    """
    Send a request back: with 401 if its key is not good, with 429 if it has nothing left.

    Over gRPC Envoy makes that UNAUTHENTICATED or RESOURCE_EXHAUSTED, with the body as its message.
    """
    http, status = openai.status(error), error.status()
    headers = {**error.retry_after, **({"www-authenticate": "Bearer"} if http is HTTPStatus.UNAUTHORIZED else {})}
    if grpc:
        details = base64.b64encode(status.SerializeToString()).decode().rstrip("=")
        return Response(http, {**headers, DETAILS_KEY: details}, error.message)
    headers["content-type"] = "application/json"
    return Response(http, headers, json.dumps(forms.body(error, path)))
