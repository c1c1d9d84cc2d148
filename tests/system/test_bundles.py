"""Bundles in a running Myriad: merged while questions are asked, and damaged by whatever writes them."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle, takewhile
from pathlib import Path
from typing import Any

import httpx
import pytest

from genesis.sweep import MERGED_AT_LEAST
from tests.conftest import SOAK_SECONDS
from tests.system import kept
from tests.system.harness import Up, needs_all, until, until_well, variables
from tests.system.production import HEAL_SECONDS, production

pytestmark = needs_all

TOWNS = ("Aldermoor", "Brackwater", "Culverton", "Dunmarsh", "Elmscombe", "Farrowby", "Gallowglen", "Hexby", "Ironford")
assert len(TOWNS) >= MERGED_AT_LEAST


def refusal(up: Up, mind: str, town: str) -> str:
    """What is said of a document that is not learned; nothing if it is."""
    document = {"id": town.lower(), "title": town, "text": f"The lighthouse of {town} was built by Otto {town}son."}
    with up.http() as http:
        learned = http.post(f"/v1/minds/{mind}/documents:learn", json={"documents": [document]}, timeout=60)
    states = [result["state"] for result in learned.json().get("results", ())]
    return "" if states == ["STATE_LEARNED"] else learned.text


def learn(up: Up, mind: str, town: str) -> None:
    assert refusal(up, mind, town) == ""


def bundles(up: Up, mind: str) -> set[str]:
    """Where its agents' packets lie."""
    with up.http() as http:
        agents = http.get(f"/v1/minds/{mind}/agents").json()["agents"]
    return {agent["packetLocation"].partition("#")[0] for agent in agents}


def ask(up: Up, mind: str, town: str) -> str:
    """The answer, of agents that slept until then."""
    with up.http() as http:
        for agent in http.get(f"/v1/minds/{mind}/agents").json()["agents"]:
            http.post(f"/v1/{agent['name']}:dehydrate").raise_for_status()
        asked = {"question": f"Who built the lighthouse of {town}?", "mind": mind}
        answer: dict[str, Any] = http.post("/v1/query", json=asked, timeout=30).json()
    return str(answer.get("answer", {}).get("text", answer))


def right(up: Up, mind: str, town: str) -> bool:
    return f"Otto {town}son" in ask(up, mind, town)


def test_while_bundles_are_merged_every_question_has_its_answer(running: Up) -> None:
    """Genesis merges what is old when it starts, is killed in the midst of it, too, and learns again afterwards."""
    mind = "merged"
    folder = running.data / "packets" / "minds" / mind / "bundles"
    for town in TOWNS:
        learn(running, mind, town)
    assert len(bundles(running, mind)) == len(TOWNS)
    stop = threading.Event()

    def asking() -> list[bool]:
        return [right(running, mind, town) for town in takewhile(lambda _: not stop.is_set(), cycle(TOWNS))]

    with ThreadPoolExecutor(1) as pool:
        answers = pool.submit(asking)
        for seconds in (0.3, 0.6, 1.2, None):
            for file in folder.iterdir():
                os.utime(file, (0, 0))
            killed = running.pid("genesis")
            assert killed
            os.kill(killed, signal.SIGKILL)
            until(lambda killed=killed: running.pid("genesis") not in (None, killed), HEAL_SECONDS)  # type: ignore[misc]
            time.sleep(seconds or 0)
        until(lambda: len(bundles(running, mind)) == 1, HEAL_SECONDS)
        stop.set()
        assert all(answers.result())
        assert len(answers.result()) >= len(TOWNS)
    until_well(lambda: refusal(running, mind, "Kettleby"), HEAL_SECONDS)
    assert [town for town in TOWNS if not right(running, mind, town)] == []


def cut_off(content: bytes) -> bytes:
    return content[: len(content) // 3]


def flipped(content: bytes) -> bytes:
    middle = len(content) // 3
    return content[:middle] + bytes([content[middle] ^ 0xFF]) + content[middle + 1 :]


DAMAGE: Mapping[str, Callable[[bytes], bytes]] = {"PACKET_NOT_FOUND": cut_off, "PACKET_CORRUPT": flipped}


@pytest.mark.parametrize("reason", DAMAGE)
def test_a_damaged_bundle_costs_its_agents_alone_is_stated_and_mended_by_learning_again(
    running: Up, reason: str
) -> None:
    mends(running, f"damaged-{DAMAGE[reason].__name__.replace('_', '-')}", reason)


@pytest.mark.soak
@pytest.mark.timeout(SOAK_SECONDS)
def test_a_damaged_object_costs_its_agents_alone_is_stated_and_mended_by_learning_again(tmp_path: Path) -> None:
    with production(tmp_path) as up:
        for reason in DAMAGE:
            mends(up, f"damaged-{DAMAGE[reason].__name__.replace('_', '-')}", reason)


def mends(up: Up, mind: str, reason: str) -> None:
    damaged, sound = TOWNS[:2]
    for town in (damaged, sound):
        learn(up, mind, town)
        until(lambda town=town: right(up, mind, town), HEAL_SECONDS)  # type: ignore[misc]
    with up.http() as http:
        [name] = [one["name"] for one in http.get(f"/v1/minds/{mind}/agents").json()["agents"] if is_of(one, damaged)]
        location = http.get(f"/v1/{name}").json()["agent"]["packetLocation"]
    told = variables(up.pid("genesis") or 0)
    kept.spoil(told, location.partition("#")[0], DAMAGE[reason])
    before = lost(up)
    assert right(up, mind, sound)
    assert not right(up, mind, damaged)
    assert lost(up) > before
    with up.http() as http:
        woken = http.post(f"/v1/{name}:hydrate")
    assert (woken.is_success, reason in woken.text) == (False, True), woken.text
    assert "packets are missing or damaged" in up.run("status").stdout
    assert reason in up.run("repair", mind, "--json").stdout
    learn(up, mind, damaged)
    assert right(up, mind, damaged)
    assert right(up, mind, sound)
    assert up.run("repair", mind).returncode == 0


def is_of(agent: Mapping[str, str], town: str) -> bool:
    return agent["document"].endswith(town.lower())


def lost(up: Up) -> int:
    with up.http() as http:
        response: httpx.Response = http.get("/v1/fleet")
    return int(response.json()["hydration"]["lostCount"])
