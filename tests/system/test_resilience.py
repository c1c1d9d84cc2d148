"""What happens when a process dies, freezes, comes or goes while requests flow."""

from __future__ import annotations

import json
import os
import random
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import count, islice
from pathlib import Path
from typing import Any

import grpc
import httpx
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc

from cli.supervisor import envoy
from cli.troubles import present
from myriad.dlm.v1.lifecycle_service_pb2 import HydrateRequest, WantedAgent
from myriad.dlm.v1.lifecycle_service_pb2_grpc import LifecycleServiceStub
from tests.conftest import SOAK_SECONDS
from tests.system.harness import (
    LOOK_AGAIN_SECONDS,
    STOP_SECONDS,
    Up,
    environment,
    free_port,
    name_of,
    needs_all,
    start,
    until,
    variables,
)
from tests.system.load import DEADLINES, MIND, SLOW_SECONDS, Load, Outcome, River, learn, query, recall, tried

pytestmark = needs_all

UNAVAILABLE = "503 COMPONENT_UNAVAILABLE: .*"
MIDST = {
    "mind": UNAVAILABLE,
    "genesis": "",
    "dlm": r"(\d+ agents missing)?",
    "host-1": "",
    "gatekeeper": UNAVAILABLE,
    "envoy": "connection: .*",
}
"""What comes of a query in the middle of which a process is killed: for most a clear refusal, for some nothing."""
KILLS = 252
LEARNED_AT_MOST = 20
"""Rivers that are learned while a process is killed and comes back."""
CORPUS = [River(number) for number in range(300)]
RECORDS = 4000
RECOVERY_SECONDS = 10.0
"""Three times what it takes on two cores that nobody else uses."""
JOIN_SECONDS = 1.0
BEFORE_DEATH_SECONDS = 0.3
"""For so long a process does nothing before it dies: requests are in the middle of it then."""
FROZEN_SECONDS = 4.0
"""Longer than the DLM waits for a host's heartbeat."""
HUNG_SECONDS = 40.0
"""Twice what the supervisor takes to be sure."""
RESTART_SECONDS = 30.0
CALM_SECONDS = 0.5
"""For so long nothing may go wrong any more once all is well again."""


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    """A Myriad that has learned three hundred rivers."""
    folder = tmp_path_factory.mktemp("resilience")
    up = start(folder / "data", folder / "state")
    try:
        file = folder / "rivers.jsonl"
        file.write_text("".join(json.dumps(river.document) + "\n" for river in CORPUS))
        done = up.run("learn", "--mind", MIND, "--json", str(file))
        assert json.loads(done.stdout)["learned"] == len(CORPUS), done.stderr
        yield up
    finally:
        up.stop()


@pytest.fixture(scope="module")
def fresh() -> Iterator[River]:
    """Rivers that nobody has learned yet."""
    return map(River, count(len(CORPUS)))


@pytest.fixture(scope="module")
def load(up: Up) -> Load:
    with up.http() as http:
        page = http.get(f"/v1/minds/{MIND}/agents", params={"pageSize": 50}).json()
    agents = [agent["name"] for agent in page["agents"]]
    wake(up, agents[::2], "host-1")
    return Load(up, CORPUS, agents)


@pytest.mark.parametrize("name", MIDST)
def test_a_killed_process_comes_back_and_nothing_acknowledged_is_lost(
    up: Up, load: Load, fresh: Iterator[River], name: str
) -> None:
    last, before = next(fresh), len(load.learned)
    with up.http() as http:
        with load.applied(learning=fresh):
            time.sleep(CALM_SECONDS)
            assert not learn(http, last)
            begun = time.monotonic()
            died, asked = kill(up, name)
            recovered(up, http, name, last, died)
            well = time.monotonic()
            time.sleep(CALM_SECONDS)
        report(f"{name} killed, all well after {well - died:.2f} s", load, begun)
        assert well - died < RECOVERY_SECONDS
        assert re.fullmatch(MIDST[name], asked.problem)
        assert not [one for one in [asked, *load.since(begun)] if not may_fail(one, killed=name)]
        assert not load.problems(since=well)
        for river in [last, *load.learned[before:]]:
            assert http.get(f"/v1/minds/{MIND}/documents/{river.id}").is_success, river
            assert not recall(http, river), river


