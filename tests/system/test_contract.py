"""Every method of the contract that keys open is built, and answers through the edge."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import grpc
import httpx
import pytest

from tests.calls import OPEN, plain
from tests.system.harness import Up, needs_all
from tests.unit.test_contracts import Rpc

pytestmark = needs_all
MIND = "minds/nothing-here"


@pytest.mark.parametrize("rpc", OPEN, ids=lambda rpc: rpc.name)
def test_no_method_says_that_it_is_not_built(running: Up, rpc: Rpc) -> None:
    call = plain(rpc, MIND)
    with grpc.insecure_channel(running.url.removeprefix("http://")) as channel:
        # A method with one request takes it as a stream of one.
        method: Any = channel.stream_stream(rpc.method)
        answer = method(iter([call.message]), metadata=(("x-api-key", running.key),), timeout=30)
        with suppress(grpc.RpcError):
            next(answer, None)
        answer.cancel()
        assert answer.code() not in (grpc.StatusCode.UNIMPLEMENTED, grpc.StatusCode.UNKNOWN), answer.details()
    if rpc.path:
        with running.http() as http:
            response = http.request(rpc.verb, call.path, json=call.body)
        assert response.status_code != httpx.codes.NOT_IMPLEMENTED
        assert "ROUTE_NOT_FOUND" not in response.text
