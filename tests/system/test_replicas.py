"""`myriad up --replicas 2`: two processes answer over one set of stores, and it makes no difference which."""

from __future__ import annotations

import os
import signal
import time
from collections import Counter
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from mesh.access import ALL_MINDS, KEY_HEADER, MINDS_HEADER, ROLE_HEADER
from myriad.orchestrator.v1 import answer_service_pb2 as answers_pb
from myriad.orchestrator.v1 import orchestrator_service_pb2 as pb
from myriad.orchestrator.v1.answer_service_pb2_grpc import AnswerServiceStub
from myriad.orchestrator.v1.orchestrator_service_pb2_grpc import OrchestratorServiceStub
from tests.system.harness import Up, needs_all, start, until
from tests.system.load import MIND, Load, River, learn

pytestmark = needs_all
READER = ((KEY_HEADER, "k"), (ROLE_HEADER, "ROLE_READER"), (MINDS_HEADER, ALL_MINDS))


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    folder = tmp_path_factory.mktemp("replicas")
    one = start(folder / "data", folder / "state", options=("--replicas", "2"))
    try:
        yield one
    finally:
        one.stop()


@pytest.fixture(scope="module")
def http(up: Up) -> Iterator[httpx.Client]:
    with up.http() as client:
        yield client


@pytest.fixture(scope="module")
def replicas(up: Up, http: httpx.Client) -> Iterator[list[Any]]:
    """A line to each orchestrator, past Envoy: the one beside the connectome that writes, and the one that follows."""
    components = http.get("/v1/fleet").json()["components"]
    addresses = [one["address"] for one in components if one["name"] == "orchestrator"]
    assert len(addresses) == 2
    lines = [up.inside(address, "orchestrator", "envoy") for address in addresses]
    yield lines
    for line in lines:
        line.close()


def ask(line: Any, river: River) -> Any:
    request = pb.QueryRequest(question=river.question, mind=f"minds/{MIND}", model="myriad-base")
    questions: Any = OrchestratorServiceStub(line)
    return questions.Query(request, metadata=READER, timeout=10).answer


def knows(line: Any, river: River) -> bool:
    return any(river.lake in citation.quote for citation in ask(line, river).citations)


def test_what_was_learned_is_known_to_all_at_once_and_what_was_forgotten_to_none(
    http: httpx.Client, replicas: list[Any]
) -> None:
    for number in range(12):
        river = River(number)
        assert not learn(http, river)
        assert [knows(line, river) for line in replicas] == [True, True], river
        if number % 3 == 0:
            assert http.delete(f"/v1/minds/{MIND}/documents/{river.id}").is_success
            assert [knows(line, river) for line in replicas] == [False, False], river
    assert [ask(line, River(1)).citations[0].agent for line in replicas] == [
        ask(line, River(1)).citations[0].agent for line in reversed(replicas)
    ]


def test_an_answer_of_one_is_shown_judged_and_replayed_by_the_other(http: httpx.Client, replicas: list[Any]) -> None:
    river = River(100)
    assert not learn(http, river)
    for one, other in (replicas, replicas[::-1]):
        name = ask(one, river).name
        service: Any = AnswerServiceStub(other)
        first: Any = AnswerServiceStub(one)
        shown = service.GetTrace(answers_pb.GetTraceRequest(name=name), metadata=READER, timeout=10)
        assert shown.answer.name == name
        assert service.ReplayAnswer(answers_pb.ReplayAnswerRequest(name=name), metadata=READER, timeout=10).same
        helpful = answers_pb.GiveFeedbackRequest(
            name=name, verdict=answers_pb.GiveFeedbackRequest.VERDICT_HELPFUL, whole_answer=True
        )
        assert service.GiveFeedback(helpful, metadata=READER, timeout=10).edge_count > 0
        again = first.GiveFeedback(helpful, metadata=READER, timeout=10)
        assert again.edge_count == 0  # the key has said so already, to whichever


def test_forgetting_takes_the_answers_of_all(http: httpx.Client, replicas: list[Any]) -> None:
    river = River(101)
    assert not learn(http, river)
    names = [ask(line, river).name for line in replicas]
    assert http.delete(f"/v1/minds/{MIND}/documents/{river.id}").is_success
    for name in names:
        assert http.get(f"/v1/{name}").status_code == httpx.codes.NOT_FOUND


@pytest.mark.parametrize("victim", ["mind-2", "mind"])
def test_a_replica_that_is_killed_costs_no_more_than_the_calls_under_way(
    up: Up, http: httpx.Client, victim: str
) -> None:
    rivers = [River(number) for number in range(200, 212)]
    assert not learn(http, *rivers)
    agents = [one["name"] for one in http.get(f"/v1/minds/{MIND}/agents").json()["agents"]]
    load = Load(up, rivers, agents)
    with load.applied(pause_seconds=0.02):
        time.sleep(2)
        assert not load.problems(0), Counter(one.problem for one in load.problems(0))
        killed = time.monotonic()
        pid = up.pid(victim)
        assert pid
        os.kill(pid, signal.SIGKILL)
        until(lambda: up.pid(victim) not in (None, pid), 10)
        until(lambda: all_serve(http), 30)
        well = time.monotonic()
        time.sleep(2)
    assert not [one for one in load.outcomes if not one.clear]
    # Of what goes through replicas; an agent that only the dead one's host held has to be brought back first.
    asked = [one for one in load.since(killed) if one.what != "ask"]
    failed = [one for one in asked if one.problem]
    assert len(failed) <= 4, Counter(one.problem for one in failed)
    late = [one for one in load.problems(well) if one.what != "ask"]
    assert not late, Counter(one.problem for one in late)
    assert len(asked) > 20


def all_serve(http: httpx.Client) -> bool:
    fleet = http.get("/v1/fleet").json()
    states = [one["state"] for one in fleet["components"] if one["name"] == "orchestrator"]
    return states == ["STATE_SERVING"] * 2 and [one["state"] for one in fleet.get("hosts", [])] == ["STATE_READY"] * 2


def test_a_follower_remembers_nothing_that_another_process_has_changed(http: httpx.Client, replicas: list[Any]) -> None:
    """Packets that were written anew elsewhere are found where they are now."""
    rivers = [River(number) for number in range(300, 306)]
    assert not learn(http, *rivers)
    for river in rivers:
        assert all(knows(line, river) for line in replicas)
    assert http.delete(f"/v1/minds/{MIND}/documents/{rivers[0].id}").is_success  # its bundle is written anew
    for river in rivers[1:]:
        assert all(knows(line, river) for line in replicas), river


def test_each_replica_has_a_host_of_its_own_which_comes_to_hold_what_it_asks(
    http: httpx.Client, replicas: list[Any]
) -> None:
    river = River(400)
    assert not learn(http, river)
    for line in replicas * 2:
        assert knows(line, river)
    [agent] = http.get(f"/v1/minds/{MIND}/agents", params={"document": f"minds/{MIND}/documents/{river.id}"}).json()[
        "agents"
    ]
    until(lambda: http.get(f"/v1/{agent['name']}").json()["agent"]["hosts"] == ["host-1", "host-2"], 10)
