"""States of hosts in a Myriad that runs: idle until a question needs one, and idle again when nobody asks any more."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.system.harness import Up, needs_all, start, until
from tests.system.load import MIND, River, learn, query
from tests.system.test_resilience import endpoints

pytestmark = needs_all
RIVERS = [River(number) for number in range(5)]
REST_SECONDS = 20.0


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    """Two hosts, which rest when nobody has asked for two seconds."""
    folder = tmp_path_factory.mktemp("states")
    up = start(folder / "data", folder / "state", told={"MYRIAD_HOST_IDLE_SECONDS": "2"})
    try:
        yield up
    finally:
        up.stop()


@pytest.fixture
def http(up: Up) -> Iterator[httpx.Client]:
    with up.http() as client:
        until(lambda: set(states(client).values()) == {"idle"}, REST_SECONDS)
        yield client


def hosts(http: httpx.Client) -> list[dict[str, Any]]:
    return list(http.get("/v1/fleet").raise_for_status().json()["hosts"])


def states(http: httpx.Client) -> dict[str, str]:
    return {host["id"]: host["phase"].removeprefix("PHASE_").lower() for host in hosts(http)}


def agent(http: httpx.Client) -> str:
    return str(http.get(f"/v1/minds/{MIND}/agents").json()["agents"][0]["name"])


def test_all_hosts_are_idle_until_a_question_needs_one_and_again_when_nobody_asks(up: Up, http: httpx.Client) -> None:
    assert not endpoints(up)
    assert not learn(http, *RIVERS)
    assert set(states(http).values()) == {"idle"}, "to learn needs none"
    assert not query("myriad-base")(http, RIVERS[0])
    assert sorted(states(http).values()) == ["active", "idle"]
    assert endpoints(up) == {host["address"] for host in hosts(http) if host["phase"] == "PHASE_ACTIVE"}
    shown = up.run("status").stdout
    assert "active" in shown
    assert "idle" in shown
    until(lambda: set(states(http).values()) == {"idle"}, REST_SECONDS)
    assert not endpoints(up)
    assert not any(int(host.get("agentCount", 0)) for host in hosts(http))
    assert not query("myriad-base")(http, RIVERS[1])


def test_an_agent_that_is_asked_while_all_hosts_are_idle_answers(up: Up, http: httpx.Client) -> None:
    assert not learn(http, *RIVERS)
    assert not endpoints(up)
    answer = http.post(f"/v1/{agent(http)}:ask", json={"question": "Where does it end?"})
    assert answer.status_code == httpx.codes.OK, answer.text
    assert states(http)[answer.json()["host"]] == "active"


def test_a_drained_host_takes_nothing_and_the_other_is_activated_in_its_place(up: Up, http: httpx.Client) -> None:
    assert not learn(http, *RIVERS)
    first = http.post(f"/v1/{agent(http)}:ask", json={"question": "Where does it end?"}).json()["host"]
    [other] = states(http).keys() - {first}
    http.post(f"/v1/fleet/hosts/{first}:drain", json={}).raise_for_status()
    until(lambda: states(http)[first] == "draining", REST_SECONDS)
    http.post(f"/v1/{agent(http)}:dehydrate", json={}).raise_for_status()
    assert http.post(f"/v1/{agent(http)}:hydrate", json={}).json()["agent"]["hosts"] == [other]
    assert states(http) == {first: "draining", other: "active"}
