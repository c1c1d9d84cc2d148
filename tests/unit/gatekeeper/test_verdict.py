"""The verdict: what Envoy is told to do with a request."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta

import pytest
from google.rpc import error_details_pb2, status_pb2

from gatekeeper.errors import BudgetExhausted, KeyInvalid, KeyMissing
from gatekeeper.ports import Key
from gatekeeper.verdict import REMOVED_HEADER, allowed, denied
from mesh.conversation import Response
from mesh.errors import ComponentUnavailable, MyriadError
from myriad.type.v1.access_pb2 import Role


def key(*minds: str) -> Key:
    return Key(
        id="k1",
        display_name="",
        role=Role.ROLE_TEACHER,
        minds=frozenset(minds),
        all_minds=not minds,
        created=datetime.now(UTC),
        expires=None,
    )


def removed(verdict: Response) -> set[str]:
    return set(verdict.headers[REMOVED_HEADER].split(","))


@pytest.mark.parametrize(("minds", "value"), [((), "*"), (("minds/b", "minds/a"), "minds/a,minds/b")])
def test_services_are_told_who_calls(minds: tuple[str, ...], value: str) -> None:
    told = dict(allowed(key(*minds), "", "").headers)
    del told[REMOVED_HEADER]
    assert told == {"x-myriad-key": "k1", "x-myriad-role": "ROLE_TEACHER", "x-myriad-minds": value}


def test_what_came_under_a_trusted_name_is_overwritten_or_removed() -> None:
    for agent in ("", "minds/m/agents/a"):
        verdict = allowed(key(), agent, "")
        trusted = {"x-myriad-key", "x-myriad-role", "x-myriad-minds", "x-myriad-agent"}
        assert trusted <= verdict.headers.keys() | removed(verdict)
        assert not verdict.headers.keys() & removed(verdict)


NOW = datetime.now(UTC)


@pytest.mark.parametrize(
    ("error", "status", "told"),
    [
        (KeyMissing(), 401, {"www-authenticate": "Bearer"}),
        (BudgetExhausted(5, NOW + timedelta(seconds=1.2), NOW), 429, {"retry-after": "2"}),
        (ComponentUnavailable("the keys cannot be read"), 503, {"retry-after": "1"}),
    ],
)
def test_a_refusal_has_the_status_of_its_error_and_says_when_to_come_again(
    error: MyriadError, status: int, told: dict[str, str]
) -> None:
    for grpc in (False, True):
        verdict = denied(error, grpc=grpc)
        assert verdict.status == status
        assert {name: verdict.headers[name] for name in told} == told
        assert ("www-authenticate" in verdict.headers) is (status == 401)


def test_no_service_sees_a_secret() -> None:
    assert {"authorization", "x-api-key"} <= removed(allowed(key(), "", ""))


def test_envoy_is_told_where_the_agent_is_when_that_is_known() -> None:
    known = allowed(key(), "minds/m/agents/a", "10.0.0.1:1,10.0.0.2:1")
    assert known.headers["x-myriad-pod"] == "10.0.0.1:1,10.0.0.2:1"
    assert known.headers["x-myriad-agent"] == "minds/m/agents/a"
    assert "x-myriad-pod" not in allowed(key(), "minds/m/agents/a", "").headers


def test_a_denied_rest_call_gets_the_status_as_json() -> None:
    verdict = denied(KeyMissing(), grpc=False)
    assert verdict.status == 401
    assert verdict.headers == {"www-authenticate": "Bearer", "content-type": "application/json"}
    body = json.loads(verdict.body)
    assert body["code"] == 16
    assert "x-api-key" in body["message"]
    assert body["details"] == [
        {"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "KEY_MISSING", "domain": "myriad"}
    ]


def test_a_denied_grpc_call_gets_the_message_and_the_details_apart() -> None:
    verdict = denied(KeyInvalid("no"), grpc=True)
    assert verdict.body == "no"
    status = status_pb2.Status.FromString(base64.b64decode(verdict.headers["grpc-status-details-bin"] + "=="))
    info = error_details_pb2.ErrorInfo()
    assert status.details[0].Unpack(info)
    assert (status.code, info.reason) == (16, "KEY_INVALID")


def test_a_denied_call_of_openai_s_api_gets_openai_s_error() -> None:
    verdict = denied(KeyInvalid("no"), grpc=False, path="/v1/chat/completions?x=1")
    assert verdict.status == 401
    error = {"message": "no", "type": "invalid_request_error", "param": None, "code": "invalid_api_key"}
    assert json.loads(verdict.body) == {"error": error}


def test_a_denied_call_of_mcp_gets_an_error_of_json_rpc_for_no_request_in_particular() -> None:
    verdict = denied(KeyInvalid("no"), grpc=False, path="/mcp")
    said = json.loads(verdict.body)
    assert (verdict.status, said["jsonrpc"], said["id"]) == (401, "2.0", None)
    assert (said["error"]["code"], said["error"]["message"]) == (-32600, "no (KEY_INVALID)")
    assert said["error"]["data"] == json.loads(denied(KeyInvalid("no"), grpc=False, path="/v1/query").body)
