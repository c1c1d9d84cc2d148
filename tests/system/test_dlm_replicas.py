"""Two DLMs in one `myriad up`: under load one is killed, and the other stands still for a while."""

from __future__ import annotations

import os
import random
import signal
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from itertools import count
from pathlib import Path

import httpx
import pytest

from cli.troubles import present
from tests.conftest import SOAK_SECONDS
from tests.system.harness import Up, needs_all, start, until
from tests.system.load import MIND, SLOW_SECONDS, Load, River, learn, query, recall, tried
from tests.system.production import START_SECONDS, STOP_SECONDS, needs_servers

pytestmark = needs_all
DLMS = ("dlm", "dlm-2")
KNOWN = [River(number) for number in range(40)]
FROZEN_SECONDS = 6.0
"""Longer than a host waits for an answer, and than forgetting waits for a replica."""
FORGET_SECONDS = 45.0
"""No forgetting takes longer, nor a word that it failed."""
ENDED_SECONDS = 25.0
"""Longer than the supervisor lets something hang, and than a replica may be silent."""
HEAL_SECONDS = 60.0
WARM_SECONDS = 240.0
"""A graph on Neo4j is slow until its code is compiled."""
CALM_SECONDS = 2.0
ROUNDS = 12


def begun(up: Up) -> Load:
    """A load of questions about what has been learned, and is known by now as fast as it is going to be."""
    with up.http() as http:
        learned(http, *KNOWN)
        until(lambda: not any(tried("", query("myriad-base"), http, one).problem for one in KNOWN), WARM_SECONDS)
        agents = http.get(f"/v1/minds/{MIND}/agents", params={"pageSize": 100}).json()["agents"]
    return Load(up, KNOWN, [one["name"] for one in agents], learn_seconds=HEAL_SECONDS)


def learned(http: httpx.Client, *rivers: River) -> None:
    """Learn rivers, however long a store takes that has just started."""
    http.timeout = httpx.Timeout(HEAL_SECONDS)
    until(lambda: not tried("learn", lambda http, _: learn(http, *rivers), http, rivers[0]).problem, HEAL_SECONDS)
    http.timeout = httpx.Timeout(SLOW_SECONDS)


def killed(up: Up, name: str) -> None:
    pid = up.pid(name)
    assert pid
    os.kill(pid, signal.SIGKILL)


def frozen(up: Up, name: str, seconds: float, river: River) -> bool:
    """Let a DLM stand still while a river is forgotten; whether that was done, and not refused for now."""
    pid = up.pid(name)
    assert pid
    with up.http() as http, ThreadPoolExecutor() as pool:
        os.kill(pid, signal.SIGSTOP)
        try:
            done = pool.submit(forget, http, river)
            time.sleep(seconds)
        finally:
            with suppress(ProcessLookupError):  # the supervisor has ended it
                os.kill(pid, signal.SIGCONT)
        return done.result()


def forget(http: httpx.Client, river: River) -> bool:
    """Whether a river is forgotten; if not, it was refused in a way that says to try again."""
    outcome = tried("forget", _delete, http, river)
    print(f"\nforgotten in {outcome.seconds:.1f} s", outcome.problem)
    assert outcome.clear, outcome
    return not outcome.problem


def _delete(http: httpx.Client, river: River) -> str:
    http.delete(f"/v1/minds/{MIND}/documents/{river.id}", timeout=FORGET_SECONDS).raise_for_status()
    return ""


def unwell(http: httpx.Client) -> str:
    try:
        fleet = http.get("/v1/fleet").raise_for_status().json()
    except httpx.HTTPError as error:
        return repr(error)
    hosts = present(fleet)
    states = Counter(one["state"] for one in fleet["components"] if one["name"] == "dlm")
    if states != {"STATE_SERVING": len(DLMS)} or len(hosts) != 2 or fleet["edge"]["connectedCount"] != 1:
        return f"{states}, {len(hosts)} hosts, {fleet['edge']}"
    return query("myriad-base")(http, KNOWN[1])


def one_round(up: Up, load: Load, rivers: Iterator[River], victim: str, seconds: float, late: str = "-") -> None:
    """
    Kill a DLM, then freeze the other, under questions, learning and forgetting; then all is well again.

    Nothing that was acknowledged is lost, nothing forgotten answers, and what fails says that it may be tried again.
    `late`: what may be said besides, where a store may be too slow for a question's deadline by itself.
    """
    other, gone, before = next(one for one in DLMS if one != victim), next(rivers), len(load.learned)
    with up.http() as http:
        learned(http, gone)
        until(lambda: not tried("query", query("myriad-base"), http, gone).problem, HEAL_SECONDS)  # it is awake
        with load.applied(learning=rivers):
            since = time.monotonic()
            time.sleep(CALM_SECONDS / 4)
            killed(up, victim)
            until(lambda: up.pid(victim), HEAL_SECONDS)
            forgotten = frozen(up, other, seconds, gone)
            ended = time.monotonic()
            until(lambda: not tried("", lambda http, _: unwell(http), http, gone).problem, HEAL_SECONDS)
            well = time.monotonic()
            time.sleep(CALM_SECONDS)
        outcomes = [one for one in load.since(since) if not one.problem.startswith(late)]
        failed = Counter(one.problem for one in outcomes if one.problem)
        print(f"\n{victim} killed, {other} frozen for {seconds:.0f} s; well after {well - ended:.1f} s more;", end=" ")
        print(f"{failed.total()} of {len(outcomes)} failed: {failed}")
        assert not [one for one in outcomes if not one.clear or (one.seconds > SLOW_SECONDS and one.what != "learn")]
        assert not [one for one in outcomes if one.problem and one.began >= well]
        until(lambda: forgotten or forget(http, gone), HEAL_SECONDS)
        for river in load.learned[before:]:
            assert http.get(f"/v1/minds/{MIND}/documents/{river.id}").is_success, river
            until(lambda river=river: not tried("", recall, http, river).problem, HEAL_SECONDS)  # type: ignore[misc]
        for request in (query("myriad-base"), recall):
            said = [tried("", request, http, gone).problem for _ in range(3)]
            assert "" not in said  # it names another, or none
            assert any(one.startswith("wrong") for one in said), said


def test_one_dlm_is_killed_and_the_other_stands_still_under_load(tmp_path: Path, redis_server: str) -> None:
    up = start(tmp_path / "data", tmp_path / "state", options=("--replicas", "2"), told={"MYRIAD_REDIS": redis_server})
    try:
        one_round(up, begun(up), map(River, count(len(KNOWN))), "dlm", FROZEN_SECONDS)
    finally:
        up.stop()


@pytest.mark.soak
@pytest.mark.timeout(SOAK_SECONDS)
def test_dlms_are_killed_and_frozen_again_and_again_on_production_stores(tmp_path: Path) -> None:
    needs_servers()
    chance, rivers = random.Random(ROUNDS), map(River, count(len(KNOWN)))
    options = ("--stores", "production", "--replicas", "2")
    up = start(tmp_path / "data", tmp_path / "state", options=options, seconds=START_SECONDS)
    try:
        load = begun(up)
        for number in range(ROUNDS):
            seconds = ENDED_SECONDS if number % 4 == 3 else chance.uniform(1, 2 * FROZEN_SECONDS)
            one_round(up, load, rivers, chance.choice(DLMS), seconds, late="504 DEADLINE_EXCEEDED")
    finally:
        up.stop(STOP_SECONDS)
