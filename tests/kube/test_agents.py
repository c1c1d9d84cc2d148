"""Agents declared in Kubernetes: they are awake as declared, whatever happens to hosts, until the object is gone."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest

from dlm.operator.objects import FINALIZER
from mesh.adapters.kubernetes import open_cluster
from mesh.cluster import AGENT_HOST_POOLS, AGENTS, Object
from tests.kube.control_plane import ControlPlane
from tests.kube.test_operator import Namespace, reason
from tests.service.test_dlm import FakeHost, World

SECONDS = 30.0


class Space(Namespace):
    """Its agents are of the mind `m`."""

    async def agent(self, name: str = "one", **spec: Any) -> None:
        whole = {"mind": "m", **({} if "document" in spec else {"agent": "a0"}), **spec}
        await self.declare(AGENTS, "Agent", name, whole)

    async def state(self, state: str, name: str = "one", **status: Any) -> Object:
        return await self.until(
            AGENTS, name, lambda one: {"state": state, **status}.items() <= one.get("status", {}).items()
        )

    async def delete(self, name: str = "one") -> None:
        body = await self.cluster.get(AGENTS, name)
        assert body
        await self.cluster.delete(AGENTS, name, body["metadata"]["uid"])


@pytest.fixture
async def space(
    control_plane: ControlPlane, crds: None, namespace: str, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Space]:
    monkeypatch.setenv("KUBECONFIG", str(control_plane.kubeconfig))
    monkeypatch.setattr("dlm.operator.agents.LOOK_SECONDS", 0.2)
    async with open_cluster(namespace) as cluster:
        space = Space(cluster, namespace)
        await space.pool(warm=0)
        yield space


@pytest.fixture
async def world(space: Space, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[World]:
    monkeypatch.setattr("dlm.fleet.SETTLE_SECONDS", 0.0)
    async with AsyncExitStack() as stack:
        world = World(tmp_path, stack, namespace=space.name)
        await world.start()
        yield world


async def eventually(holds: Callable[[], object]) -> None:
    async with asyncio.timeout(SECONDS):
        while not holds():  # noqa: ASYNC110  # hosts know nothing of events
            await asyncio.sleep(0.02)


def holders(hosts: Sequence[FakeHost], agent: str) -> list[str]:
    return [host.id for host in hosts if agent in host.held]


async def test_a_declared_agent_is_held_pinned_and_shown(world: World, space: Space) -> None:
    host = await world.host("h1")
    agents = await world.learn(2)
    await space.agent()
    body = await space.state("Active")
    status, location = body["status"], world.connectome.records[agents[0]].packet_location
    assert (status["agents"], status["active"], status["replicas"], status["hosts"]) == (1, 1, 1, ["h1"])
    assert status["packetLocation"] == location
    assert status["version"] in location
    assert (reason(body, "Accepted"), reason(body, "Active")) == ("MindAllowed", "HeldAsDeclared")
    assert (set(host.held), host.pinned) == ({agents[0]}, {agents[0]})


async def test_all_agents_of_a_document_are_held_by_as_many_hosts(world: World, space: Space) -> None:
    hosts = [await world.host(f"h{n}") for n in range(3)]
    agents = await world.learn(3)
    await space.agent(document="d", replicas=2, pinned=False)
    status = (await space.state("Active", agents=3, active=3))["status"]
    assert status["replicas"] == 2
    assert all(len(holders(hosts, agent)) == 2 for agent in agents)
    assert not any(host.pinned for host in hosts)


async def test_what_falls_asleep_is_woken_and_what_lies_on_a_lost_host_is_held_elsewhere(
    world: World, space: Space
) -> None:
    hosts = [await world.host(f"h{n}") for n in range(2)]
    agents = await world.learn(1)
    await space.agent()
    await space.state("Active")
    [first] = [host for host in hosts if host.held]
    first.held.clear()
    first.pinned.clear()
    world.report(first, released=agents)
    await eventually(lambda: holders(hosts, agents[0]))
    await space.state("Active")
    [now] = [host for host in hosts if host.held]
    assert agents[0] in now.pinned
    await world.kill(now)
    [other] = [host for host in hosts if host is not now]
    await eventually(lambda: agents[0] in other.pinned)
    await space.state("Active", hosts=[other.id])


async def test_fewer_hosts_than_replicas_are_told_until_there_are_enough(world: World, space: Space) -> None:
    await world.host("h1")
    await world.learn(1)
    await space.agent(replicas=2)
    body = await space.state("Degraded", replicas=1)
    assert reason(body, "Active") == "TooFewHosts"
    await world.host("h2")
    await space.state("Active", replicas=2, hosts=["h1", "h2"])
    assert set(await space.told("one", 2)) == {"TooFewHosts", "HeldAsDeclared"}


async def test_fewer_replicas_and_no_pin_are_followed(world: World, space: Space) -> None:
    hosts = [await world.host(f"h{n}") for n in range(2)]
    agents = await world.learn(1)
    await space.agent(replicas=2)
    await space.state("Active", replicas=2)
    await space.cluster.patch(AGENTS, "one", {"spec": {"replicas": 1}})
    await eventually(lambda: len(holders(hosts, agents[0])) == 1)
    for host in hosts:
        host.pinned.clear()
    await space.cluster.patch(AGENTS, "one", {"spec": {"pinned": False}})
    body = await space.until(AGENTS, "one", lambda one: one["status"]["observedGeneration"] == 3)
    assert body["status"]["state"] == "Active"
    assert not any(host.pinned for host in hosts)


async def test_a_deletion_releases_what_nobody_else_wants(world: World, space: Space) -> None:
    host = await world.host("h1")
    agents = await world.learn(2)
    await space.agent("one")
    await space.agent("two", document="d")
    assert FINALIZER in (await space.state("Active", "one"))["metadata"]["finalizers"]
    await space.state("Active", "two")
    await space.delete("two")
    await space.gone(AGENTS, "two")
    await eventually(lambda: set(host.held) == {agents[0]})
    await space.delete("one")
    await space.gone(AGENTS, "one")
    await eventually(lambda: not host.held)


async def test_a_deletion_waits_for_hosts_and_says_so(world: World, space: Space) -> None:
    host = await world.host("h1")
    await world.learn(1)
    await space.agent()
    await space.state("Active")
    await world._servers[host.id].aclose()  # it stays in the fleet, and does not answer
    await space.delete()
    body = await space.until(AGENTS, "one", lambda one: "Released" in json.dumps(one["status"]))
    assert body["metadata"]["finalizers"] == [FINALIZER]
    await world.leave(host)
    await space.gone(AGENTS, "one")


async def test_what_the_mind_does_not_have_fails_until_it_has(
    world: World, space: Space, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dlm.operator.agents.REFUSED_SECONDS", 0.2)
    await world.host("h1")
    await space.agent("one")
    await space.agent("two", document="other")
    assert reason(await space.state("Failed", "one"), "Active") == "AgentNotFound"
    assert reason(await space.state("Failed", "two"), "Active") == "DocumentNotFound"
    await world.learn(1)
    await space.state("Active", "one")
    await space.delete("two")
    await space.gone(AGENTS, "two")


async def test_without_the_connectome_it_is_pending_and_heals(world: World, space: Space) -> None:
    await world.host("h1")
    await world.learn(1)
    await world.connectome_life.aclose()
    await space.agent()
    body = await space.state("Pending")
    assert reason(body, "Active")
    await space.delete()
    body = await space.until(AGENTS, "one", lambda one: "Released" in json.dumps(one["status"]))
    assert body["metadata"]["finalizers"] == [FINALIZER]
    await space.cluster.patch(AGENTS, "one", {"metadata": {"finalizers": []}})
    await space.gone(AGENTS, "one")


async def test_only_agents_of_minds_that_the_pool_allows_are_declared(
    world: World, space: Space, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dlm.operator.agents.REFUSED_SECONDS", 0.2)
    host = await world.host("h1")
    await world.learn(1, "minds/other")
    await space.agent(mind="other")
    body = await space.state("Failed")
    assert (reason(body, "Accepted"), host.held) == ("MindNotAllowed", {})
    assert "finalizers" not in body["metadata"]
    await space.cluster.patch(AGENT_HOST_POOLS, "hosts", {"spec": {"minds": ["m", "oth*"]}})
    await space.state("Active")
    await space.cluster.patch(AGENT_HOST_POOLS, "hosts", {"spec": {"minds": ["m"]}})
    await space.state("Failed")
    await eventually(lambda: not host.held)
