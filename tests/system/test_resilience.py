"""What happens when a process dies, freezes, comes or goes while requests flow."""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import httpx
import pytest

from tests.system.harness import LOOK_AGAIN_SECONDS, Up, needs_all, start
from tests.system.load import MIND, Load, Outcome, River, learn, query, recall, tried

pytestmark = needs_all

PROCESSES = ("connectome", "genesis", "dlm", "host-1", "host-2", "synth", "gatekeeper", "orchestrator", "envoy")
CORPUS = [River(number) for number in range(300)]
RECOVERY_SECONDS = 5.0
CALM_SECONDS = 0.5
"""For so long nothing may go wrong any more after all is well again."""


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
    return Load(up, CORPUS, [agent["name"] for agent in page["agents"]])


@pytest.mark.parametrize("name", PROCESSES)
def test_a_killed_process_comes_back_and_nothing_acknowledged_is_lost(
    up: Up, load: Load, fresh: Iterator[River], name: str
) -> None:
    last = next(fresh)
    with load.applied(fresh):
        time.sleep(CALM_SECONDS)
        with up.http() as http:
            assert not learn(http, last)
        killed = kill(up, name)
        seconds = recovered(up, last, killed, after=name)
        well = time.monotonic()
        time.sleep(CALM_SECONDS)
    show(name, seconds, load, killed)
    assert not load.problems(since=well)
    assert not [outcome for outcome in load.problems(killed) if not allowed(outcome, name)]
    with up.http() as http:
        for river in [*load.learned, last]:
            assert http.get(f"/v1/minds/{MIND}/documents/{river.id}").is_success, river
            assert not recall(http, river), river
        for river in CORPUS[::50]:
            assert not query("myriad-base")(http, river), river


def kill(up: Up, name: str) -> float:
    """Kill a process; the time of its death."""
    pid = up.pid(name)
    assert pid, f"{name} does not run"
    os.kill(pid, signal.SIGKILL)
    return time.monotonic()


def recovered(up: Up, river: River, died: float, after: str) -> float:
    """How long after `died` everything answered again: a process anew, all of the fleet, and a right answer."""
    reason = ""
    while (seconds := time.monotonic() - died) <= RECOVERY_SECONDS + 20:
        with up.http() as http:
            reason = (
                "no process"
                if not up.pid(after)
                else unwell(http) or tried("", lambda: query("myriad-base")(http, river)).problem
            )
        if not reason:
            return time.monotonic() - died
        time.sleep(LOOK_AGAIN_SECONDS)
    raise AssertionError(f"{after} was killed {seconds:.1f} s ago, and still: {reason}")


def unwell(http: httpx.Client, hosts: int = 2) -> str:
    """What is missing from the fleet."""
    try:
        fleet = http.get("/v1/fleet").raise_for_status().json()
    except httpx.HTTPError as error:
        return repr(error)
    down = [component["name"] for component in fleet["components"] if component["state"] != "STATE_SERVING"]
    return f"down: {down}" if down else "" if len(fleet["hosts"]) == hosts else f"{len(fleet['hosts'])} hosts"


def allowed(outcome: Outcome, killed: str) -> bool:
    """Whether a request may have failed like this: told clearly, or for want of an Envoy to tell it."""
    return outcome.clear or (killed == "envoy" and outcome.problem.startswith("connection"))


def show(name: str, seconds: float, load: Load, killed: float) -> None:
    print(
        f"\n{name}: {seconds:.2f} s, {len(load.problems(killed))} of {len([o for o in load.outcomes if o.began > killed])}"
    )
    for o in load.problems(killed):
        print(f"   {o.began - killed:6.2f} +{o.seconds:.2f} {o.what}: {o.problem}")
