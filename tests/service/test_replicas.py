"""Several replicas of the DLM over a real Redis, with agent hosts and a connectome played in this process."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from cli.supervisor.ports import free
from dlm.adapters.redis_bulletin import RedisBulletin
from dlm.states import named
from mesh.adapters.redis import NoAnswer
from mesh.settings import Secret
from myriad.dlm.v1 import fleet_service_pb2 as fleet_pb
from myriad.dlm.v1 import lifecycle_service_pb2 as pb
from myriad.dlm.v1.host_pb2 import Host
from tests import redis_servers
from tests.service.test_dlm import MIND, View, World, eventually, failed, failure

SECONDS = 4.0


@pytest.fixture
async def worlds(tmp_path: Path, redis_server: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[list[World]]:
    """Two replicas, each with the hosts that are tied to it, over one connectome and one packet store."""
    monkeypatch.setattr("dlm.fleet.SETTLE_SECONDS", 0.0)
    async with AsyncExitStack() as stack:
        worlds = [World(tmp_path, stack, redis=Secret(redis_server)) for _ in range(2)]
        worlds[1].connectome = worlds[0].connectome
        for world, port in zip(worlds, free(2), strict=True):
            world.listen = f"127.0.0.1:{port}"
            await world.start()
        yield worlds


async def hosts(world: World) -> list[str]:
    return [host.id for host in (await world.fleet.GetFleet(fleet_pb.GetFleetRequest())).hosts]


async def test_each_replica_knows_the_hosts_of_all_and_what_they_hold(worlds: list[World]) -> None:
    views = [View(world) for world in worlds]
    first, second = await worlds[0].host("h1"), await worlds[1].host("h2")
    await eventually(lambda: all(view.hosts.keys() == {"h1", "h2"} for view in views), SECONDS)
    agents = await worlds[0].learn(6)
    await worlds[0].hydrate(agents)
    for host, world in ((first, worlds[0]), (second, worlds[1])):
        world.report(host, placed=list(host.held))
    held = {(agent, host.id) for host in (first, second) for agent in host.held}
    await eventually(lambda: all(view.placed == held for view in views), SECONDS)
    assert len(held) == 6
    assert (await worlds[1].hydrate(agents)).resident_count == 6


async def test_a_host_that_one_replica_lost_is_shown_as_lost_by_all_until_it_is_back_with_any(
    worlds: list[World],
) -> None:
    async def states(world: World) -> dict[str, int]:
        return {one.id: one.state for one in (await world.fleet.GetFleet(fleet_pb.GetFleetRequest())).hosts}

    async def until(state: Host.State.ValueType) -> None:
        async with asyncio.timeout(SECONDS):
            for world in worlds:
                while await states(world) != {"h1": state}:  # noqa: ASYNC110  # what is awaited has no event
                    await asyncio.sleep(0.05)

    host = await worlds[0].host("h1")
    await until(Host.STATE_READY)
    await worlds[0].leave(host)
    await until(Host.STATE_LOST)
    await worlds[1].join(host)
    await until(Host.STATE_READY)


async def test_the_fleet_shows_what_all_replicas_count_whichever_is_asked(worlds: list[World]) -> None:
    await worlds[0].host("h1")
    await seen(worlds[1], "h1")
    agents = await worlds[0].learn(3)
    await worlds[0].hydrate(agents)
    await worlds[1].hydrate(agents[:1])

    async def requested(world: World) -> int:
        return (await world.fleet.GetFleet(fleet_pb.GetFleetRequest())).hydration.requested_count

    async with asyncio.timeout(SECONDS):
        while [await requested(world) for world in worlds] != [4, 4]:  # noqa: ASYNC110  # what is awaited has no event
            await asyncio.sleep(0.05)


async def test_a_replica_that_starts_later_learns_all(worlds: list[World]) -> None:
    host = await worlds[0].host("h1")
    agents = await worlds[0].learn(3)
    await worlds[0].hydrate(agents)
    worlds[0].report(host, placed=agents)
    await worlds[1].dlm_life.aclose()
    await worlds[1].start_dlm(worlds[1].listen)
    view = View(worlds[1])
    await eventually(lambda: view.placed == {(agent, "h1") for agent in agents}, SECONDS)


async def test_a_host_that_moves_to_another_replica_stays_in_the_fleet(worlds: list[World]) -> None:
    host = await worlds[0].host("h1")
    agents = await worlds[0].learn(3)
    await worlds[0].hydrate(agents)
    worlds[0].report(host, placed=agents)
    view = View(worlds[1])
    await eventually(lambda: len(view.placed) == 3, SECONDS)
    await worlds[0].dlm_life.aclose()
    await worlds[1].join(host)
    await asyncio.sleep(1.5)
    assert await hosts(worlds[1]) == ["h1"]
    assert view.placed == {(agent, "h1") for agent in agents}


async def test_what_is_put_to_sleep_at_one_replica_is_brought_back_by_none(worlds: list[World]) -> None:
    host = await worlds[0].host("h1")
    agents = await worlds[0].learn(2)
    await seen(worlds[1], "h1")
    old = [pb.WantedAgent(agent=a, packet_location=worlds[0].connectome.records[a].packet_location) for a in agents]
    host.open.clear()
    hydration = asyncio.create_task(worlds[1].hydrate(agents))
    await host.injecting.wait()
    del worlds[0].connectome.records[agents[0]]
    forgetting = worlds[0].dlm.Dehydrate(pb.DehydrateRequest(mind=MIND, agents=agents[:1]))
    await asyncio.sleep(0.5)
    assert not forgetting.done()
    host.open.set()
    await forgetting
    assert failed(await hydration) == {agents[0]: "CONFLICT"}
    assert set(host.held) == set(agents[1:])
    worlds[0].report(host, placed=agents[1:], released=agents[:1])
    view = View(worlds[1])
    await eventually(lambda: view.placed == {(agents[1], "h1")}, SECONDS)
    for world in worlds:
        response = await world.dlm.Hydrate(pb.HydrateRequest(mind=MIND, agents=old))
        assert failed(response) == {agents[0]: "AGENT_NOT_FOUND"}


async def test_forgetting_reaches_a_host_that_is_tied_to_another_replica(worlds: list[World]) -> None:
    host = await worlds[1].host("h1")
    await seen(worlds[0], "h1")
    agents = await worlds[0].learn(1)
    await worlds[1].hydrate(agents)
    response = await worlds[0].dlm.Dehydrate(pb.DehydrateRequest(mind=MIND, agents=agents))
    assert list(response.hosts) == ["h1"]
    assert not host.held


async def test_a_whole_mind_is_forgotten_though_another_replica_has_just_woken_its_agents(worlds: list[World]) -> None:
    """The host has not reported them yet."""
    host = await worlds[1].host("h1")
    await seen(worlds[0], "h1")
    await worlds[1].hydrate(await worlds[0].learn(3))
    response = await worlds[0].dlm.Dehydrate(pb.DehydrateRequest(mind=MIND, all_agents=True))
    assert list(response.hosts) == ["h1"]
    assert not host.held


async def test_a_host_drains_at_the_word_of_any_replica(worlds: list[World]) -> None:
    host = await worlds[1].host("h1")
    await seen(worlds[0], "h1")
    await worlds[0].fleet.DrainHost(fleet_pb.DrainHostRequest(host="h1"))
    await eventually(lambda: worlds[1].answers[host.id].drain, SECONDS)


async def test_a_host_that_is_tied_to_another_replica_is_activated_and_rests_again(
    worlds: list[World], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dlm.resting.EMPTY_SECONDS", 0.5)
    monkeypatch.setattr("dlm.resting.LINGER_SECONDS", 0.6)

    async def states() -> set[str]:
        fleets = [await world.fleet.GetFleet(fleet_pb.GetFleetRequest()) for world in worlds]
        return {named(host.phase) for fleet in fleets for host in fleet.hosts}

    host = await worlds[1].host("h1")
    await seen(worlds[0], "h1")
    assert await states() == {"idle"}
    agents = await worlds[0].learn(2)
    await worlds[0].hydrate(agents)
    assert await states() == {"active"}
    worlds[1].report(host, placed=agents)
    await worlds[0].dlm.Dehydrate(pb.DehydrateRequest(mind=MIND, agents=agents))
    worlds[1].report(host, released=agents)
    async with asyncio.timeout(SECONDS * 2):
        while await states() != {"idle"}:  # noqa: ASYNC110  # what is awaited has no event
            await asyncio.sleep(0.05)


async def test_nothing_is_forgotten_while_the_other_replicas_cannot_be_told(
    worlds: list[World], monkeypatch: pytest.MonkeyPatch
) -> None:
    await worlds[0].host("h1")
    await seen(worlds[1], "h1")

    async def post(*_: object) -> None:
        raise NoAnswer("state")

    monkeypatch.setattr(RedisBulletin, "post", post)
    reason, _ = await failure(worlds[1].dlm.Dehydrate(pb.DehydrateRequest(mind=MIND, all_agents=True)))
    assert reason == "COMPONENT_UNAVAILABLE"


async def test_without_redis_each_goes_on_with_what_it_knows_and_all_is_made_up_for_afterwards(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It comes back empty, as after a failover with all writes lost."""
    monkeypatch.setattr("dlm.fleet.SETTLE_SECONDS", 0.0)
    async with redis_servers.server(tmp_path / "redis") as redis, AsyncExitStack() as stack:
        url = Secret(f"redis://127.0.0.1:{redis.port}")
        worlds = [World(tmp_path / "packets", stack, redis=url) for _ in range(2)]
        worlds[1].connectome = worlds[0].connectome
        for world, port in zip(worlds, free(2), strict=True):
            world.listen = f"127.0.0.1:{port}"
            await world.start()
        host = await worlds[0].host("h1")
        await seen(worlds[1], "h1")
        agents = await worlds[0].learn(3)
        await redis.kill()
        await worlds[0].hydrate(agents)
        worlds[0].report(host, placed=agents)
        await asyncio.sleep(2)
        assert await hosts(worlds[1]) == ["h1"]
        assert len((await worlds[1].hydrate(agents)).placements) == 3
        reason, _ = await failure(worlds[1].dlm.Dehydrate(pb.DehydrateRequest(mind=MIND, all_agents=True)))
        assert reason == "COMPONENT_UNAVAILABLE"
        del host.held[agents[0]]
        worlds[0].report(host, released=agents[:1])
        await redis.start()
        view = View(worlds[1])
        await eventually(lambda: view.placed == {(agent, "h1") for agent in agents[1:]}, 15)
        await worlds[1].dlm.Dehydrate(pb.DehydrateRequest(mind=MIND, all_agents=True))
        assert not host.held


async def seen(world: World, host: str) -> None:
    async with asyncio.timeout(SECONDS):
        while host not in await hosts(world):  # noqa: ASYNC110  # what is awaited has no event
            await asyncio.sleep(0.02)
