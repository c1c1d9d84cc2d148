"""`myriad up --stores production`: the whole on Neo4j, an S3 server and Valkey, and each of them alone."""

from __future__ import annotations

import os
import re
import signal
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

import httpx
import pytest
import redis

from tests.servers import S3, Neo4j
from tests.system.harness import Up, alive, needs_all, start, until
from tests.system.production import HEAL_SECONDS, OPTIONS, SERVERS, START_SECONDS, STOP_SECONDS, failing, server
from tests.system.production import production as started
from tests.system.scraping import hydrations

pytestmark = [pytest.mark.timeout(300), *needs_all]
TIERS = ("myriad-swift", "myriad-base", "myriad-max")
LOOKED_AFTER = {"client|setinfo", "hello", "info", "ping", "set"}
"""Commands of Redis that connect to it and see whether it answers,"""
LEASES_A_SECOND = 5
"""and scripts that come without a question."""
RIVERS = (
    {"id": "lena", "title": "Lena", "text": "The Lena is a river in Siberia. It flows into the Laptev Sea."},
    {"id": "ob", "title": "Ob", "text": "The Ob is a river in Siberia. It flows into the Kara Sea."},
)
LENA = ("Into which sea does the Lena flow?", "Laptev Sea")
OB = ("Into which sea does the Ob flow?", "Kara Sea")


def learn(up: Up, mind: str = "rivers") -> bool:
    """Whether all was learned; while a store does not answer, nothing is."""
    with up.http() as http:
        response = http.post(f"/v1/minds/{mind}/documents:learn", json={"documents": RIVERS}, timeout=60)
        assert response.is_success or response.status_code == httpx.codes.SERVICE_UNAVAILABLE, response.text
        return response.is_success


def ask(up: Up, question: str, model: str = "myriad-base", mind: str = "rivers") -> str:
    """What is quoted for an answer, or what went wrong."""
    with up.http() as http:
        response = http.post("/v1/query", json={"question": question, "mind": mind, "model": model}, timeout=30)
        if not response.is_success:
            return response.text
        answer = response.json()["answer"]
        return " ".join(one["quote"] for one in answer.get("citations", [])) or str(answer)


def knows(up: Up, question: str, answer: str) -> bool:
    try:
        return answer in ask(up, question)
    except httpx.HTTPError:
        return False


