"""The verdict: what Envoy is told to do with a request."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from envoy.config.core.v3.base_pb2 import HeaderValueOption
from google.rpc import error_details_pb2, status_pb2

from gatekeeper.errors import KeyInvalid, KeyMissing
from gatekeeper.ports import Key
from gatekeeper.verdict import allowed, denied
from myriad.type.v1.access_pb2 import Role


def key(*minds: str) -> Key:
    return Key(
        id="k1",
        display_name="",
        role=Role.ROLE_TEACHER,
        minds=frozenset(minds),
        created=datetime.now(UTC),
        expires=None,
    )


def headers(response: Any) -> dict[str, str]:
    return {option.header.key: option.header.value for option in response.headers}


@pytest.mark.parametrize(("minds", "value"), [((), "*"), (("minds/b", "minds/a"), "minds/a,minds/b")])
def test_services_are_told_who_calls(minds: tuple[str, ...], value: str) -> None:
    ok = allowed(key(*minds), "", "").ok_response
    assert headers(ok) == {"x-myriad-key": "k1", "x-myriad-role": "ROLE_TEACHER", "x-myriad-minds": value}


def test_what_came_under_a_trusted_name_is_overwritten_or_removed() -> None:
    for agent in ("", "minds/m/agents/a"):
        ok = allowed(key(), agent, "").ok_response
        assert {option.append_action for option in ok.headers} == {HeaderValueOption.OVERWRITE_IF_EXISTS_OR_ADD}
        trusted = {"x-myriad-key", "x-myriad-role", "x-myriad-minds", "x-myriad-agent"}
        assert trusted <= headers(ok).keys() | set(ok.headers_to_remove)
        assert not headers(ok).keys() & set(ok.headers_to_remove)


def test_no_service_sees_a_secret() -> None:
    assert {"authorization", "x-api-key"} <= set(allowed(key(), "", "").ok_response.headers_to_remove)


def test_envoy_is_told_where_the_agent_is_when_that_is_known() -> None:
    known = allowed(key(), "minds/m/agents/a", "10.0.0.1:1,10.0.0.2:1")
    assert dict(known.dynamic_metadata) == {"pod": "10.0.0.1:1,10.0.0.2:1"}
    assert headers(known.ok_response)["x-myriad-agent"] == "minds/m/agents/a"
    assert not allowed(key(), "minds/m/agents/a", "").HasField("dynamic_metadata")


def test_a_denied_rest_call_gets_the_status_as_json() -> None:
    response = denied(KeyMissing(), grpc=False)
    assert response.status.code == 16
    assert response.denied_response.status.code == 401
    assert headers(response.denied_response) == {"www-authenticate": "Bearer", "content-type": "application/json"}
    body = json.loads(response.denied_response.body)
    assert body["code"] == 16
    assert "x-api-key" in body["message"]
    assert body["details"] == [
        {"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "KEY_MISSING", "domain": "myriad"}
    ]


def test_a_denied_grpc_call_gets_the_message_and_the_details_apart() -> None:
    response = denied(KeyInvalid("no"), grpc=True).denied_response
    assert response.body == "no"
    status = status_pb2.Status.FromString(base64.b64decode(headers(response)["grpc-status-details-bin"] + "=="))
    info = error_details_pb2.ErrorInfo()
    assert status.details[0].Unpack(info)
    assert (status.code, info.reason) == (16, "KEY_INVALID")
