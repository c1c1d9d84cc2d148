"""A mind that was made and has learned nothing answers every call as any other mind does: it knows nothing."""

from __future__ import annotations

import httpx
import pytest

from tests.calls import QUESTION, plain
from tests.system.harness import Up, needs_all
from tests.unit.test_contracts import NOT_BUILT_YET, ROUTES, Rpc

pytestmark = needs_all

IDS = {"keys": "0" * 16, "answers": f"ans_{'a' * 20}"}
"""Those of what there is not, in the form that they have."""


@pytest.mark.parametrize("rpc", ROUTES, ids=lambda rpc: rpc.name)
def test_a_call_on_an_empty_mind_fails_by_no_fault_of_the_server(running: Up, rpc: Rpc) -> None:
    mind = f"minds/empty-{rpc.name.replace('.', '-').lower()}"
    with running.http() as http:
        made(http, mind)
        call = plain(rpc, mind, IDS)
        response = http.request(rpc.verb, call.path, json=call.body)
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
