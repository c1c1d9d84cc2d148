"""
What the operator takes, at rest and in a burst of HydrationRequests, and what waking agents through them costs:
`python -m benchmarks.operator [--requests 10000] [--rest 60]`.

On a real Kubernetes control plane (`make servers`), with a whole Myriad whose DLM is the operator. All requests are
there before it leads; questions are asked before and meanwhile, and each request's end is heard of by a watch.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import tempfile
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.latency import percentile
from benchmarks.scale import World
from cli import sources
from cli.client import Client
from cli.learn import teach
from cli.state import Endpoint
from cli.supervisor.fleet import Running, running
from dlm.operator.leading import Leadership
from mesh.adapters.kubernetes import KubernetesCluster, open_cluster
from mesh.channels import channel
from mesh.cluster import AGENT_HOST_POOLS, HYDRATION_REQUESTS, Object
from mesh.identity import Identity
from mesh.tasks import background
from myriad.dlm.v1.lifecycle_service_pb2 import DehydrateRequest, HydrateRequest, WantedAgent
from myriad.dlm.v1.lifecycle_service_pb2_grpc import LifecycleServiceStub
from orchestrator.adapters.dlm import GrpcHydration
from orchestrator.adapters.hydration_requests import HydrationRequests
from orchestrator.ports import Hydration
from tests.kube.control_plane import control_plane
from tests.kube.tool import Tool

MIND, NAMESPACE = "operator", "default"
PASSAGES, AGENTS, ROUNDS, WAY_AGENTS = 2_000, 2, 100, 8
"""Of the mind; that a request wants; of the comparison of both ways, and that each wakes."""
PRIORITIES = (0, 10, 100)
CREATED_AT_ONCE = 12
PAUSE_SECONDS = 0.05
"""Between two questions."""
CRDS = Path(__file__).parents[1] / "manifests" / "crds"
TICKS, PAGE = os.sysconf("SC_CLK_TCK"), os.sysconf("SC_PAGE_SIZE")


@dataclass
class Drained:
    """When requests ended."""

    ended: dict[str, tuple[int, float]] = field(default_factory=dict)
    """By name, their priority and the moment."""
    failed: int = 0
    first: asyncio.Event = field(default_factory=asyncio.Event)
    all: asyncio.Event = field(default_factory=asyncio.Event)

    async def follow(self, cluster: KubernetesCluster, count: int) -> None:
        async for body in cluster.watch(HYDRATION_REQUESTS):
            phase, name = body.get("status", {}).get("phase"), body["metadata"]["name"]
            if phase in ("Active", "Failed", "Expired") and name not in self.ended:
                self.ended[name] = body["spec"]["priority"], time.monotonic()
                self.failed += phase != "Active"
                self.first.set()
            if len(self.ended) == count:
                self.all.set()

    def after(self, began: float, priority: int) -> Sequence[float]:
        """Seconds until each of a priority had ended."""
        return [at - began for one, at in self.ended.values() if one == priority]


def main(arguments: argparse.Namespace) -> None:
    with tempfile.TemporaryDirectory(prefix="myriad-operator-") as named:
        folder = Path(named)
        (folder / "kube").mkdir()
        with control_plane(folder / "kube") as plane:
            kubectl = Tool("kubectl", plane.kubeconfig, NAMESPACE)
            kubectl("apply", "--server-side", "-f", CRDS)
            kubectl("wait", "--for=condition=Established", "-f", CRDS)
            os.environ |= {"KUBECONFIG": str(plane.kubeconfig), "MYRIAD_NAMESPACE": NAMESPACE}
            asyncio.run(measure(folder, arguments.requests, arguments.rest))


async def measure(folder: Path, count: int, rest_seconds: float) -> None:
    async with AsyncExitStack() as stack:
        cluster = await stack.enter_async_context(open_cluster(NAMESPACE, "benchmark"))
        await cluster.create(AGENT_HOST_POOLS, pool())
        leader = Leadership(cluster, "benchmark")
        holding = await stack.enter_async_context(AsyncExitStack())
        await holding.enter_async_context(background("lease", leader.keep_looking))
        await leader.gained()
        myriad = await stack.enter_async_context(running(folder / "data", None, 3, print))
        agents = await asyncio.to_thread(learned, myriad.endpoint, folder)
        await create(cluster, agents, count)
        await burst(myriad, cluster, leader, holding, count)
        await both_ways(myriad, cluster, agents)
        await rest(myriad, rest_seconds)


def pool() -> Object:
    spec = {"image": "none", "warm": 0, "max": 1, "minds": ["*"]}
    template = {"spec": {"containers": [{"name": "agent-host", "image": "none"}]}}
    return {
        "apiVersion": AGENT_HOST_POOLS.api_version,
        "kind": "AgentHostPool",
        "metadata": {"name": "hosts"},
        "spec": {**spec, "template": template},
    }


def learned(endpoint: Endpoint, folder: Path) -> Sequence[str]:
    """The agents of the mind."""
    lines = (json.dumps({"title": f"d{at}", "text": text}) for at, text in enumerate(World(PASSAGES).texts()))
    (folder / "passages.jsonl").write_text("\n".join(lines), encoding="utf-8")
    teach(endpoint, MIND, sources.find([folder / "passages.jsonl"]), quiet=True)
    with Client(endpoint) as client:
        return [one["name"] for one in client.pages(f"/v1/minds/{MIND}/agents", "agents")]


async def create(cluster: KubernetesCluster, agents: Sequence[str], count: int) -> None:
    draw, numbers = random.Random(1), iter(range(count))

    async def some() -> None:
        for number in numbers:
            spec = {
                "mind": MIND,
                "agents": draw.sample(agents, AGENTS),
                "priority": draw.choice(PRIORITIES),
                "ttlSeconds": 3_600,
            }
            body = {"apiVersion": HYDRATION_REQUESTS.api_version, "kind": "HydrationRequest"}
            await cluster.create(HYDRATION_REQUESTS, body | {"metadata": {"name": f"r{number}"}, "spec": spec})

    began = time.monotonic()
    await asyncio.gather(*(some() for _ in range(CREATED_AT_ONCE)))
    print(f"{count} HydrationRequests made in {time.monotonic() - began:.0f} s")


async def burst(
    myriad: Running, cluster: KubernetesCluster, leader: Leadership, holding: AsyncExitStack, count: int
) -> None:
    """Let the operator lead; questions are asked as before it."""
    alone = await asked(myriad.endpoint, asyncio.Event(), 200)
    drained, dlm = Drained(), process(myriad)
    async with background("watch", lambda: drained.follow(cluster, count)):
        await holding.aclose()
        spent, began = processor(dlm), time.monotonic()
        await leader.leave()
        meanwhile = asyncio.create_task(asked(myriad.endpoint, drained.all))
        await drained.first.wait()
        first = time.monotonic()
        peak = 0.0
        while not drained.all.is_set():
            await asyncio.sleep(0.5)
            peak = max(peak, memory(dlm))
        seconds = time.monotonic() - first
        times = await meanwhile
    table = Table("requests", "led after s", "seconds", "a second", "failed", "DLM's processor s", "most MiB")
    table.add_row(
        *(f"{count}", f"{first - began:.1f}", f"{seconds:.1f}", f"{count / seconds:.0f}", f"{drained.failed}"),
        *(f"{processor(dlm) - spent:.1f}", f"{peak:.0f}"),
    )
    Console().print(table)
    table = Table("priority", "n", "half had ended after s", "all")
    for priority in reversed(PRIORITIES):
        after = drained.after(first, priority)
        table.add_row(f"{priority}", f"{len(after)}", f"{percentile(after, 50):.1f}", f"{max(after):.1f}")
    Console().print(table)
    table = Table("questions (myriad-base)", "n", "p50 ms", "p95 ms", "p99 ms")
    for name, sample in (("alone", alone), ("in the burst", times)):
        table.add_row(name, f"{len(sample)}", *(f"{percentile(sample, at):.1f}" for at in (50, 95, 99)))
    Console().print(table)


async def asked(endpoint: Endpoint, until: asyncio.Event, most: int = 100_000) -> list[float]:
    """How long questions take, one after the other, ms."""
    questions, times = World(PASSAGES).questions(), list[float]()
    with Client(endpoint) as client:
        while not until.is_set() and len(times) < most:
            body = {"question": next(questions), "mind": MIND, "model": "myriad-base"}
            began = time.perf_counter()
            await asyncio.to_thread(client.post, "/v1/query", body)
            times.append((time.perf_counter() - began) * 1e3)
            await asyncio.sleep(PAUSE_SECONDS)
    return times


async def both_ways(myriad: Running, cluster: KubernetesCluster, agents: Sequence[str]) -> None:
    """Sleeping agents woken by the DLM itself, and through requests, others each time."""
    told = next(one.environment for one in myriad.programs if one.kind == "dlm")
    target, draw = told["MYRIAD_DLM_TARGET"], random.Random(2)
    table = Table("woken", "agents", "p50 ms", "p95 ms")
    async with AsyncExitStack() as stack:
        genesis, asking = [
            await stack.enter_async_context(channel(target, "dlm", Identity(myriad.folder.tls / name)))
            for name in ("genesis", "orchestrator")
        ]
        requests = HydrationRequests(cluster)
        await stack.enter_async_context(background("requests", requests.follow))
        ways: dict[str, Hydration] = {"by the DLM": GrpcHydration(asking), "by HydrationRequest": requests}
        for name, hydration in ways.items():
            times = []
            for _ in range(ROUNDS):
                chosen = draw.sample(agents, WAY_AGENTS)
                await LifecycleServiceStub(genesis).Dehydrate(DehydrateRequest(mind=f"minds/{MIND}", agents=chosen))
                wanted = [WantedAgent(agent=agent) for agent in chosen]
                began = time.perf_counter()
                response = await hydration.hydrate(HydrateRequest(mind=f"minds/{MIND}", agents=wanted), 30.0)
                times.append((time.perf_counter() - began) * 1e3)
                assert len(response.placements) == WAY_AGENTS
            table.add_row(name, f"{WAY_AGENTS}", f"{percentile(times, 50):.1f}", f"{percentile(times, 95):.1f}")
    Console().print(table)


async def rest(myriad: Running, seconds: float) -> None:
    """Nothing is asked, and all requests have been served."""
    await asyncio.sleep(5)
    dlm = process(myriad)
    spent = processor(dlm)
    await asyncio.sleep(seconds)
    table = Table("at rest", "DLM's processor", "MiB")
    table.add_row(f"{seconds:.0f} s", f"{(processor(dlm) - spent) / seconds:.2%}", f"{memory(dlm):.0f}")
    Console().print(table)


def process(myriad: Running) -> int:
    """The DLM's."""
    command = next(one.command for one in myriad.programs if one.kind == "dlm")
    listen = next(one.address for one in myriad.programs if one.kind == "dlm")
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            here = (folder / "cmdline").read_text().split("\0")[:-1] == list(command)
            if here and f"MYRIAD_LISTEN={listen}" in (folder / "environ").read_text().split("\0"):
                return int(folder.name)
        except OSError:
            continue
    raise RuntimeError("the DLM does not run")


def processor(process: int) -> float:
    """Seconds that it has spent."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def memory(process: int) -> float:
    """Resident, MiB."""
    return int(Path(f"/proc/{process}/statm").read_text().split()[1]) * PAGE / 2**20


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Measure the operator.")
    parser.add_argument("--requests", type=int, default=10_000, help="HydrationRequests in the burst")
    parser.add_argument("--rest", type=float, default=60.0, help="how long to look at it at rest, seconds")
    main(parser.parse_args())
