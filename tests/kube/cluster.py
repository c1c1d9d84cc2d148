"""A cluster: a control plane, and nodes whose pods are processes of this machine."""

from __future__ import annotations

import os
import random
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from cli.errors import Failure
from cli.supervisor.programs import Program
from cli.supervisor.servers import fetched
from tests.kube.control_plane import NO_GRACE, ControlPlane, asked, control_plane
from tests.kube.kubelet import names, node
from tests.servers import started

ROOT = Path(__file__).parents[2]
NAMES = ("node-1", "node-2")
NETWORKS = range(16, 250)
LIFECYCLE = ("--node-monitor-period=1s", "--node-monitor-grace-period=8s", "--node-eviction-rate=10")
"""A node that is silent for so long is lost, in tests sooner than elsewhere."""


class Cluster:
    """Its control plane, and its nodes by name."""

    def __init__(self, plane: ControlPlane, network: int, stack: ExitStack) -> None:
        self.plane = plane
        self._network = network
        self._stack = stack
        self._nodes: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, name: str) -> None:
        """A node, new or after it was lost."""
        place = NAMES.index(name)
        process = self._stack.enter_context(started(_kubelet(self.plane, name, f"127.{self._network}.{place}")))
        self._nodes[name] = process

    def lose(self, name: str) -> None:
        """Its kubelet and all that runs on it are gone at once, without a word."""
        self._nodes[name].kill()
        self._nodes[name].wait()

    def freeze(self, name: str) -> None:
        """All that runs on it stands still, with its connections open."""
        self._signal(name, signal.SIGSTOP)

    def thaw(self, name: str) -> None:
        self._signal(name, signal.SIGCONT)

    def _signal(self, name: str, number: int) -> None:
        for pid in (self._nodes[name].pid, *_children(self._nodes[name].pid)):
            os.kill(pid, number)


@contextmanager
def cluster(folder: Path) -> Iterator[Cluster]:
    """It ends with the block, and with us; call it from the main thread (see leash.py). Failure if it cannot be had."""
    if sys.platform != "linux" or os.geteuid() != 0:
        raise Failure("pods are run as processes with a root of their own, which takes Linux and its root")
    network = _network()
    with ExitStack() as stack:
        plane = stack.enter_context(control_plane(folder, controllers=LIFECYCLE))
        one = Cluster(plane, network, stack)
        for name in NAMES:
            one.start(name)
        yield one


def _kubelet(plane: ControlPlane, name: str, network: str) -> Program:
    own = plane.folder / name
    (own / "pods").mkdir(parents=True, exist_ok=True)
    arguments = (str(plane.kubeconfig), name, network, str(own / "pods"))
    return Program(
        name=name,
        kind="store",
        command=(sys.executable, "-P", "-m", "tests.kube.kubelet", *arguments),
        address=network,
        asks=asked(f"{plane.url}{node.LEASES}/{name}", plane),
        environment={**fetched.inherited(), "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "gen")])},
        folder=own,
        stop_seconds=NO_GRACE,
    )


def _network() -> int:
    """The second number of addresses on which nobody answers for names yet, as another cluster's nodes would."""
    for number in random.sample(NETWORKS, len(NETWORKS)):
        if all(_is_free(f"127.{number}.{place}.{node.SERVER}") for place in range(len(NAMES))):
            return number
    raise Failure("there are no free addresses for nodes")


def _is_free(address: str) -> bool:
    with socket.socket(type=socket.SOCK_DGRAM) as probe:
        try:
            probe.bind((address, names.PORT))
        except OSError:
            return False
        return True


def _children(pid: int) -> Iterator[int]:
    for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        yield int(child)
        yield from _children(int(child))
