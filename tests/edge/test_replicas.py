"""Two DLMs as processes over a real Redis, with real hosts and real Envoys: one dies, or stands still."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import grpc
import httpx
import pytest
import redis

from cli.supervisor import envoy
from cli.supervisor.ports import free
from dlm.replicas import REPLICA_SECONDS
from dlm.states import named
from mesh.identity import AGENT_HOST, ENVOY
from myriad.agent.v1.agent_host_service_pb2 import InjectRequest
from myriad.agent.v1.agent_host_service_pb2_grpc import AgentHostServiceStub
from myriad.dlm.v1 import fleet_service_pb2 as fleet_pb
from myriad.dlm.v1.fleet_service_pb2_grpc import FleetServiceStub
from myriad.dlm.v1.lifecycle_service_pb2 import LocateAgentRequest
from myriad.dlm.v1.lifecycle_service_pb2_grpc import LifecycleServiceStub
from tests.edge.harness import ROOT, envoy_binary, running_envoy
from tests.identities import calling, identity
from tests.service.audit import Written, gatekeeper
from tests.service.test_agent_host import packet

SECONDS = 20.0


@asynccontextmanager
async def running(module: str, folder: Path, told: Mapping[str, str]) -> AsyncIterator[asyncio.subprocess.Process]:
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": f"{ROOT}:{ROOT / 'gen'}",
        "MYRIAD_TLS": str(identity(module).folder),
        "MYRIAD_CONNECTOME_TARGET": "127.0.0.1:9",
        **told,
    }
    with (folder / f"{told['MYRIAD_LISTEN']}.log").open("ab") as log:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", module, env=environment, stdout=log, stderr=log, cwd=ROOT
        )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGCONT)
            process.kill()
        await process.wait()


class Fleet:
    """Two replicas, two hosts, two Envoys."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.dlms: dict[str, asyncio.subprocess.Process] = {}
        self.hosts: dict[str, str] = {}
        self.envoys: list[Path] = []
        self.stack = AsyncExitStack()

    async def known(self, dlm: str) -> set[str]:
        """The hosts that a replica knows."""
        async with calling(dlm, "dlm") as connection:
            fleet = await FleetServiceStub(connection).GetFleet(
                fleet_pb.GetFleetRequest(), timeout=15, wait_for_ready=True
            )
        return {host.id for host in fleet.hosts}

    async def states(self, dlms: Sequence[grpc.aio.Channel]) -> list[dict[str, str]]:
        """What each of these replicas says of each host."""
        told = [await FleetServiceStub(dlm).GetFleet(fleet_pb.GetFleetRequest(), timeout=15) for dlm in dlms]
        return [{host.id: named(host.phase) for host in fleet.hosts} for fleet in told]

    async def endpoints(self, folder: Path) -> set[str]:
        """The hosts that an Envoy knows, by address."""
        with envoy.admin(folder) as admin:
            async with httpx.AsyncClient(transport=httpx.AsyncHTTPTransport(uds=admin)) as client:
                said = (await client.get("http://envoy/clusters?format=json")).json()
        return {
            f"{one['address']['socket_address']['address']}:{one['address']['socket_address']['port_value']}"
            for cluster in said.get("cluster_statuses", ())
            if cluster["name"] == "agent_hosts"
            for one in cluster.get("host_statuses", ())
        }

    async def agreed(self, dlms: list[str], seconds: float = SECONDS) -> None:
        """Until these replicas, and all Envoys, know exactly the hosts that run."""
        async with asyncio.timeout(seconds):
            while not (  # noqa: ASYNC110  # what is awaited has no event
                all([await self.known(dlm) == self.hosts.keys() for dlm in dlms])
                and all([await self.endpoints(one) == set(self.hosts.values()) for one in self.envoys])
            ):
                await asyncio.sleep(0.05)


