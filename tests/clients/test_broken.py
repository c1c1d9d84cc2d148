"""`myriad_client` when a call breaks off in the middle."""

from __future__ import annotations

import os
import signal
from collections import Counter
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from typing import NoReturn

import grpc
import httpx
import pytest

from myriad_api.myriad.connectome.v1 import CreateMindRequest, MindServiceStub
from myriad_api.myriad.gatekeeper.v1 import CreateKeyRequest, KeyServiceStub, RotateKeyRequest
from myriad_client import Answer, DocumentInput, Myriad, Unavailable
from tests.system.harness import Up, needs_all, until

pytestmark = needs_all
MIND = "broken"
QUESTION = "Into which sea does the Lena flow?"
LENA = DocumentInput(id="lena", text="The Lena is a river in Siberia. It flows into the Laptev Sea.")


@pytest.fixture
def myriad(secured: Up, told: Mapping[str, str]) -> Iterator[Myriad]:
    with Myriad(told["MYRIAD_URL"], told["MYRIAD_API_KEY"], authority=told["MYRIAD_CA"]) as client:
        list(client.learn(MIND, [LENA]))
        yield client
    until(lambda: serves(secured), 30)


def serves(up: Up) -> bool:
    with up.http() as http, suppress(httpx.TransportError):
        return http.get("/v1/fleet").is_success
    return False


@contextmanager
def stopped(up: Up, name: str) -> Iterator[None]:
    """While the block lasts a process stands still."""
    pid = up.pid(name)
    assert pid
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


def kill_envoy(up: Up) -> None:
    pid = up.pid("envoy")
    assert pid
    os.kill(pid, signal.SIGKILL)
    until(lambda: up.pid("envoy") not in (None, pid), 20)


def test_a_question_that_envoy_loses_in_the_middle_is_asked_again(secured: Up, myriad: Myriad) -> None:
    with ThreadPoolExecutor(1) as thread:
        with stopped(secured, "mind"):
            asking = thread.submit(myriad.ask, QUESTION, mind=MIND)
            with pytest.raises(TimeoutError):
                asking.result(0.3)
            kill_envoy(secured)
        assert asking.result(30).short_answer == "Laptev Sea"


def test_a_stream_that_has_begun_is_not_begun_again_by_itself(secured: Up, myriad: Myriad) -> None:
    events = myriad.stream(QUESTION, mind=MIND)
    first = next(events)
    assert not isinstance(first, Answer)
    with stopped(secured, "mind"):
        kill_envoy(secured)
    later = list[object]()
    try:
        later += events
    except Unavailable:
        assert not any(isinstance(one, Answer) for one in later)
    else:  # all of it was on its way before
        assert sum(isinstance(one, Answer) for one in later) == 1
    assert first not in later


class Away(grpc.GenericRpcHandler):
    """A Myriad none of whose components answers; which methods were called, and how often."""

    def __init__(self) -> None:
        self.called = Counter[str]()

    def service(self, handler_call_details: grpc.HandlerCallDetails) -> grpc.RpcMethodHandler[bytes, bytes] | None:
        name = str(handler_call_details.method).rpartition("/")[2]

        def refuse(_request: bytes, context: grpc.ServicerContext) -> NoReturn:
            self.called[name] += 1
            context.abort(grpc.StatusCode.UNAVAILABLE, "away")

        return grpc.unary_unary_rpc_method_handler(refuse)


def test_what_done_twice_is_something_else_is_tried_once_and_all_else_a_few_times() -> None:
    away = Away()
    with ThreadPoolExecutor(2) as threads:
        server = grpc.server(threads, handlers=[away])
        port = server.add_insecure_port("127.0.0.1:0")
        server.start()
        try:
            with Myriad(f"http://127.0.0.1:{port}", "key", timeout=20) as client:
                for call in (
                    lambda: client.ask(QUESTION),
                    lambda: client.forget(MIND, "lena"),
                    lambda: client.stub(KeyServiceStub).create_key(CreateKeyRequest()),
                    lambda: client.stub(KeyServiceStub).rotate_key(RotateKeyRequest(name="keys/k")),
                    lambda: client.stub(MindServiceStub).create_mind(CreateMindRequest(mind_id="a")),
                ):
                    with pytest.raises(Unavailable):
                        call()
        finally:
            server.stop(0).wait()
    assert away.called == {"Query": 5, "ForgetDocument": 5, "CreateKey": 1, "RotateKey": 1, "CreateMind": 1}
