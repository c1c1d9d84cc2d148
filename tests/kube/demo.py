"""
`make kube-demo`: from a HydrationRequest to an answer, on one machine with a real control plane, step by step.

It ends well only if all of it happened.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from cli.errors import Failure
from tests.kube.cluster import cluster
from tests.kube.myriad import WARM, Myriad, running, until
from tests.kube.objects import Objects
from tests.kube.waking import agent_of, ask, in_envoy, states, taught, woken
from tests.system.load import River

ROUNDS = 5
SAID = {
    "loading": "loading: an idle pod becomes active, and packets are injected",
    "labelled": "pod labelled active, and dearer to take away",
    "in Envoy": "in Envoy's endpoints",
    "active": "active",
    "answered": "first answer, over REST through Envoy",
}
RIVERS = [River(number) for number in range(12)]
REQUEST_SECONDS, QUESTION_SECONDS = 1.0, 0.15
"""What each shall take at most, half of the times, on a machine with nothing else to do."""


def main() -> None:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="myriad-kube-")))
        with timed("etcd, API server, controllers, scheduler, and two nodes whose pods are processes"):
            (folder / "cluster").mkdir()
            started = stack.enter_context(cluster(folder / "cluster"))
        with timed("helm install: Myriad on Neo4j, S3 and Valkey, with its operator, its pool and Envoy"):
            (folder / "myriad").mkdir()
            myriad = stack.enter_context(running(started, folder / "myriad"))
        with timed("twelve rivers learned, and every host idle again"):
            taught(myriad, RIVERS)
            until_idle(myriad)
        objects = Objects(started.plane, myriad.kubectl.namespace)
        show(myriad, objects)
        measure(myriad, objects)


def show(myriad: Myriad, objects: Objects) -> None:
    """The scenario, once."""
    began = time.monotonic()
    print("\nHydrationRequest for the agent of a river, while no host is active and none is in Envoy")
    moments = woken(myriad, objects, RIVERS[0])
    step(0.0, "created")
    for what, seconds in sorted(moments.items(), key=lambda one: one[1]):
        step(seconds, SAID[what])
    until(lambda: states(myriad) == ["active", *["idle"] * WARM])
    step(time.monotonic() - began, f"pool refilled: {WARM} idle pod beside it")
    until_idle(myriad)
    step(time.monotonic() - began, f"asked no more: idle, out of Envoy, and the pool is {WARM} again")


def measure(myriad: Myriad, objects: Objects) -> None:
    """What it takes, half of the times at most; each time from idle hosts."""
    requests, questions = [], []
    for river in RIVERS[:ROUNDS]:
        requests.append(woken(myriad, objects, river)["answered"])
        until_idle(myriad)
        with myriad.http() as http:
            agent = agent_of(http, river)
            began = time.monotonic()
            ask(http, agent, river)
            questions.append(time.monotonic() - began)
        until_idle(myriad)
    print(f"\np50 of {ROUNDS}, each from idle hosts")
    for what, times, most in (
        ("HydrationRequest to first answer", requests, REQUEST_SECONDS),
        ("question to an agent that sleeps, to its answer", questions, QUESTION_SECONDS),
    ):
        step(statistics.median(times), f"{what} (at most {most:g} s; slowest {max(times):.3f} s)")


def until_idle(myriad: Myriad) -> None:
    until(lambda: states(myriad) == ["idle"] * WARM and not in_envoy(myriad))


def step(seconds: float, what: str) -> None:
    print(f"  {seconds:7.3f} s  {what}", flush=True)


@contextmanager
def timed(what: str) -> Iterator[None]:
    began = time.monotonic()
    yield
    step(time.monotonic() - began, what)


if __name__ == "__main__":
    try:
        main()
    except Failure as failure:
        sys.exit(f"make kube-demo: {failure}")
