"""A Redis Cluster that loses its masters one by one: its replicas take over, and a Myriad goes on and loses nothing."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import redis

from cli.supervisor.ports import LOOPBACK
from tests.servers import MASTERS, PASSWORD, Cluster, cluster
from tests.system import invariants
from tests.system.faults import Deeds, is_well_told
from tests.system.harness import Up, needs_all, start, until

pytestmark = [pytest.mark.timeout(300), *needs_all]
RIVERS = 40
FAILOVER_SECONDS = 60.0


@contextmanager
def over(folder: Path, nodes: Cluster) -> Iterator[Up]:
    up = start(folder / "data", folder / "state", told={"MYRIAD_REDIS": nodes.url})
    try:
        yield up
    finally:
        up.stop()


def test_a_cluster_that_fails_over_costs_nothing_that_was_acknowledged(tmp_path: Path, thorough: bool) -> None:
    with cluster(tmp_path / "nodes") as nodes, over(tmp_path, nodes) as up:
        deeds, well = Deeds(up), invariants.running(up)
        deeds.stock(RIVERS)
        masters = list(nodes.processes)[:MASTERS]
        # Of three, two may go: the last would have nobody left to vote with.
        for what, port in zip(("learn", "forget") if thorough else ("learn",), masters, strict=False):

            def fail_over(port: int = port) -> None:
                nodes.processes[port].kill()
                nodes.processes[port].wait()
                until(lambda: taken_over(nodes, port), FAILOVER_SECONDS)

            came = deeds.during(what, fail_over)
            assert not [one for one in came if not is_well_told(one)]
            assert not deeds.unfinished
            invariants.hold(deeds, well, random.Random(port))


def taken_over(nodes: Cluster, killed: int) -> bool:
    """Whether all slots are served again, by the word of a node that lives."""
    port = next(port for port, process in nodes.processes.items() if process.poll() is None)
    with redis.Redis(LOOPBACK, port, password=PASSWORD, decode_responses=True) as client:
        one: Any = client
        known = one.cluster("nodes")
        killed_owns = any(
            address.startswith(f"{LOOPBACK}:{killed}@") and node["slots"] for address, node in known.items()
        )
        return one.cluster("info")["cluster_state"] == "ok" and not killed_owns
