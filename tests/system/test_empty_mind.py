"""A mind that was made and has learned nothing answers every call as any other mind does: it knows nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import httpx
import pytest
from google.api import field_behavior_pb2
from google.protobuf.descriptor_pb2 import FieldDescriptorProto

from tests.system.harness import Up, needs_all
from tests.unit.test_contracts import MESSAGES, NOT_BUILT_YET, ROUTES, Rpc, variables

pytestmark = needs_all

QUESTION = "Who sleeps in the empty house?"
REPEATED = FieldDescriptorProto.LABEL_REPEATED
VALUES: Mapping[int, Any] = {
    FieldDescriptorProto.TYPE_STRING: "nothing",
    FieldDescriptorProto.TYPE_BOOL: True,
    FieldDescriptorProto.TYPE_BYTES: "",
}
"""What a required field of a type gets; a number gets 1."""
TOLD = frozenset({"mind", "question"})
"""Fields that say which mind is asked what, required or not."""


@pytest.mark.parametrize("rpc", ROUTES, ids=lambda rpc: rpc.name)
def test_a_call_on_an_empty_mind_fails_by_no_fault_of_the_server(running: Up, rpc: Rpc) -> None:
    mind = f"minds/empty-{rpc.name.replace('.', '-').lower()}"
    with running.http() as http:
        made(http, mind)
        body, query = parts(rpc, mind)
        response = http.request(rpc.verb, path(rpc, mind), json=body, params=query)
    allowed = httpx.codes.NOT_IMPLEMENTED if rpc.name in NOT_BUILT_YET else httpx.codes.INTERNAL_SERVER_ERROR - 1
    assert response.status_code <= allowed, response.text
    assert "INTERNAL" not in response.text


@pytest.mark.parametrize("model", ["myriad-swift", "myriad-base", "myriad-max"])
def test_an_empty_mind_abstains_and_recalls_nothing(running: Up, model: str) -> None:
    mind = f"minds/nothing-{model}"
    asked = {"question": QUESTION, "mind": mind, "model": model}
    with running.http() as http:
        made(http, mind)
        answer = http.post("/v1/query", json=asked).json()["answer"]
        recalled = http.post("/v1/recall", json=asked)
    assert answer["state"].endswith("ABSTAINED")
    assert answer["citations"] == answer["agents"] == []
    assert recalled.json()["passages"] == []


def made(http: httpx.Client, mind: str) -> None:
    assert http.post("/v1/minds", params={"mindId": mind.removeprefix("minds/")}, json={}).is_success


def path(rpc: Rpc, mind: str) -> str:
    """The route with every variable filled: the mind, and what it does not have."""
    filled = rpc.path
    for name, template in variables(rpc.path):
        value = template.replace("minds/*", mind, 1).replace("*", "0000000000000000")
        filled = re.sub(rf"{{{name}(=[^}}]*)?}}", value, filled)
    return filled


def parts(rpc: Rpc, mind: str) -> tuple[Any, dict[str, Any]]:
    """The body and the query of a request with all that it needs."""
    bound = {name for name, _ in variables(rpc.path)}
    fields = [field for field in MESSAGES[rpc.request].field if field.name not in bound]
    values = {field.json_name: value(field, mind) for field in fields if wanted(field) or field.name == rpc.body}
    if rpc.body == "*":
        return values, {}
    named = next((field.json_name for field in fields if field.name == rpc.body), "")
    return values.pop(named, None), values


def wanted(field: FieldDescriptorProto) -> bool:
    behaviour = field.options.Extensions[field_behavior_pb2.field_behavior]
    return field.name in TOLD or field_behavior_pb2.REQUIRED in behaviour


def value(field: FieldDescriptorProto, mind: str) -> Any:
    if field.name in TOLD:
        return mind if field.name == "mind" else QUESTION
    inner = MESSAGES.get(field.type_name.removeprefix("."))
    one = (
        {part.json_name: value(part, mind) for part in inner.field if wanted(part)}
        if inner
        else VALUES.get(field.type, 1)
    )
    return [one] if field.label == REPEATED else one
