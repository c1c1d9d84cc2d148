"""The operator against a real API server: the DLM as it is wired, with agent hosts and a connectome played."""

from __future__ import annotations

import asyncio
import gc
import json
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from kubernetes.aio.client import ApiClient, Configuration

from cli.supervisor.ports import free
from dlm.errors import LeadershipLost
from dlm.operator.leading import Fenced, Leadership
from mesh import dependencies
from mesh.adapters.kubernetes import KubernetesCluster, open_cluster
from mesh.cluster import (
    AGENT_HOST_POOLS,
    DEPLOYMENTS,
    EVENTS,
    HYDRATION_REQUESTS,
    LEASES,
    PODS,
    ClusterAway,
    Object,
    Refused,
    Resource,
)
from mesh.errors import DeadlineExceeded, Overloaded
from mesh.settings import SettingError
from mesh.tasks import background
from myriad.dlm.v1.lifecycle_service_pb2 import HydrateRequest, WantedAgent
from myriad.type.v1.error_reason_pb2 import ErrorReason
from orchestrator.adapters.hydration_requests import MOST_OUTSTANDING, HydrationRequests
from orchestrator.server import build
from orchestrator.settings import Settings as OrchestratorSettings
from tests.kube.control_plane import ControlPlane
from tests.kube.tool import Tool
from tests.proxy import proxy
from tests.service.test_dlm import World, eventually

SECONDS = 30.0
QUICK = {"LEASE_SECONDS": 3, "HELD_SECONDS": 1.5, "LOOK_SECONDS": 0.4}
"""A lease that is over sooner, in the proportions of the real one."""
TEMPLATE = {"spec": {"containers": [{"name": "agent-host", "image": "old"}]}}


class Namespace:
    """What a person has in a namespace, and sees of it."""

    def __init__(self, cluster: KubernetesCluster, name: str) -> None:
        self.cluster = cluster
        self.name = name

    async def declare(self, resource: Resource, kind: str, name: str, spec: Mapping[str, Any]) -> Object:
        metadata = {"name": name}
        body = {"apiVersion": resource.api_version, "kind": kind, "metadata": metadata, "spec": dict(spec)}
        return await self.cluster.create(resource, body)

    async def request(self, name: str, agents: list[str], mind: str = "m", **spec: Any) -> Object:
        wanted = {"mind": mind, "agents": agents, "reason": "Test", **spec}
        return await self.declare(HYDRATION_REQUESTS, "HydrationRequest", name, wanted)

    async def pool(self, name: str = "hosts", **spec: Any) -> Object:
        whole = {"image": "myriad-agent-host", "warm": 1, "max": 4, "minds": ["m"], "template": TEMPLATE, **spec}
        return await self.declare(AGENT_HOST_POOLS, "AgentHostPool", name, whole)

    async def until(self, resource: Resource, name: str, holds: Callable[[Object], object]) -> Object:
        """The object as soon as something holds of it."""
        async with asyncio.timeout(SECONDS):
            while True:
                body = await self.cluster.get(resource, name)
                if body is not None and holds(body):
                    return body
                await asyncio.sleep(0.02)

    async def gone(self, resource: Resource, name: str) -> None:
        async with asyncio.timeout(SECONDS):
            while await self.cluster.get(resource, name):  # noqa: ASYNC110  # another process removes it
                await asyncio.sleep(0.05)

    async def told(self, about: str, count: int = 1) -> list[str]:
        """Reasons of what was said of an object, when so much was: it is said after it is done."""
        async with asyncio.timeout(SECONDS):
            while True:
                reasons = [
                    one["reason"]
                    async for one in self.cluster.each(EVENTS)
                    if one["regarding"]["name"] == about and one["reportingController"] == "myriad.dev/operator"
                ]
                if len(reasons) >= count:
                    return reasons
                await asyncio.sleep(0.05)

    async def pods(self, count: int = 0) -> list[str]:
        """Those of the pool that stay, when there are so many."""
        async with asyncio.timeout(SECONDS):
            while True:
                bodies = [one async for one in self.cluster.each(PODS, "myriad.dev/pool=hosts")]
                names = sorted(one["metadata"]["name"] for one in bodies if "deletionTimestamp" not in one["metadata"])
                if not count or len(names) == count:
                    return names
                await asyncio.sleep(0.05)

    async def busy(self) -> str:
        """The one pod of which it is said that it is active."""
        async with asyncio.timeout(SECONDS):
            while True:
                async for one in self.cluster.each(PODS, "myriad.dev/state=active"):
                    return str(one["metadata"]["name"])
                await asyncio.sleep(0.05)

    async def phase(self, name: str, *phases: str) -> Object:
        return await self.until(HYDRATION_REQUESTS, name, lambda one: one.get("status", {}).get("phase") in phases)