@pytest.fixture(scope="module")
def production(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    """All of it on real servers, with something learned."""
    with started(tmp_path_factory.mktemp("production")) as up:
        learn(up)
        yield up


@pytest.mark.parametrize("tier", TIERS)
def test_it_answers_from_what_it_learned(production: Up, tier: str) -> None:
    question, answer = LENA
    until(lambda: answer in ask(production, question, tier), HEAL_SECONDS)  # the first of all is slow: Neo4j is cold


def test_what_is_forgotten_answers_no_more_and_the_rest_does(production: Up) -> None:
    learn(production, "forgetful")
    with production.http() as http:
        http.delete("/v1/minds/forgetful/documents/lena", timeout=60).raise_for_status()
    until(lambda: OB[1] in ask(production, OB[0], mind="forgetful"), HEAL_SECONDS)
    assert LENA[1] not in ask(production, LENA[0], mind="forgetful")


def test_nothing_is_kept_in_embedded_stores_and_all_is_its_owners_alone(production: Up) -> None:
    assert not list(production.data.rglob("graph.db"))
    assert not (production.data / "packets").exists()
    for password in production.data.glob("stores/*/password"):
        assert password.stat().st_mode & 0o777 == 0o600
        secret = password.read_text().strip()
        commands = production.children().values()
        assert not any(secret in command for command in commands)
        assert not any(secret in log.read_text() for log in production.data.glob("logs/*.log"))


def test_a_question_whose_agents_are_awake_costs_no_store_more_than_the_write_of_its_trace(production: Up) -> None:
    questions = 20
    until(lambda: knows(production, *LENA), HEAL_SECONDS)
    before, commands, began = hydrations(production), called(production), time.monotonic()
    for _ in range(questions):
        assert knows(production, *LENA)
    seconds = time.monotonic() - began
    assert hydrations(production) == before
    more = called(production) - commands
    assert {command for store, command in more if store == "cache"} <= LOOKED_AFTER
    # Besides: what was of use is told the writer now and then, and hosts and leader renew their leases by scripts.
    assert more["state", "evalsha"] <= 1.5 * questions + LEASES_A_SECOND * (seconds + 2)


def called(up: Up) -> Counter[tuple[str, str]]:
    """Calls to the servers of Redis, by store and command."""
    calls: Counter[tuple[str, str]] = Counter()
    for store in ("state", "cache"):
        folder = up.data / "stores" / store
        port = re.search(r"^port (\d+)$", (folder / "valkey.conf").read_text(), re.MULTILINE)
        assert port
        with redis.Redis(port=int(port[1]), password=(folder / "password").read_text().strip()) as server:
            for name, counts in server.info("commandstats").items():
                calls[store, name.removeprefix("cmdstat_")] = counts["calls"]
    return calls


@pytest.mark.parametrize("store", SERVERS)
def test_a_server_that_dies_is_stated_started_again_and_has_lost_nothing(production: Up, store: str) -> None:
    pid = server(production, store)
    assert pid
    os.kill(pid, signal.SIGKILL)
    until(lambda: server(production, store) not in (None, pid), HEAL_SECONDS)
    until(lambda: not failing(production), HEAL_SECONDS)
    until(lambda: knows(production, *LENA) and knows(production, *OB), HEAL_SECONDS)
    until(lambda: learn(production, f"after-{store}"), HEAL_SECONDS)
    until(lambda: LENA[1] in ask(production, LENA[0], mind=f"after-{store}"), HEAL_SECONDS)


def test_a_graph_that_hangs_is_stated_with_its_reason(production: Up) -> None:
    pid = server(production, "graph")
    assert pid
    os.kill(pid, signal.SIGSTOP)
    try:
        until(lambda: "graph" in failing(production), HEAL_SECONDS)
    finally:
        os.kill(pid, signal.SIGCONT)
    until(lambda: not failing(production), HEAL_SECONDS)
    until(lambda: knows(production, *LENA), HEAL_SECONDS)


def test_all_stop_together_and_a_restart_has_lost_nothing(tmp_path: Path, production: Up) -> None:
    processes = production.children()
    production.stop(STOP_SECONDS)
    assert not [command for pid, command in processes.items() if alive(pid)]
    again = start(production.data, tmp_path / "state", options=OPTIONS, seconds=START_SECONDS)
    production.process, production.url, production.key = again.process, again.url, again.key
    until(lambda: knows(production, *LENA) and knows(production, *OB), HEAL_SECONDS)


@pytest.fixture(params=["graph", "packets", "state", "cache"])
def alone(request: pytest.FixtureRequest) -> Mapping[str, str]:
    """The variables that switch one store to a server that is there."""
    match request.param:
        case "graph":
            graph: Neo4j = request.getfixturevalue("neo4j")
            return {"MYRIAD_GRAPH": graph.uri, "MYRIAD_GRAPH_PASSWORD": graph.password}
        case "packets":
            s3: S3 = request.getfixturevalue("s3")
            return {
                "MYRIAD_PACKETS": f"s3://{s3.bucket}/some/prefix",
                "AWS_ENDPOINT_URL": s3.endpoint,
                "AWS_ACCESS_KEY_ID": s3.access_key,
                "AWS_SECRET_ACCESS_KEY": s3.secret_key,
                "AWS_REGION": s3.region,
            }
        case "state":
            return {"MYRIAD_REDIS": request.getfixturevalue("redis_server")}
        case _:
            return {"MYRIAD_CACHE": request.getfixturevalue("redis_server")}


def test_each_store_can_be_switched_alone(tmp_path: Path, alone: Mapping[str, str]) -> None:
    up = start(tmp_path / "data", tmp_path / "state", told=alone)
    try:
        learn(up)
        for tier in TIERS:
            until(lambda tier=tier: LENA[1] in ask(up, LENA[0], tier), HEAL_SECONDS)  # type: ignore[misc]
        assert not (up.data / "stores").exists()
        assert (up.data / "packets").exists() is ("MYRIAD_PACKETS" not in alone)
        assert bool(list(up.data.rglob("graph.db"))) is ("MYRIAD_GRAPH" not in alone)
    finally:
        up.stop()
