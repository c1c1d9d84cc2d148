"""One HydrationRequest, from when it is made to the first answer of its agent, as each of those concerned sees it."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx

from dlm.operator.agent_host_pools import STATE_LABEL
from tests.kube.myriad import Myriad, until
from tests.kube.objects import HYDRATION_REQUESTS, Objects
from tests.system.load import MIND, River, learn, tried

LOOK_SECONDS = 0.005
SECONDS = 30.0


def woken(myriad: Myriad, objects: Objects, river: River) -> dict[str, float]:
    """Seconds from the request on: when it was `loading` (if that was shown) and `active`, and so on."""
    with myriad.http() as http, _Notes(myriad, objects).taken() as seen:
        agent = agent_of(http, river)
        began = time.monotonic()
        name = requested(objects, [agent])
        until(lambda: f"{name} Active" in seen, SECONDS)
        ask(http, agent, river)
        answered = time.monotonic()
        until(lambda: "labelled" in seen and "in Envoy" in seen, SECONDS)
    shown = {"loading": f"{name} Loading", "active": f"{name} Active", "in Envoy": "in Envoy", "labelled": "labelled"}
    moments = {step: seen[key] - began for step, key in shown.items() if key in seen}
    return {**moments, "answered": answered - began}


def requested(objects: Objects, agents: Sequence[str]) -> str:
    """The name of a new HydrationRequest."""
    body = {
        "apiVersion": "myriad.dev/v1alpha1",
        "kind": "HydrationRequest",
        "metadata": {"generateName": "wake-"},
        "spec": {"mind": MIND, "agents": [*agents], "reason": "a test"},
    }
    return str(objects.create(HYDRATION_REQUESTS, body)["metadata"]["name"])


def taught(myriad: Myriad, rivers: Sequence[River]) -> list[str]:
    """The agents of all that the mind knows, these rivers among it."""
    with myriad.http() as http:
        http.timeout = httpx.Timeout(SECONDS)
        until(lambda: not tried("learn", lambda http, _: learn(http, *rivers), http, rivers[0]).problem)
        agents = http.get(f"/v1/minds/{MIND}/agents").raise_for_status().json()["agents"]
    return [one["name"] for one in agents]


def agent_of(http: httpx.Client, river: River) -> str:
    """The one that knows of a river."""
    asked = {"document": f"minds/{MIND}/documents/{river.id}"}
    (one,) = http.get(f"/v1/minds/{MIND}/agents", params=asked).raise_for_status().json()["agents"]
    return str(one["name"])


def ask(http: httpx.Client, agent: str, river: River) -> None:
    """An agent, about its river."""
    answer = http.post(f"/v1/{agent}:ask", json={"question": river.question}).raise_for_status().json()["reply"]
    assert answer["agent"] == agent
    assert river.lake in answer["text"], answer


def states(myriad: Myriad) -> list[str]:
    """Of the hosts in the pool, as their pods are labelled."""
    return sorted(one["metadata"]["labels"].get(STATE_LABEL, "") for one in myriad.pods("agent-host", ending=True))


def in_envoy(myriad: Myriad) -> set[str]:
    """The agent hosts to which Envoy sends requests, by address."""
    with _admin(myriad) as admin:
        return _endpoints(admin)


class _Notes:
    """When what was seen first."""

    def __init__(self, myriad: Myriad, objects: Objects) -> None:
        self.seen: dict[str, float] = {}
        self._myriad = myriad
        self._objects = objects
        self._over = threading.Event()

    @contextmanager
    def taken(self) -> Iterator[dict[str, float]]:
        """Looking at requests, pods and Envoy while the block lasts."""
        for look in (self._requests, self._pods, self._envoy):
            threading.Thread(target=look, daemon=True).start()
        try:
            yield self.seen
        finally:
            self._over.set()

    def _requests(self) -> None:
        for one in self._objects.changes(HYDRATION_REQUESTS):
            self._note(f"{one['metadata']['name']} {one.get('status', {}).get('phase')}")
            if self._over.is_set():
                return

    def _pods(self) -> None:
        for one in self._objects.changes("pods"):
            if one["metadata"].get("labels", {}).get(STATE_LABEL) == "active":
                self._note("labelled")
                return

    def _envoy(self) -> None:
        with _admin(self._myriad) as admin:
            while not self._over.wait(LOOK_SECONDS):
                if _endpoints(admin):
                    self._note("in Envoy")
                    return

    def _note(self, what: str) -> None:
        self.seen.setdefault(what, time.monotonic())


@contextmanager
def _admin(myriad: Myriad) -> Iterator[httpx.Client]:
    """The admin of an Envoy, which is a file within its pod."""
    pod = myriad.pods("envoy")[0]["metadata"]["name"]
    transport = httpx.HTTPTransport(uds=f"/proc/{process(pod, 'envoy')}/root/run/envoy/envoy.sock", verify=False)
    with httpx.Client(transport=transport, base_url="http://envoy", trust_env=False) as http:
        yield http


def _endpoints(admin: httpx.Client) -> set[str]:
    lines = admin.get("/clusters").raise_for_status().text.splitlines()
    parts = [line.split("::") for line in lines if line.startswith("agent_hosts::")]
    return {part[1] for part in parts if part[1][0].isdecimal()}


def process(pod: str, program: str) -> int:
    """The process of a pod that runs a program."""
    found = [int(one.name) for one in Path("/proc").iterdir() if one.name.isdecimal() and _is_of(one, pod, program)]
    assert len(found) == 1, (pod, program, found)
    return found[0]


def _is_of(process: Path, pod: str, program: str) -> bool:
    try:
        if f"HOSTNAME={pod}".encode() not in (process / "environ").read_bytes().split(b"\0"):
            return False
        command = (process / "cmdline").read_text().rstrip("\0").split("\0")
    except OSError:
        return False
    return Path(command[0]).name == program or command[-2:] == ["-m", program]
