"""The DLM's replicas while the Redis of their notes fails over, and what was written last is lost."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import grpc
import pytest
import redis as sync_redis

from cli.supervisor.ports import LOOPBACK, free
from dlm.adapters.redis_bulletin import NOTES
from mesh.settings import Secret
from myriad.dlm.v1 import lifecycle_service_pb2 as pb
from tests import redis_servers
from tests.servers import MASTERS, PASSWORD, cluster
from tests.service.test_dlm import MIND, FakeHost, View, World, eventually, failed, failure
from tests.service.test_replicas import seen

HEAL_SECONDS = 40.0


@dataclass(frozen=True)
class Failing:
    """A Redis whose master can be lost."""

    url: str
    stop_copying: Callable[[], Awaitable[None]]
    """What is written from then on reaches no replica."""
    lose: Callable[[], Awaitable[None]]
    """Kill the master, and let the replica take its place with what it has."""


@pytest.fixture
def failing_cluster(tmp_path: Path) -> Iterator[Failing]:
    """Its master is the one that holds the notes."""
    with cluster(tmp_path / "redis") as one:
        ports = list(one.processes)
        with sync_redis.RedisCluster(LOOPBACK, ports[0], password=PASSWORD) as client:
            port = client.get_node_from_key(NOTES).port
        master, replica = one.processes[port], one.processes[ports[ports.index(port) + MASTERS]]

        async def stop_copying() -> None:
            replica.send_signal(signal.SIGSTOP)
            with sync_redis.Redis(LOOPBACK, port, password=PASSWORD) as client:
                client.execute_command("CLIENT", "KILL", "TYPE", "replica")

        async def lose() -> None:
            master.kill()
            replica.send_signal(signal.SIGCONT)

        yield Failing(one.url, stop_copying, lose)


@pytest.fixture
async def failing_master(tmp_path: Path) -> AsyncIterator[Failing]:
    async with (
        redis_servers.with_replica(tmp_path / "redis") as (master, replica),
        redis_servers.sentinel(tmp_path / "sentinel", master, silence_ms=2_000) as watcher,
    ):
        await redis_servers.until(watcher, "sentinel", "slaves=1")

        async def stop_copying() -> None:
            replica.hang()
            await master.ask("CLIENT", "KILL", "TYPE", "replica")

        async def lose() -> None:
            await master.kill()
            replica.go_on()

        yield Failing(f"redis+sentinel://127.0.0.1:{watcher.port}/main", stop_copying, lose)


async def test_a_cluster_that_loses_notes_and_a_master_drops_no_host_and_all_is_made_up_for(
    failing_cluster: Failing, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dlm.fleet.SETTLE_SECONDS", 0.0)
    await fail_over(failing_cluster, tmp_path)


async def test_a_master_that_is_lost_with_notes_drops_no_host_and_all_is_made_up_for(
    failing_master: Failing, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dlm.fleet.SETTLE_SECONDS", 0.0)
    await fail_over(failing_master, tmp_path)


async def fail_over(redis: Failing, folder: Path) -> None:
    async with AsyncExitStack() as stack:
        one, other = worlds = [World(folder / "packets", stack, redis=Secret(redis.url)) for _ in range(2)]
        other.connectome = one.connectome
        for world, port in zip(worlds, free(2), strict=True):
            world.listen = f"127.0.0.1:{port}"
            await world.start()
        first, second = await one.host("h1"), await other.host("h2")
        for world in worlds:
            for host in ("h1", "h2"):
                await seen(world, host)
        views = [View(world) for world in worlds]
        agents = await one.learn(8)
        old = [pb.WantedAgent(agent=a, packet_location=one.connectome.records[a].packet_location) for a in agents]
        for view in views:
            await view.synced.wait()
        absent = list[set[str]]()
        watching = asyncio.create_task(_watch(views, absent))

        await redis.stop_copying()
        await hold(one, first, agents[:4])
        await eventually(lambda: all(len(view.placed) == 4 for view in views), HEAL_SECONDS)
        await redis.lose()
        await hold(one, first, agents[4:6])
        await hold(other, second, agents[6:])
        del first.held[agents[1]]
        one.report(first, released=agents[1:2])
        reason, _ = await failure(other.dlm.Dehydrate(pb.DehydrateRequest(mind=MIND, agents=agents[:1])))
        assert reason == "COMPONENT_UNAVAILABLE"

        held = {(agent, host.id) for host in (first, second) for agent in host.held}
        assert len(held) == 7
        await eventually(lambda: all(view.placed == held for view in views), HEAL_SECONDS)
        del one.connectome.records[agents[0]]
        await forgotten(other, agents[0])
        assert agents[0] not in first.held
        one.report(first, released=agents[:1])
        await eventually(lambda: all(view.placed == held - {(agents[0], "h1")} for view in views), HEAL_SECONDS)
        for world in worlds:
            response = await world.dlm.Hydrate(pb.HydrateRequest(mind=MIND, agents=old[:1]))
            assert failed(response) == {agents[0]: "AGENT_NOT_FOUND"}
        watching.cancel()
        assert not absent, "no host was taken for gone"


async def hold(world: World, host: FakeHost, agents: Sequence[str]) -> None:
    """Have a host hold agents, and say so."""
    await world.hydrate(agents, host=host.id)
    world.report(host, placed=agents)


async def forgotten(world: World, agent: str) -> None:
    async with asyncio.timeout(HEAL_SECONDS):
        while True:
            try:
                await world.dlm.Dehydrate(pb.DehydrateRequest(mind=MIND, agents=[agent]))
            except grpc.aio.AioRpcError as error:
                assert error.code() is grpc.StatusCode.UNAVAILABLE  # noqa: PT017  # it is tried again
            else:
                return


async def _watch(views: Sequence[View], absent: list[set[str]]) -> None:
    while True:
        absent += [{"h1", "h2"} - view.hosts.keys() for view in views if len(view.hosts) < 2]
        await asyncio.sleep(0.01)
