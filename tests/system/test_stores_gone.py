"""What docs/stores.md says under "When one does not answer", row by row, on servers that hang."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count

import httpx
import pytest

from tests.system.faults import forget
from tests.system.harness import Up, needs_all, until, until_well
from tests.system.load import MIND, River, learn, query, refusal, tried
from tests.system.production import HEAL_SECONDS, failing, server

pytestmark = [pytest.mark.timeout(300), *needs_all]
STATED_SECONDS = 60.0
REFUSED_SECONDS = 20.0
"""No refusal takes longer, once it is stated that a store does not answer."""
ANSWERED_SECONDS = 10.0
STATED = {"graph": {"graph"}, "packets": {"packets", "keys"}, "state": {"state"}, "cache": {"cache"}}
"""Of which stores a server that hangs is stated not to answer."""
numbers = count(5_000)


@pytest.fixture
def up(served: Up) -> Up:
    return served


@pytest.fixture
def http(up: Up) -> Iterator[httpx.Client]:
    with up.http() as http:
        http.timeout = httpx.Timeout(90)
        yield http
        until_well(lambda: failing(up), HEAL_SECONDS)


@contextmanager
def gone(up: Up, store: str) -> Iterator[None]:
    """In its block a server hangs, which is stated; whoever would end it for that, waits."""
    pid = server(up, store)
    assert pid
    os.kill(up.process.pid, signal.SIGSTOP)
    os.kill(pid, signal.SIGSTOP)
    try:
        until(lambda: STATED[store] <= set(failing(up)), STATED_SECONDS)
        yield
    finally:
        os.kill(pid, signal.SIGCONT)
        os.kill(up.process.pid, signal.SIGCONT)


def known(http: httpx.Client) -> tuple[River, str]:
    """A river that has been learned and asked about, and its agent, which is awake."""
    river = River(next(numbers))
    until_well(lambda: tried("", learn, http, river).problem, HEAL_SECONDS)
    answers(http, river)
    answer = asking(http, river).raise_for_status().json()["answer"]
    return river, str(answer["citations"][0]["agent"])


def answers(http: httpx.Client, river: River) -> None:
    until_well(lambda: tried("", query("myriad-base"), http, river).problem, HEAL_SECONDS)


def answered(http: httpx.Client, river: River) -> str:
    """The name of a right answer that came in time."""
    began = time.monotonic()
    body = {"question": river.question, "mind": MIND, "model": "myriad-base"}
    answer = http.post("/v1/query", json=body).raise_for_status().json()["answer"]
    assert river.told_by(answer["citations"], "quote"), answer
    assert time.monotonic() - began < ANSWERED_SECONDS
    return str(answer["name"])


def learning(http: httpx.Client) -> httpx.Response:
    return http.post(f"/v1/minds/{MIND}/documents:learn", json={"documents": [River(next(numbers)).document]})


def forgetting(http: httpx.Client, river: River) -> httpx.Response:
    return http.delete(f"/v1/minds/{MIND}/documents/{river.id}")


def asking(http: httpx.Client, river: River) -> httpx.Response:
    return http.post("/v1/query", json={"question": river.question, "mind": MIND, "model": "myriad-base"})


def unavailable(response: httpx.Response) -> None:
    problem, clear = refusal(response)
    assert response.status_code == httpx.codes.SERVICE_UNAVAILABLE, problem
    assert clear, problem
    assert response.elapsed.total_seconds() < REFUSED_SECONDS


def test_graph_gone_agents_that_are_awake_answer_by_name_and_the_rest_is_unavailable(
    up: Up, http: httpx.Client
) -> None:
    river, agent = known(http)
    with gone(up, "graph"):
        asked = http.post(f"/v1/{agent}:ask", json={"question": river.question}).raise_for_status().json()
        assert river.lake in asked["reply"]["text"]
        unavailable(asking(http, river))
        unavailable(learning(http))
    answers(http, river)


def test_packets_gone_what_is_awake_answers_and_what_sleeps_is_counted_as_missing(up: Up, http: httpx.Client) -> None:
    (river, _), (other, agent) = known(http), known(http)
    http.post(f"/v1/{agent}:dehydrate").raise_for_status()
    with gone(up, "packets"):
        answered(http, river)
        assert int(asking(http, other).raise_for_status().json()["answer"]["usage"]["agentsMissing"]) > 0
        unavailable(learning(http))
    answers(http, other)


def test_cache_gone_everything_works_from_the_packet_store(up: Up, http: httpx.Client) -> None:
    river, agent = known(http)
    http.post(f"/v1/{agent}:dehydrate").raise_for_status()
    with gone(up, "cache"):
        answered(http, river)
        other, _ = known(http)
        answered(http, other)
        assert not forget(http, river)
        assert asking(http, river).is_success


def test_state_gone_questions_are_answered_and_their_answers_cannot_be_shown(up: Up, http: httpx.Client) -> None:
    river, _ = known(http)
    before = answered(http, river)
    with gone(up, "state"):
        meanwhile = answered(http, river)
        for name in (before, meanwhile):
            unavailable(http.get(f"/v1/{name}/trace"))
        assert not learn(http, River(next(numbers)))
    until_well(lambda: failing(up), HEAL_SECONDS)
    assert http.get(f"/v1/{before}/trace").is_success


def test_state_gone_forgetting_is_to_be_tried_again(up: Up, http: httpx.Client) -> None:
    river, _ = known(http)
    with gone(up, "state"):
        unavailable(forgetting(http, river))
    until_well(lambda: failing(up), HEAL_SECONDS)
    assert not forget(http, river)


def test_state_gone_keys_go_on_and_a_key_is_made_and_revoked(up: Up, http: httpx.Client) -> None:
    river, _ = known(http)
    with gone(up, "state"):
        made = http.post("/v1/keys", json={"role": "ROLE_READER", "minds": [f"minds/{MIND}"]}).raise_for_status().json()
        with up.http(made["secret"]) as reader:
            answered(reader, river)
            http.delete(f"/v1/{made['key']['name']}").raise_for_status()
            assert asking(reader, river).status_code == httpx.codes.UNAUTHORIZED


def test_packets_gone_keys_go_on_and_none_is_made_or_revoked(up: Up, http: httpx.Client) -> None:
    """Keys lie in the same S3."""
    made = http.post("/v1/keys", json={"role": "ROLE_READER", "minds": [f"minds/{MIND}"]}).raise_for_status().json()
    river, _ = known(http)
    with gone(up, "packets"), up.http(made["secret"]) as reader:
        answered(reader, river)
        unavailable(http.post("/v1/keys", json={"role": "ROLE_READER", "minds": [f"minds/{MIND}"]}))
        unavailable(http.delete(f"/v1/{made['key']['name']}"))
