"""
AgentHostPools: as many pods with agent hosts as are in use, and some warm ones.

The operator alone sets how many. It takes away only hosts that are idle, which are reserved first, so that nobody
activates them meanwhile, and tells Kubernetes by the pods' deletion costs which these are.
"""

from __future__ import annotations

import json
import time
from collections.abc import Collection, Iterable, Mapping, Sequence

from dlm.fleet import Fleet
from dlm.operator import scaling
from dlm.operator.conditions import condition
from dlm.operator.deployments import POOL_LABEL, deployment, is_owned
from dlm.operator.objects import say
from dlm.operator.permissions import Permissions
from dlm.operator.ports import Key, Notice
from dlm.operator.recorder import Recorder
from dlm.states import States, named
from mesh.cluster import AGENT_HOST_POOLS, DEPLOYMENTS, PODS, Cluster, Object, Resource
from myriad.dlm.v1.host_pb2 import Host

STATE_LABEL = "myriad.dev/state"
COST = "controller.kubernetes.io/pod-deletion-cost"
LOOK_SECONDS = 30.0
"""How often is looked at a pool of which nothing was heard: what hosts hold and miss is told by no event."""
PAUSE_SECONDS = 1.0
"""Between two looks at a pool: bursts of changes are one."""


class AgentHostPools:
    """See `dlm.operator.ports.Kind`."""

    resource = AGENT_HOST_POOLS
    watched: Sequence[Resource] = (AGENT_HOST_POOLS, DEPLOYMENTS)

    def __init__(
        self, cluster: Cluster, fleet: Fleet, states: States, permissions: Permissions, recorder: Recorder
    ) -> None:
        self._cluster = cluster
        self._fleet = fleet
        self._states = states
        self._permissions = permissions
        self._recorder = recorder
        self._names = set[str]()
        self._looked: dict[str, float] = {}
        self._applied: dict[str, tuple[str, int]] = {}
        """By pool, what its Deployment was made, and the generation that it had then."""
        self._reserved: dict[str, Collection[str]] = {}

    def notice(self, resource: Resource, body: Object) -> Notice | None:
        """What is said of pools, and of Deployments that are a pool's."""
        metadata = body["metadata"]
        if resource == DEPLOYMENTS:
            name = metadata.get("labels", {}).get(POOL_LABEL, "")
            return self._stir(name) if name in self._names else None
        self._permissions.heard(body)
        self._names.add(metadata["name"])
        return self._stir(metadata["name"])

    def stirred(self) -> Iterable[Notice]:
        """A host came, went, or is in another state."""
        return [self._stir(name) for name in self._names]

    async def reconcile(self, name: str, _failures: int) -> float | None:
        self._looked[name] = time.monotonic()
        pool = await self._cluster.get(self.resource, name)
        if pool is None or "deletionTimestamp" in pool["metadata"]:
            self._forget(name)
            return None
        current = await self._cluster.get(DEPLOYMENTS, name)
        if current and not is_owned(current, pool):
            taken = condition(pool, "Ready", False, "NameTaken", f"the Deployment {name} is not ours")
            await say(self._cluster, self.resource, pool, {}, [taken])
            return LOOK_SECONDS
        bodies = {one["metadata"]["name"]: one async for one in self._cluster.each(PODS, f"{POOL_LABEL}={name}")}
        hosts = {host.id: host for host in self._fleet.hosts() if host.id in bodies}
        pods = [_pod(one, hosts.get(one["metadata"]["name"])) for one in bodies.values()]
        now = current["spec"]["replicas"] if current else 0
        wanted = scaling.wanted(pods, pool["spec"]["warm"], pool["spec"]["max"])
        reserved = self._reserve(name, scaling.to_spare(pods, now - wanted), hosts)
        for pod in pods:
            await self._mark(bodies[pod.name], pod, pod.name in reserved)
        replicas = scaling.replicas(pods, now, wanted, len(reserved))
        current = await self._apply(pool, current, replicas)
        if replicas != now:
            await self._recorder.tell(pool, "Scale", "Scaled", f"{replicas} pods, after {now}")
        await self._state(pool, current, pods, hosts.values())
        return LOOK_SECONDS

    def _stir(self, name: str) -> Notice:
        pause = self._looked.get(name, 0.0) + PAUSE_SECONDS - time.monotonic()
        return Notice(Key(self.resource, name), seconds=max(pause, 0.0))

    def _forget(self, name: str) -> None:
        self._permissions.gone(name)
        self._states.release(self._reserved.pop(name, ()))
        self._names.discard(name)
        self._looked.pop(name, None)
        self._applied.pop(name, None)

    def _reserve(self, name: str, chosen: Sequence[str], hosts: Mapping[str, Host]) -> Collection[str]:
        """Keep these from being activated, and let go of others; those that are idle, and stay so."""
        before = self._reserved.get(name, ())
        if loose := [host for host in before if host not in chosen]:
            self._states.release(loose)
        kept = [host for host in chosen if host in before and self._fleet.reserved(hosts[host])]
        new = [host for host in chosen if host not in kept]
        reserved = self._reserved[name] = [*kept, *(self._states.reserve(new) if new else ())]
        return reserved

    async def _mark(self, body: Object, pod: scaling.Pod, reserved: bool) -> None:
        """Say on a pod what its host does, and how dear it is; nothing while no host is there."""
        label, cost = (pod.state, str(pod.cost(reserved))) if pod.state else (None, None)
        labels, annotations = body["metadata"].get("labels", {}), body["metadata"].get("annotations", {})
        if (labels.get(STATE_LABEL), annotations.get(COST)) != (label, cost):
            metadata = {"labels": {STATE_LABEL: label}, "annotations": {COST: cost}}
            await self._cluster.patch(PODS, pod.name, {"metadata": metadata})

    async def _apply(self, pool: Object, current: Object | None, replicas: int) -> Object:
        """The Deployment as it shall be; written only if it is another, or somebody else wrote to it."""
        whole, name = deployment(pool, replicas), pool["metadata"]["name"]
        text = json.dumps(whole, sort_keys=True)
        if current and self._applied.get(name) == (text, current["metadata"]["generation"]):
            return current
        applied = await self._cluster.apply(DEPLOYMENTS, whole)
        self._applied[name] = text, applied["metadata"]["generation"]
        return applied

    async def _state(self, pool: Object, current: Object, pods: Sequence[scaling.Pod], hosts: Collection[Host]) -> None:
        ready, replicas = current.get("status", {}).get("readyReplicas", 0), current["spec"]["replicas"]
        limited = scaling.is_limited(pods, pool["spec"]["warm"], pool["spec"]["max"])
        complete = ready >= replicas
        conditions = [
            condition(pool, "Ready", complete, "PodsReady" if complete else "PodsNotReady", f"{ready} of {replicas}"),
            condition(pool, "ScalingLimited", limited, "AtMost" if limited else "WithinBounds"),
        ]
        counts: Object = {state: sum(pod.state == state for pod in pods) for state in ("idle", "active", "draining")}
        counts |= {"agents": sum(host.agent_count for host in hosts), "replicas": replicas, "readyReplicas": ready}
        await say(self._cluster, self.resource, pool, counts | _rate(hosts), conditions)


def _pod(body: Object, host: Host | None) -> scaling.Pod:
    leaving = "deletionTimestamp" in body["metadata"]
    if host is None:
        return scaling.Pod(body["metadata"]["name"], leaving=leaving)
    return scaling.Pod(host.id, named(host.phase), host.agent_count, leaving)


def _rate(hosts: Collection[Host]) -> dict[str, str]:
    """How often agents were there when they were asked, if any was."""
    asked = sum(host.asked_count for host in hosts)
    missed = sum(host.missed_count for host in hosts)
    return {"hitRate": f"{1 - missed / asked:.0%}"} if asked else {}