@pytest.mark.soak
@pytest.mark.timeout(SOAK_SECONDS)
def test_whatever_is_killed_whenever_all_come_back_and_nothing_acknowledged_is_lost(
    up: Up, load: Load, fresh: Iterator[River]
) -> None:
    chance = random.Random(KILLS)
    assert {name_of(pid) for pid in up.children()} - {""} == set(MIDST)
    killed = [*MIDST] * (KILLS // len(MIDST))
    chance.shuffle(killed)
    for name in killed:
        last, before, begun = next(fresh), len(load.learned), time.monotonic()
        with up.http() as http:
            with load.applied(learning=islice(fresh, LEARNED_AT_MOST)):
                time.sleep(chance.random())
                pid = up.pid(name)
                assert pid, f"{name} does not run"
                os.kill(pid, signal.SIGKILL)
                recovered(up, http, name, last, time.monotonic())
            assert not [one for one in load.since(begun) if not may_fail(one, killed=name)], name
            for river in [last, *load.learned[before:], *chance.sample(CORPUS, 3)]:
                until(partial(_answered, http, river), RECOVERY_SECONDS)
    assert not lost(up, load)


def test_a_host_joins_serves_and_leaves_without_a_failed_request(up: Up, load: Load, tmp_path: Path) -> None:
    with load.applied(pause_seconds=0.02), up.http() as http, third_host(up, tmp_path) as host:
        begun = time.monotonic()
        until(lambda: serves(up, host.address), 30)
        serving = time.monotonic()
        until(lambda: not unwell(http, hosts=3), RECOVERY_SECONDS)
        joined = time.monotonic()
        assert host.address not in endpoints(up), "it is idle yet"
        agent = woken_on(up, http, host.id)
        assert host.address in endpoints(up)
        # Not always at the first: the gatekeeper hears a moment later where an agent was woken.
        until(lambda: ask(http, agent) == host.id, JOIN_SECONDS)
        time.sleep(CALM_SECONDS)
        host.process.terminate()
        assert host.process.wait(STOP_SECONDS) == 0
        time.sleep(CALM_SECONDS)
        assert not unwell(http, hosts=2)
        assert host.address not in endpoints(up)
        assert ask(http, agent) in ("host-1", "host-2")
    report(f"a host joined after {joined - serving:.2f} s, and left", load, begun)
    assert joined - serving < JOIN_SECONDS
    assert not load.problems(since=begun)


def test_what_a_drained_host_was_asked_for_is_awake_elsewhere_before_it_goes(
    up: Up, load: Load, tmp_path: Path
) -> None:
    with load.applied(pause_seconds=0.02), up.http() as http, third_host(up, tmp_path) as host:
        until(lambda: not unwell(http, hosts=3), 30)
        begun = time.monotonic()
        held = [woken_on(up, http, host.id) for _ in range(3)]
        drained = http.post(f"/v1/fleet/hosts/{host.id}:drain", json={}).raise_for_status().json()["host"]
        assert drained["address"] == host.address
        until(lambda: all(set(hosts_of(http, agent)) > {host.id} for agent in held), RECOVERY_SECONDS)
        assert host.address in endpoints(up)
        assert {ask(http, agent) for agent in held} <= {"host-1", "host-2"}
        host.process.terminate()
        assert host.process.wait(STOP_SECONDS) == 0
        assert all(ask(http, agent) for agent in held)
    assert not load.problems(since=begun)


def test_a_rolling_restart_of_everything_under_load_gives_no_wrong_answer_and_loses_none(
    up: Up, load: Load, fresh: Iterator[River]
) -> None:
    before = len(load.learned)
    with up.http() as http, load.applied(learning=fresh):
        for name in MIDST:
            last, begun, pid = next(fresh), time.monotonic(), up.pid(name)
            assert pid, f"{name} does not run"
            os.kill(pid, signal.SIGTERM)
            until(lambda pid=pid, name=name: up.pid(name) not in (None, pid), RESTART_SECONDS)  # type: ignore[misc]
            recovered(up, http, name, last, time.monotonic())
            report(f"{name} stopped and started anew", load, begun)
            assert not [one for one in load.since(begun) if not may_fail(one, killed=name)], name
            assert name != "host-1" or not load.problems(since=begun)
        for river in load.learned[before:]:
            assert not recall(http, river), river


def test_a_host_that_is_killed_costs_no_answer(up: Up, load: Load, tmp_path: Path) -> None:
    with load.applied(pause_seconds=0.02), up.http() as http, third_host(up, tmp_path) as host:
        until(lambda: not unwell(http, hosts=3), 30)
        begun = time.monotonic()
        held = [woken_on(up, http, host.id) for _ in range(3)]
        host.process.kill()
        for agent in held:
            until(partial(ask, http, agent), JOIN_SECONDS)
        time.sleep(CALM_SECONDS)
    report("a third host was killed", load, begun)
    assert not [one for one in load.problems(since=begun) if one.what != "ask" or not one.clear]
    assert len(load.problems(since=begun)) <= 1


def test_while_a_host_is_frozen_questions_are_answered(up: Up, load: Load) -> None:
    pid = up.pid("host-1")
    assert pid
    wake(up, load.agents[::2], "host-1")
    with load.applied(), up.http() as http:
        time.sleep(CALM_SECONDS)
        begun = time.monotonic()
        os.kill(pid, signal.SIGSTOP)
        try:
            time.sleep(FROZEN_SECONDS)
        finally:
            os.kill(pid, signal.SIGCONT)
        thawed = time.monotonic()
        until(lambda: not unwell(http), RECOVERY_SECONDS)
        well = time.monotonic()
        time.sleep(CALM_SECONDS)
    report(f"host-1 thawed, all well after {well - thawed:.2f} s", load, begun)
    assert not load.problems(since=well)
    for outcome in load.since(begun):
        assert outcome.clear, outcome
        if outcome.what in DEADLINES:
            assert not outcome.problem or outcome.problem.endswith("missing"), outcome
            assert outcome.seconds < DEADLINES[outcome.what], outcome


def test_processes_that_hang_are_ended_and_started_again(up: Up) -> None:
    hung = {name: up.pid(name) for name in MIDST}
    for pid in hung.values():
        assert pid
        os.kill(pid, signal.SIGSTOP)
    until(lambda: all(up.pid(name) not in (None, pid) for name, pid in hung.items()), HUNG_SECONDS)
    with up.http() as http:
        until(lambda: not unwell(http) and not query("myriad-base")(http, CORPUS[0]), RESTART_SECONDS)


def test_learning_ends_well_though_what_it_needs_is_killed(up: Up, tmp_path: Path) -> None:
    file = tmp_path / "records.jsonl"
    records = ({"id": f"r{n}", "text": f"Record {n} of Pelbavel is kept in box {n}."} for n in range(RECORDS))
    file.write_text("".join(json.dumps(record) + "\n" for record in records))
    learning = subprocess.Popen(
        [sys.executable, "-m", "cli", "learn", "--mind", "records", "--json", str(file)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(MYRIAD_URL=up.url, MYRIAD_API_KEY=up.key),
    )
    try:
        agents = 0
        for name in ("mind", "genesis", "dlm"):
            agents = more_agents(up, agents)
            assert learning.poll() is None, learning.communicate()
            kill(up, name)
            until(partial(up.pid, name), RECOVERY_SECONDS)
        out, err = learning.communicate(timeout=60)
    finally:
        learning.kill()
    summary = json.loads(out)
    assert (learning.returncode, summary["failed"]) == (0, 0), err
    assert summary["learned"] + summary["unchanged"] == RECORDS
    with up.http() as http:
        mind = http.get("/v1/minds/records").raise_for_status().json()["mind"]
        job = http.get(f"/v1/{summary['job']}").raise_for_status().json()["job"]
    # One job, which went on after each kill, and counts each record once.
    assert (job["state"], int(job["learnedCount"]) + int(job["unchangedCount"])) == ("STATE_SUCCEEDED", RECORDS)
    assert (int(mind["documents"]), int(mind["agents"])) == (RECORDS, RECORDS)


def test_after_all_that_everything_that_was_acknowledged_is_there(up: Up, load: Load) -> None:
    with up.http() as http:
        for river in CORPUS[::20]:
            # The DLM died a moment ago: an agent may be missing, and said to be, until it knows all hosts again.
            until(partial(_answered, http, river), RECOVERY_SECONDS)
    assert not lost(up, load)


def lost(up: Up, load: Load) -> set[str]:
    """The documents that were learned with an acknowledgement and are not there."""
    known, token = set[str](), ""
    with up.http() as http:
        while True:
            params = {"pageSize": "1000", "pageToken": token}
            page = http.get(f"/v1/minds/{MIND}/documents", params=params).raise_for_status().json()
            known |= {document["name"].rpartition("/")[2] for document in page["documents"]}
            if not (token := page["nextPageToken"]):
                return {river.id for river in [*CORPUS, *load.learned]} - known


def _answered(http: httpx.Client, river: River) -> bool:
    return not query("myriad-base")(http, river)


def kill(up: Up, name: str) -> tuple[float, Outcome]:
    """Kill a process in the middle of a query: the time of its death, and what came of the query."""
    pid = up.pid(name)
    assert pid, f"{name} does not run"
    with up.http() as http, ThreadPoolExecutor() as pool:
        os.kill(pid, signal.SIGSTOP)
        asked = pool.submit(tried, "query", query("myriad-base"), http, CORPUS[0])
        time.sleep(BEFORE_DEATH_SECONDS)
        os.kill(pid, signal.SIGKILL)
        return time.monotonic(), asked.result()


def recovered(up: Up, http: httpx.Client, name: str, river: River, died: float) -> None:
    """Wait until the process is there anew, the whole fleet serves, and asking and learning work."""
    problem = "no process"
    while problem:
        assert time.monotonic() - died < 4 * RECOVERY_SECONDS, f"long after {name} was killed: {problem}"
        time.sleep(LOOK_AGAIN_SECONDS)
        if up.pid(name):
            asked, learned = (tried("", request, http, river).problem for request in (query("myriad-base"), learn))
            problem = unwell(http) or asked or learned


def unwell(http: httpx.Client, hosts: int = 2) -> str:
    """What is missing from the fleet."""
    try:
        fleet = http.get("/v1/fleet").raise_for_status().json()
    except httpx.HTTPError as error:
        return repr(error)
    if down := [component["name"] for component in fleet["components"] if component["state"] != "STATE_SERVING"]:
        return f"down: {down}"
    there = present(fleet)
    return "" if len(there) == hosts else f"{len(there)} hosts"


def may_fail(outcome: Outcome, killed: str) -> bool:
    """Whether this may come of a request: a clear word in time, or nobody there while Envoy itself is away."""
    nobody = killed == "envoy" and outcome.problem.startswith("connection")
    return (outcome.clear or nobody) and outcome.seconds < SLOW_SECONDS


def report(what: str, load: Load, since: float) -> None:
    outcomes = load.since(since)
    print(f"\n{what}; {len(load.problems(since))} of {len(outcomes)} requests failed, were late or incomplete")
    for outcome in outcomes:
        if outcome.problem or outcome.seconds > 0.5:
            print(f"    {outcome.began - since:6.2f} s {outcome.what} {outcome.seconds:.2f} s {outcome.problem}")


@dataclass(frozen=True)
class Host:
    id: str
    address: str
    process: subprocess.Popen[bytes]


@contextmanager
def third_host(up: Up, folder: Path) -> Iterator[Host]:
    """An agent host beside those of the supervisor, with what the supervisor tells its own."""
    pid = up.pid("host-1")
    assert pid
    address = f"127.0.0.1:{free_port()}"
    told = {**variables(pid), "MYRIAD_HOST_ID": "host-3", "MYRIAD_LISTEN": address, "MYRIAD_METRICS_LISTEN": ""}
    with (folder / "host-3.log").open("wb") as log:
        process = subprocess.Popen([sys.executable, "-P", "-m", "agent_host"], env=told, stderr=log)
    try:
        yield Host("host-3", address, process)
    finally:
        process.kill()
        process.wait()


def serves(up: Up, address: str) -> bool:
    with up.inside(address, "agent_host") as channel:
        try:
            stub: Any = health_pb2_grpc.HealthStub(channel)
            answer = stub.Check(health_pb2.HealthCheckRequest(), timeout=1)
        except grpc.RpcError:
            return False
    return bool(answer.status == health_pb2.HealthCheckResponse.SERVING)


def endpoints(up: Up) -> set[str]:
    """The agent hosts that Envoy knows."""
    with envoy.admin(up.data) as socket, httpx.Client(transport=httpx.HTTPTransport(uds=socket)) as admin:
        lines = admin.get("http://envoy/clusters").text.splitlines()
    return {line.split("::")[1] for line in lines if line.startswith("agent_hosts::127.")}


def woken_on(up: Up, http: httpx.Client, host: str) -> str:
    """An agent that slept, was woken, and lives on a host now."""
    page = http.get(f"/v1/minds/{MIND}/agents", params={"pageSize": 1000}).raise_for_status().json()
    asleep = [str(agent["name"]) for agent in page["agents"] if agent["state"] != "STATE_ACTIVE"]
    agent = random.choice(asleep)
    wake(up, [agent], host)
    return agent


def wake(up: Up, agents: Sequence[str], host: str) -> None:
    """Have a host hold agents, as an orchestrator can."""
    dlm = up.pid("dlm")
    assert dlm
    wanted = [WantedAgent(agent=agent) for agent in agents]
    inside: Any = up.inside(variables(dlm)["MYRIAD_LISTEN"], "dlm", "orchestrator")
    with inside as channel:
        lifecycle: Any = LifecycleServiceStub(channel)
        request = HydrateRequest(mind=f"minds/{MIND}", agents=wanted, host=host)
        assert not lifecycle.Hydrate(request, timeout=10).failures


def hosts_of(http: httpx.Client, agent: str) -> list[str]:
    """Ids of the hosts that hold an agent."""
    return list(http.get(f"/v1/{agent}").raise_for_status().json()["agent"]["hosts"])


def ask(http: httpx.Client, agent: str) -> str:
    """Id of the host on which the agent answered; empty if it did not."""
    response = http.post(f"/v1/{agent}:ask", json={"question": "Where does it end?"})
    return str(response.json()["host"]) if response.is_success else ""


def more_agents(up: Up, than: int) -> int:
    """Wait until the mind `records` holds more agents; how many."""
    end = time.monotonic() + 30
    with up.http() as http:
        while time.monotonic() < end:
            try:
                response = http.get("/v1/minds/records")
                if response.is_success and (agents := int(response.json()["mind"]["agents"])) > than:
                    return agents
            except httpx.HTTPError:
                pass
            time.sleep(LOOK_AGAIN_SECONDS)
    raise AssertionError(f"learning stands still at {than} agents")
