"""A whole Myriad in a cluster: what those who ask notice of what those who run it do. Nothing."""

from __future__ import annotations

import json
import os
import signal
import time

import pytest

from dlm.operator.agent_host_pools import COST, STATE_LABEL
from tests.kube.cluster import Cluster
from tests.kube.kubelet.names import is_ready
from tests.kube.myriad import PORT, WARM, Myriad, until
from tests.kube.objects import Objects
from tests.kube.waking import in_envoy, process, requested, states, taught, woken
from tests.system.load import Load, River, query, tried

pytestmark = pytest.mark.timeout(300)
COMPONENTS = ("orchestrator", "synth", "gatekeeper", "genesis", "connectome", "envoy")
NOTICED_SECONDS = 3.0
"""So much later nobody calls a process that is gone."""
NAMES_SECONDS = 8.0
"""So much later whoever calls has looked up again whom a name means."""
LOST_SECONDS = 90.0
RIVERS = [River(number) for number in range(12)]


@pytest.fixture(scope="module")
def load(myriad: Myriad) -> Load:
    """Of questions about what was taught."""
    agents = taught(myriad, RIVERS)
    with myriad.http() as http:
        for river in RIVERS:
            until(lambda: not tried("query", query("myriad-base"), http, river).problem)  # noqa: B023  # at once
    return Load(myriad, RIVERS, agents)


@pytest.fixture
def objects(cluster: Cluster, myriad: Myriad) -> Objects:
    return Objects(cluster.plane, myriad.kubectl.namespace)


@pytest.fixture
def idle(myriad: Myriad, load: Load) -> None:
    """Nobody has asked for so long that no host holds anything, nor is in Envoy."""
    until(lambda: states(myriad) == ["idle"] * WARM and not in_envoy(myriad))


def test_a_request_makes_an_idle_pod_active_brings_it_to_envoy_and_its_agent_answers(
    myriad: Myriad, objects: Objects, load: Load, idle: None
) -> None:
    moments = woken(myriad, objects, RIVERS[0])
    assert moments["in Envoy"] < moments["answered"]
    assert moments["active"] < moments["answered"]
    (active,) = (one for one in myriad.pods("agent-host") if one["metadata"]["labels"].get(STATE_LABEL) == "active")
    assert in_envoy(myriad) == {f"{active['status']['podIP']}:{PORT}"}
    assert int(active["metadata"]["annotations"][COST]) > 0


def test_the_pool_refills_while_hosts_are_active_and_gives_back_idle_ones_alone(
    myriad: Myriad, objects: Objects, load: Load, idle: None
) -> None:
    woken(myriad, objects, RIVERS[0])
    until(lambda: len(names(myriad, "agent-host")) == 1 + WARM)
    began = time.monotonic()
    with load.applied():
        until(lambda: states(myriad) == ["active", "idle"])
    assert not problems(load, began)
    until(lambda: states(myriad) == ["idle"])


def test_a_question_wakes_what_it_needs_by_itself(myriad: Myriad, load: Load, idle: None) -> None:
    with myriad.http() as http:
        assert not query("myriad-base")(http, RIVERS[0])
    assert len(in_envoy(myriad)) == 1


@pytest.mark.parametrize("component", ["dlm", *(pytest.param(one, marks=pytest.mark.soak) for one in COMPONENTS)])
def test_a_rolling_update_costs_no_question(myriad: Myriad, load: Load, component: str) -> None:
    before, began = names(myriad, component), time.monotonic()
    with load.applied():
        myriad.kubectl("rollout", "restart", f"deployment/{myriad.release}-{component}")
        until(lambda: not before & names(myriad, component))
    assert not problems(load, began)


def test_new_agent_hosts_take_over_from_old_ones_without_a_failed_question(myriad: Myriad, load: Load) -> None:
    before, began = names(myriad, "agent-host"), time.monotonic()
    image = {"spec": {"image": "example.com/myriad-agent-host:newer"}}
    with load.applied():
        myriad.kubectl(
            "patch", "agenthostpool", f"{myriad.release}-agent-host", "--type=merge", "-p", json.dumps(image)
        )
        until(lambda: not before & names(myriad, "agent-host"))
    assert not problems(load, began)


@pytest.mark.parametrize("component", ["dlm", "orchestrator"])
def test_of_two_replicas_one_is_killed_and_a_few_seconds_later_nobody_notices(
    myriad: Myriad, load: Load, component: str
) -> None:
    with load.applied():
        began = time.monotonic()
        os.kill(process(myriad.pods(component)[0]["metadata"]["name"], component), signal.SIGKILL)
        time.sleep(NOTICED_SECONDS + 3)
    assert not problems(load, began + NOTICED_SECONDS)
    assert all(one.clear for one in load.problems(began))
    until(lambda: all(is_ready(one) for one in myriad.pods(component)))


def test_a_request_that_finds_its_operator_killed_is_served_by_the_other(
    myriad: Myriad, objects: Objects, load: Load
) -> None:
    holder = myriad.kubectl("get", "lease", "myriad-operator", "-o", "jsonpath={.spec.holderIdentity}")
    os.kill(process(holder.rpartition("-")[0], "dlm"), signal.SIGKILL)
    name = requested(objects, load.agents[:1])
    until(lambda: myriad.kubectl("get", "hr", name, "-o", "jsonpath={.status.phase}") == "Active")
    assert myriad.kubectl("get", "lease", "myriad-operator", "-o", "jsonpath={.spec.holderIdentity}") != holder
    until(lambda: all(is_ready(one) for one in myriad.pods("dlm")))


def test_a_node_that_is_lost_takes_no_knowledge_with_it(myriad: Myriad, cluster: Cluster, load: Load) -> None:
    cluster.lose("node-2")
    try:
        until(lambda: is_whole_on(myriad, "node-1"), LOST_SECONDS)
        time.sleep(NAMES_SECONDS)
        began = time.monotonic()
        with load.applied():
            time.sleep(3)
        assert not problems(load, began)
    finally:
        cluster.start("node-2")


def is_whole_on(myriad: Myriad, node: str) -> bool:
    """Whether pods of all components are there and ready; one of the pool comes once the operator is back."""
    pods = myriad.pods()
    there = {one["metadata"]["labels"]["app.kubernetes.io/component"] for one in pods}
    is_all = there == {*COMPONENTS, "dlm", "agent-host"}
    return is_all and all(is_ready(one) and one["spec"].get("nodeName") == node for one in pods)


def problems(load: Load, began: float) -> list[str]:
    assert load.since(began)
    return [f"{one.began - began:.1f} s: {one.what}: {one.problem}" for one in load.problems(began)]


def names(myriad: Myriad, component: str) -> set[str]:
    """Of its pods, those too that are still ending."""
    return {one["metadata"]["name"] for one in myriad.pods(component, ending=True)}
