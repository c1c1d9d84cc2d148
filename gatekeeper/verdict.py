"""The verdict on a request, in Envoy's words (envoy/service/auth/v3/external_auth.proto)."""

from __future__ import annotations

import base64

from envoy.config.core.v3.base_pb2 import HeaderValue, HeaderValueOption
from envoy.service.auth.v3.external_auth_pb2 import CheckResponse, DeniedHttpResponse, OkHttpResponse
from envoy.type.v3.http_status_pb2 import HttpStatus
from google.protobuf.json_format import MessageToJson
from google.rpc.status_pb2 import Status

from gatekeeper.authentication import API_KEY, AUTHORIZATION
from gatekeeper.ports import Key
from mesh.access import AGENT_HEADER, ALL_MINDS, KEY_HEADER, MINDS_HEADER, ROLE_HEADER
from mesh.errors import DETAILS_KEY, MyriadError
from myriad.type.v1.access_pb2 import Role

UNAUTHORIZED = 401
POD = "pod"
"""Where the cluster of the agent hosts looks for addresses, below `envoy.filters.http.ext_authz`."""


def allowed(key: Key, agent: str, addresses: str) -> CheckResponse:
    """Let a request through: services see who calls and never the secret; Envoy sees where `agent` is."""
    headers = {
        KEY_HEADER: key.id,
        ROLE_HEADER: Role.Name(key.role),
        MINDS_HEADER: ",".join(sorted(key.minds)) or ALL_MINDS,
    }
    removed = [AUTHORIZATION, API_KEY]
    if agent:
        headers[AGENT_HEADER] = agent
    else:
        removed.append(AGENT_HEADER)
    response = CheckResponse(
        status=Status(),
        ok_response=OkHttpResponse(headers=_overwriting(headers), headers_to_remove=removed),
    )
    if addresses:
        response.dynamic_metadata.update({POD: addresses})
    return response


def denied(error: MyriadError, *, grpc: bool) -> CheckResponse:
    """Send a request back with 401. Over gRPC Envoy makes that UNAUTHENTICATED, with the body as its message."""
    status = error.status()
    headers = {"www-authenticate": "Bearer"}
    if grpc:
        body = error.message
        headers[DETAILS_KEY] = base64.b64encode(status.SerializeToString()).decode().rstrip("=")
    else:
        body = MessageToJson(status, indent=None)
        headers["content-type"] = "application/json"
    return CheckResponse(
        status=status,
        denied_response=DeniedHttpResponse(
            status=HttpStatus(code=UNAUTHORIZED), headers=_overwriting(headers), body=body
        ),
    )


def _overwriting(headers: dict[str, str]) -> list[HeaderValueOption]:
    return [
        HeaderValueOption(
            header=HeaderValue(key=key, value=value),
            append_action=HeaderValueOption.OVERWRITE_IF_EXISTS_OR_ADD,
        )
        for key, value in headers.items()
    ]