@pytest.fixture
async def space(
    control_plane: ControlPlane, crds: None, namespace: str, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Namespace]:
    monkeypatch.setenv("KUBECONFIG", str(control_plane.kubeconfig))
    for name, seconds in QUICK.items():
        monkeypatch.setattr(f"dlm.operator.leading.{name}", seconds)
    async with open_cluster(namespace, "tests") as cluster:
        yield Namespace(cluster, namespace)


@pytest.fixture
async def world(space: Namespace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[World]:
    """A DLM that operates on the namespace, with an agent host."""
    monkeypatch.setattr("dlm.fleet.SETTLE_SECONDS", 0.0)
    async with AsyncExitStack() as stack:
        world = World(tmp_path, stack, namespace=space.name)
        await world.start()
        yield world


def reason(body: Object, condition: str) -> str:
    found = [one for one in body["status"]["conditions"] if one["type"] == condition]
    assert len(found) == 1, json.dumps(body["status"])
    return str(found[0]["reason"])


async def test_a_request_becomes_active_and_says_where_its_agents_are(world: World, space: Namespace) -> None:
    await world.host("h1")
    agents = await world.learn(3)
    await space.pool()
    await space.request("r", ["a0", agents[1]], priority=5)
    body = await space.phase("r", "Active", "Failed")
    status = body["status"]
    assert status["phase"] == "Active", status
    assert [(one["agent"], one["host"]) for one in status["agents"]] == [(agents[0], "h1"), (agents[1], "h1")]
    assert all(one["packetVersion"] for one in status["agents"])
    assert status["observedGeneration"] == body["metadata"]["generation"]
    assert status["requestedTime"] <= status["loadedTime"] <= status["activeTime"]
    assert (reason(body, "Accepted"), reason(body, "Active")) == ("MindAllowed", "AllAgents")


async def test_agents_that_are_not_there_are_named_with_the_reason_and_the_rest_is_active(
    world: World, space: Namespace
) -> None:
    await world.host("h1")
    await world.learn(1)
    await space.pool()
    await space.request("r", ["a0", "unknown"])
    body = await space.phase("r", "Active", "Failed")
    assert reason(body, "Active") == "SomeAgents"
    assert [one.get("reason") for one in body["status"]["agents"]] == [None, "AgentNotFound"]


async def test_a_question_has_the_agents_awake_that_it_wakes(world: World, space: Namespace) -> None:
    await world.host("h1")
    agents = await world.learn(2)
    await space.pool()
    request = {"mind": "m", "question": "What is a packet?"}
    await space.declare(HYDRATION_REQUESTS, "HydrationRequest", "r", request)
    body = await space.phase("r", "Active", "Failed")
    assert [one["agent"] for one in body["status"]["agents"]] == agents
    world.connectome.records.clear()
    await space.declare(HYDRATION_REQUESTS, "HydrationRequest", "nothing", request)
    assert reason(await space.phase("nothing", "Active", "Failed"), "Active") == "AgentNotFound"


async def test_a_mind_that_no_pool_allows_is_refused_with_a_reason_and_an_event(world: World, space: Namespace) -> None:
    await space.pool(minds=["other", "m-*"])
    await space.request("r", ["a0"])
    body = await space.phase("r", "Failed")
    assert (reason(body, "Accepted"), reason(body, "Active")) == ("MindNotAllowed", "MindNotAllowed")
    assert await space.told("r") == ["MindNotAllowed"]


async def test_while_no_host_is_there_a_request_waits_and_says_why_and_becomes_active_when_one_comes(
    world: World, space: Namespace
) -> None:
    await world.learn(1)
    await space.pool()
    await space.request("r", ["a0"])
    body = await space.phase("r", "Pending")
    assert reason(body, "Active") == "NoHostReady"
    await world.host("h1")
    await space.phase("r", "Active")
    assert await space.told("r") == ["NoHostReady"]


async def test_a_request_is_removed_when_its_time_is_over(world: World, space: Namespace) -> None:
    await world.host("h1")
    await world.learn(1)
    await space.pool()
    await space.request("r", ["a0"], ttlSeconds=5)
    await space.phase("r", "Active")
    await space.gone(HYDRATION_REQUESTS, "r")


async def test_a_request_that_was_not_served_in_time_expires_before_it_is_removed(
    world: World, space: Namespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dlm.operator.hydration_requests.EXPIRED_SECONDS", 2.0)
    await world.learn(1)
    await space.pool()
    await space.request("r", ["a0"], ttlSeconds=2)
    body = await space.phase("r", "Expired")
    assert reason(body, "Active") == "Expired"
    await space.gone(HYDRATION_REQUESTS, "r")


async def test_a_pool_makes_its_deployment_with_what_it_says_and_repairs_it(
    world: World, space: Namespace, kubectl: Tool
) -> None:
    await space.pool(warm=2, drainSeconds=40, resources={"limits": {"memory": "1Gi"}})
    made = await space.until(DEPLOYMENTS, "hosts", lambda one: one["spec"]["replicas"] == 2)
    pod = made["spec"]["template"]["spec"]
    assert (pod["containers"][0]["image"], pod["terminationGracePeriodSeconds"]) == ("myriad-agent-host", 40)
    assert pod["containers"][0]["resources"] == {"limits": {"memory": "1Gi"}}
    assert made["metadata"]["ownerReferences"][0]["kind"] == "AgentHostPool"
    kubectl("scale", "deployment/hosts", "--replicas=0")
    kubectl("set", "image", "deployment/hosts", "agent-host=other")
    await space.until(
        DEPLOYMENTS,
        "hosts",
        lambda one: (
            one["spec"]["replicas"] == 2
            and one["spec"]["template"]["spec"]["containers"][0]["image"] == "myriad-agent-host"
        ),
    )
    body = await space.until(AGENT_HOST_POOLS, "hosts", lambda one: one.get("status", {}).get("replicas") == 2)
    assert (body["status"]["idle"], body["status"]["readyReplicas"], reason(body, "Ready")) == (0, 0, "PodsNotReady")


async def test_a_deployment_that_is_somebody_elses_is_left_alone(world: World, space: Namespace, kubectl: Tool) -> None:
    kubectl("create", "deployment", "hosts", "--image=theirs", "--replicas=3")
    await space.pool()
    body = await space.until(AGENT_HOST_POOLS, "hosts", lambda one: "conditions" in one.get("status", {}))
    assert reason(body, "Ready") == "NameTaken"
    theirs = await space.cluster.get(DEPLOYMENTS, "hosts")
    assert theirs
    assert theirs["spec"]["replicas"] == 3


async def test_the_pool_refills_and_takes_idle_hosts_away_and_says_on_each_pod_what_it_does(
    world: World, space: Namespace
) -> None:
    await space.pool(warm=2)
    first, second = await space.pods(2)
    await world.host(first)
    await world.host(second)
    agents = await world.learn(1)
    await world.hydrate(agents)
    busy = await space.busy()
    await space.until(DEPLOYMENTS, "hosts", lambda one: one["spec"]["replicas"] == 3)
    pod = await space.until(PODS, busy, lambda one: one["metadata"]["labels"].get("myriad.dev/state") == "active")
    assert int(pod["metadata"]["annotations"]["controller.kubernetes.io/pod-deletion-cost"]) > 0
    [third] = set(await space.pods(3)) - {first, second}
    await world.host(third)
    await space.until(AGENT_HOST_POOLS, "hosts", lambda one: one["status"].get("idle") == 2)
    await space.cluster.patch(AGENT_HOST_POOLS, "hosts", {"spec": {"warm": 0}})
    await space.until(DEPLOYMENTS, "hosts", lambda one: one["spec"]["replicas"] == 1)
    assert await space.pods(1) == [busy]


async def test_one_leads_and_when_it_leaves_another_does_at_once(space: Namespace) -> None:
    first, second = (Leadership(space.cluster, name) for name in ("first", "second"))
    async with AsyncExitStack() as life:
        await life.enter_async_context(background("first", first.keep_looking))
        await asyncio.wait_for(first.gained(), SECONDS)
        async with background("second", second.keep_looking):
            await asyncio.sleep(QUICK["LOOK_SECONDS"] * 3)
            assert (first.held, second.held) == (True, False)
            await life.aclose()
            await first.leave()
            assert not first.held
            began = time.monotonic()
            await asyncio.wait_for(second.gained(), SECONDS)
            assert time.monotonic() - began < QUICK["LEASE_SECONDS"]


async def test_while_the_leader_cannot_renew_its_lease_it_stops_before_another_leads(
    space: Namespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = (Leadership(space.cluster, name) for name in ("first", "second"))
    fenced = Fenced(space.cluster, first)
    async with background("first", first.keep_looking):
        await asyncio.wait_for(first.gained(), SECONDS)
    # It looks no more, like a process that hangs.
    async with background("second", second.keep_looking):
        await asyncio.wait_for(first.lost(), SECONDS)
        assert not second.held
        with pytest.raises(LeadershipLost):
            await fenced.patch(PODS, "any", {})
        await asyncio.wait_for(second.gained(), SECONDS)
    lease = await space.cluster.get(LEASES, "myriad-operator")
    assert lease
    assert (lease["spec"]["holderIdentity"], lease["spec"]["leaseTransitions"]) == ("second", 1)


# Connections over TLS to a server that hangs cannot be closed in order: they are when they are collected.
@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize(
    ("hangs", "seconds"),
    [(False, 3), (True, 3), pytest.param(False, 60, marks=[pytest.mark.soak, pytest.mark.timeout(200)])],
)
async def test_while_the_api_server_is_away_agents_are_woken_and_what_was_asked_for_is_done_afterwards(
    control_plane: ControlPlane,
    space: Namespace,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    hangs: bool,
    seconds: float,
) -> None:
    monkeypatch.setattr("dlm.fleet.SETTLE_SECONDS", 0.0)
    there = asyncio.Event()
    there.set()

    async def passes(_carried: int) -> bool:
        return there.is_set() or (hangs and await there.wait())

    async with AsyncExitStack() as stack:
        where = await stack.enter_async_context(proxy(control_plane.port, passes))
        port = int(where.rpartition(":")[2])
        replace(control_plane, port=port).write_kubeconfig(tmp_path / "kubeconfig", control_plane.token)
        monkeypatch.setenv("KUBECONFIG", str(tmp_path / "kubeconfig"))
        world = World(tmp_path / "packets", stack, namespace=space.name)
        await world.start()
        await world.host("h1")
        agents = await world.learn(2)
        await space.pool()
        await space.request("before", ["a0"])
        await space.phase("before", "Active")
        there.clear()
        await eventually(lambda: not available(where), SECONDS)
        await space.request("meanwhile", ["a1"])
        await asyncio.sleep(seconds)
        assert len((await asyncio.wait_for(world.hydrate(agents), 1)).placements) == 2
        assert not available(where)
        there.set()
        await space.phase("meanwhile", "Active")
        await eventually(lambda: available(where), SECONDS)
    gc.collect()


def available(address: str) -> bool:
    [state] = [one for one in dependencies.states() if one.address.endswith(address)]
    return state.available


@pytest.mark.parametrize("sent", [False, True], ids=["before", "after"])
async def test_killed_at_any_step_the_next_one_finishes(
    space: Namespace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, thorough: bool, sent: bool
) -> None:
    """The process ends before, or after, a change that it makes in Kubernetes: each of them, or a sample."""
    monkeypatch.setattr("dlm.fleet.SETTLE_SECONDS", 0.0)
    kill = Kill(monkeypatch, sent)
    steps = range(20) if thorough else range(0, 20, 3)
    for step in steps:
        async with AsyncExitStack() as stack:
            world = World(tmp_path / str(step), stack, namespace=space.name)
            kill.at = step
            await world.start()
            host = await world.host("h1")
            await world.learn(1)
            name, request = f"hosts{step}", f"r{step}"
            await space.pool(name)
            await space.request(request, ["a0"])
            with suppress(TimeoutError):
                await asyncio.wait_for(kill.killed.wait(), 3)
            was = kill.killed.is_set()
            await world.dlm_life.aclose()
            kill.at = None
            await world.start_dlm("127.0.0.1:0")
            await world.join(host)
            await space.phase(request, "Active")
            await space.until(DEPLOYMENTS, name, lambda one: one["spec"]["replicas"] == 1)
            await space.until(AGENT_HOST_POOLS, name, lambda one: one.get("status", {}).get("replicas") == 1)
            assert host.held.keys() == {"minds/m/agents/a0"}
            for resource, one in ((AGENT_HOST_POOLS, name), (HYDRATION_REQUESTS, request)):
                kept = await space.cluster.get(resource, one)
                assert kept
                await space.cluster.delete(resource, one, kept["metadata"]["uid"])
            if not was:
                return


class Kill:
    """Lets nothing through from a change on: the process that makes it is no more."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, sent: bool) -> None:
        self.at: int | None = None
        self.killed = asyncio.Event()
        made, really = 0, KubernetesCluster._call

        async def call(cluster: KubernetesCluster, method: str, path: str, *rest: Any, **options: Any) -> Object | None:
            nonlocal made
            if self.at is None or cluster._manager != "myriad-operator":
                self.killed.clear()
                made = 0
                return await really(cluster, method, path, *rest, **options)
            if self.killed.is_set():
                raise ClusterAway("killed")
            if method != "GET":
                made += 1
                if made > self.at:
                    self.killed.set()
                    if sent:
                        await really(cluster, method, path, *rest, **options)
                    raise ClusterAway("killed")
            return await really(cluster, method, path, *rest, **options)

        monkeypatch.setattr(KubernetesCluster, "_call", call)


@pytest.fixture
async def requests(space: Namespace) -> AsyncIterator[HydrationRequests]:
    """How an orchestrator has agents woken with `MYRIAD_HYDRATION=crd`."""
    requests = HydrationRequests(space.cluster)
    async with background("requests", requests.follow):
        yield requests


def wanted(*agents: str) -> HydrateRequest:
    return HydrateRequest(mind="minds/m", agents=[WantedAgent(agent=f"minds/m/agents/{one}") for one in agents])


async def test_by_request_the_same_comes_back_as_from_the_dlm(
    world: World, space: Namespace, requests: HydrationRequests
) -> None:
    await world.host("h1")
    await world.learn(2)
    await space.pool()
    response = await requests.hydrate(wanted("a0", "a1", "unknown"), SECONDS)
    assert [(one.agent, one.host) for one in response.placements] == [
        ("minds/m/agents/a0", "h1"),
        ("minds/m/agents/a1", "h1"),
    ]
    assert [one.reason for one in response.failures] == [ErrorReason.ERROR_REASON_AGENT_NOT_FOUND]
    assert (response.fetched_count, response.resident_count) == (2, 0)
    again = await asyncio.gather(*(requests.hydrate(wanted("a0"), SECONDS) for _ in range(20)))
    assert {one.resident_count for one in again} == {1}


async def test_by_request_what_is_refused_late_or_too_much_is_an_error_with_the_reason(
    world: World, space: Namespace, requests: HydrationRequests
) -> None:
    with pytest.raises(Refused, match="no AgentHostPool of this namespace allows minds/m"):
        await requests.hydrate(wanted("a0"), SECONDS)
    await space.pool()
    await world.learn(1)
    late = [asyncio.create_task(requests.hydrate(wanted("a0"), 1.0)) for _ in range(MOST_OUTSTANDING)]
    await asyncio.sleep(0)
    with pytest.raises(Overloaded):
        await requests.hydrate(wanted("a0"), 1.0)
    came = await asyncio.gather(*late, return_exceptions=True)
    assert {type(one) for one in came} == {DeadlineExceeded}


async def test_an_orchestrator_says_what_is_wrong_with_how_it_is_told_to_wake_agents(tmp_path: Path) -> None:
    told: dict[str, Any] = {
        "connectome_target": "127.0.0.1:1",
        "dlm_target": "127.0.0.1:1",
        "synth_target": "127.0.0.1:1",
    }
    for hydration, message in (("redis", "empty or `crd`"), ("crd", "MYRIAD_NAMESPACE")):
        async with AsyncExitStack() as stack:
            with pytest.raises(SettingError, match=message):
                await build(OrchestratorSettings(**told, data=tmp_path, hydration=hydration), stack)


async def test_by_request_an_api_server_that_is_away_is_an_error_and_nothing_else_is_asked(namespace: str) -> None:
    [port] = free(1)
    configuration = Configuration(host=f"http://127.0.0.1:{port}")
    async with ApiClient(configuration) as api:
        requests = HydrationRequests(KubernetesCluster(api, namespace, "tests"))
        with pytest.raises(ClusterAway):
            await requests.hydrate(wanted("a0"), SECONDS)


def rule(group: str, resources: str, verbs: str, *names: str) -> dict[str, list[str]]:
    allowed = {"apiGroups": [group], "resources": resources.split(), "verbs": verbs.split()}
    return allowed | ({"resourceNames": list(names)} if names else {})


OPERATOR_RULES = [
    rule("myriad.dev", "hydrationrequests", "get list watch delete"),
    rule("myriad.dev", "agenthostpools", "get list watch"),
    rule("myriad.dev", "agents minds", "get list watch patch"),
    rule("myriad.dev", "hydrationrequests/status agenthostpools/status agents/status minds/status", "patch"),
    rule("apps", "deployments", "get list watch create patch"),
    rule("", "pods", "list patch"),
    rule("", "configmaps", "get"),
    rule("coordination.k8s.io", "leases", "create"),
    rule("coordination.k8s.io", "leases", "get update", "myriad-operator"),
    rule("events.k8s.io", "events", "create"),
]
ORCHESTRATOR_RULES = [rule("myriad.dev", "hydrationrequests", "create watch")]


async def test_the_rights_that_are_written_down_are_enough(
    control_plane: ControlPlane, space: Namespace, kubectl: Tool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those that docs/adr/0059-the-operator.md lists, for the operator and for orchestrators."""
    monkeypatch.setattr("dlm.fleet.SETTLE_SECONDS", 0.0)

    def account(name: str, rules: list[dict[str, list[str]]]) -> str:
        kubectl("create", "serviceaccount", name)
        role = {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "Role", "metadata": {"name": name}}
        kubectl("apply", "-f", "-", stdin=json.dumps(role | {"rules": rules}))
        kubectl("create", "rolebinding", name, f"--role={name}", f"--serviceaccount={space.name}:{name}")
        file = tmp_path / f"{name}.kubeconfig"
        control_plane.write_kubeconfig(file, kubectl("create", "token", name).strip())
        return str(file)

    async with AsyncExitStack() as stack:
        monkeypatch.setenv("KUBECONFIG", account("operator", OPERATOR_RULES))
        world = World(tmp_path / "packets", stack, namespace=space.name)
        await world.start()
        monkeypatch.setenv("KUBECONFIG", account("orchestrator", ORCHESTRATOR_RULES))
        requests = HydrationRequests(await stack.enter_async_context(open_cluster(space.name, "tests")))
        await stack.enter_async_context(background("requests", requests.follow))
        await space.pool(warm=1)
        [pod] = await space.pods(1)
        await world.host(pod)
        await world.learn(1)
        response = await requests.hydrate(wanted("a0"), SECONDS)
        assert [one.host for one in response.placements] == [pod]
        await space.until(PODS, pod, lambda one: one["metadata"]["labels"].get("myriad.dev/state") == "active")
        await space.until(DEPLOYMENTS, "hosts", lambda one: one["spec"]["replicas"] == 2)
        await space.request("r", ["a0"], ttlSeconds=6)
        await space.phase("r", "Active")
        await space.gone(HYDRATION_REQUESTS, "r")
        await space.request("refused", ["a0"], mind="other")
        await space.phase("refused", "Failed")
        assert await space.told("refused") == ["MindNotAllowed"]
        assert all(one.available for one in dependencies.states())