@pytest.fixture
async def fleet(tmp_path: Path, redis_server: str) -> AsyncIterator[Fleet]:
    fleet = Fleet(tmp_path)
    dlms = [f"127.0.0.1:{port}" for port in free(2)]
    (edge,) = free(1)
    async with AsyncExitStack() as stack:
        fleet.stack = stack
        audit = await stack.enter_async_context(gatekeeper(Written()))
        for dlm in dlms:
            told = {
                "MYRIAD_LISTEN": dlm,
                "MYRIAD_REDIS": redis_server,
                "MYRIAD_PACKETS": f"folder:{tmp_path}",
                "MYRIAD_EDGE_LISTEN": f"127.0.0.1:{edge}",
                "MYRIAD_EDGE_TLS": str(identity(ENVOY).folder),
                "MYRIAD_DLM_TARGET": ",".join(dlms),
                "MYRIAD_GATEKEEPER_TARGET": audit,
            }
            fleet.dlms[dlm] = await stack.enter_async_context(running("dlm", tmp_path, told))
        for number in range(2):
            await join(fleet, f"h{number}")
        for number in range(2):
            folder = tmp_path / f"envoy{number}"
            folder.mkdir()
            await stack.enter_async_context(running_envoy(envoy_binary(), folder, ",".join(dlms)))
            fleet.envoys.append(folder)
        async with asyncio.timeout(SECONDS):
            while not all((folder / envoy.ADMIN).exists() for folder in fleet.envoys):  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        await fleet.agreed(dlms)
        yield fleet


async def join(fleet: Fleet, name: str, *, idle: bool = False) -> None:
    (port,) = free(1)
    listen = f"127.0.0.1:{port}"
    told = {"MYRIAD_LISTEN": listen, "MYRIAD_HOST_ID": name, "MYRIAD_DLM_TARGET": ",".join(fleet.dlms)}
    await fleet.stack.enter_async_context(running(AGENT_HOST, fleet.folder, told))
    fleet.hosts[name] = listen
    if idle:
        return
    async with calling(listen, AGENT_HOST) as connection:
        # What holds nothing is idle, and no Envoy knows it.
        inject = InjectRequest(packets=[packet(len(fleet.hosts))])
        await AgentHostServiceStub(connection).Inject(inject, timeout=SECONDS, wait_for_ready=True)


async def test_hosts_and_envoys_of_a_replica_that_dies_go_on_with_the_other(fleet: Fleet) -> None:
    first, second = fleet.dlms
    fleet.dlms[first].kill()
    lost = list[set[str]]()

    async def look() -> None:
        while True:
            lost.append(fleet.hosts.keys() - await fleet.known(second))
            await asyncio.sleep(0.05)

    looking = asyncio.create_task(look())
    await asyncio.sleep(3)
    looking.cancel()
    assert not any(lost), "no host is gone from the fleet meanwhile"
    await join(fleet, "h2")
    await fleet.agreed([second])


async def test_a_host_that_one_replica_activates_is_known_to_every_envoy_when_it_says_so(fleet: Fleet) -> None:
    await join(fleet, "h2", idle=True)
    async with AsyncExitStack() as stack:
        dlms = [await stack.enter_async_context(calling(dlm, "dlm")) for dlm in fleet.dlms]
        for name in ("h0", "h1"):
            await FleetServiceStub(dlms[0]).DrainHost(fleet_pb.DrainHostRequest(host=name))
        async with asyncio.timeout(SECONDS):
            while await fleet.states(dlms) != [{"h0": "draining", "h1": "draining", "h2": "idle"}] * 2:  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        located = await LifecycleServiceStub(dlms[1]).LocateAgent(LocateAgentRequest())
        assert located.host.address == fleet.hosts["h2"]
        for folder in fleet.envoys:
            assert fleet.hosts["h2"] in await fleet.endpoints(folder)
        async with asyncio.timeout(SECONDS):
            while {states["h2"] for states in await fleet.states(dlms)} != {"active"}:  # noqa: ASYNC110
                await asyncio.sleep(0.05)


@pytest.mark.soak
async def test_a_replica_that_stands_still_takes_no_host_with_it_and_drops_none_when_it_goes_on(fleet: Fleet) -> None:
    first, second = fleet.dlms
    fleet.dlms[first].send_signal(signal.SIGSTOP)
    await asyncio.sleep(6)
    assert await fleet.known(second) == fleet.hosts.keys()
    fleet.dlms[first].send_signal(signal.SIGCONT)
    await fleet.agreed([first, second])
    await join(fleet, "h2")
    await fleet.agreed([first, second])


@pytest.mark.soak
async def test_no_envoy_loses_a_host_while_redis_hangs_for_longer_than_a_replica_may_be_silent(
    fleet: Fleet, redis_server: str
) -> None:
    with redis.from_url(redis_server) as server:
        server.client_pause(int(1000 * (REPLICA_SECONDS + 5)), all=True)
    end = time.monotonic() + REPLICA_SECONDS + 10
    while time.monotonic() < end:
        for folder in fleet.envoys:
            assert await fleet.endpoints(folder) == set(fleet.hosts.values())
        await asyncio.sleep(0.1)
    await join(fleet, "h2")
    await fleet.agreed(list(fleet.dlms))
