"""A real Envoy when something is missing: it fails closed, says why, and recovers."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import grpc
import httpx
import pytest
import pytest_asyncio
from envoy.config.cluster.v3.cluster_pb2 import Cluster
from envoy.config.route.v3.route_pb2 import RouteConfiguration

from dlm.xds.clusters import AGENT_HOSTS
from dlm.xds.edge import Edge
from dlm.xds.pieces import duration
from mesh.errors import received
from myriad.dlm.v1.host_pb2 import Host
from tests.edge.harness import NOBODY, Upstream, World, host, problem, retry_seconds, serving_ads, world

pytestmark = pytest.mark.asyncio(loop_scope="module")
QUERY = "/myriad.orchestrator.v1.OrchestratorService/Query"
ASK = "/myriad.agent.v1.AgentAskService/AskAgent"
AGENT = "minds/m/agents/a1"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def running(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    async with world(tmp_path_factory.mktemp("edge"), rate=5_000, down=["orchestrator"]) as one:
        yield one


@pytest.fixture
def edge(running: World) -> World:
    running.forget()
    return running


async def ask(edge: World) -> httpx.Response:
    return await edge.http.post(f"/v1/{AGENT}:ask", json={"question": "?"})


async def test_a_component_that_is_down_is_unavailable_with_a_time_to_retry(edge: World) -> None:
    response = await edge.http.post("/v1/query", json={"question": "?"})
    assert problem(response) == (503, 14, "COMPONENT_UNAVAILABLE")
    assert retry_seconds(response) == "1s"
    assert response.headers["retry-after"] == "1"


async def test_a_component_that_is_down_is_unavailable_over_grpc_too(edge: World) -> None:
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await edge.call(QUERY)
    assert received(caught.value)[:2] == (grpc.StatusCode.UNAVAILABLE, "COMPONENT_UNAVAILABLE")


async def test_one_component_down_does_not_touch_the_others(edge: World) -> None:
    assert (await edge.http.get("/v1/minds")).status_code == 200


async def test_a_host_that_joins_serves_within_a_second_and_one_that_leaves_serves_no_more(edge: World) -> None:
    new = Upstream("host3", edge.calls)
    async with new.serving():
        member = edge.fleet.join(host("host3", new.address))
        joined = time.monotonic()
        edge.gatekeeper.pods[AGENT] = new.address
        await edge.until_async(lambda: asks_lands_on(edge, "host3"))
        print(f"\nEDS push to first request on the new host: {(time.monotonic() - joined) * 1e3:.1f} ms")
        assert time.monotonic() - joined < 1
        edge.fleet.leave(member)
        await edge.until_async(lambda: asks_lands_elsewhere(edge, "host3"))
    assert (await ask(edge)).status_code == 200


async def asks_lands_on(edge: World, server: str) -> bool:
    edge.calls.clear()
    assert (await ask(edge)).status_code == 200
    return edge.calls[-1].server == server


async def asks_lands_elsewhere(edge: World, server: str) -> bool:
    return not await asks_lands_on(edge, server)


async def test_a_draining_host_gets_what_is_meant_for_it_and_nothing_else(edge: World) -> None:
    address = edge.upstreams["host1"].address
    member = edge.fleet.join(host("host1", address, Host.STATE_DRAINING))
    edge.gatekeeper.pods.clear()

    async def only_the_other() -> bool:
        edge.calls.clear()
        for number in range(16):
            await edge.http.post(f"/v1/minds/m/agents/b{number}:ask", json={"question": "?"})
        return {arrived.server for arrived in edge.calls} == {"host2"}

    await edge.until_async(only_the_other)
    edge.gatekeeper.pods[AGENT] = address
    assert await asks_lands_on(edge, "host1")
    edge.fleet.update(member, host("host1", address))


async def test_a_dead_host_costs_no_request_when_another_may_answer(edge: World) -> None:
    dying = Upstream("host3", edge.calls)
    async with dying.serving():
        member = edge.fleet.join(host("host3", dying.address))
        edge.gatekeeper.pods[AGENT] = f"{dying.address},{edge.upstreams['host1'].address}"
        await edge.until_async(lambda: asks_lands_on(edge, "host3"))
    assert (await ask(edge)).status_code == 200
    assert edge.calls[-1].server == "host1"
    edge.fleet.leave(member)


async def test_a_changed_cluster_stalls_nothing(edge: World) -> None:
    """Envoy warms a changed EDS cluster until its assignment comes again: 15 s of no updates if it does not."""
    accepted = edge.edge.edge_state().accepted_count
    resources = [clone(message) for message in edge.resources]
    (cluster,) = (m for m in resources if isinstance(m, Cluster) and m.name == AGENT_HOSTS)
    cluster.connect_timeout.CopyFrom(duration(2))
    edge.edge.program(resources)
    await edge.until(lambda: edge.edge.edge_state().accepted_count >= accepted + 2, seconds=2)
    stats = await edge.admin("/stats?filter=warming_clusters")
    assert stats.strip().endswith(": 0")
    assert (await ask(edge)).status_code == 200


async def test_a_refused_update_is_counted_and_traffic_goes_on(edge: World) -> None:
    before = edge.edge.edge_state()
    resources = [clone(message) for message in edge.resources]
    (routes,) = (m for m in resources if isinstance(m, RouteConfiguration))
    routes.virtual_hosts.append(routes.virtual_hosts[0])
    edge.edge.program(resources)
    await edge.until(lambda: edge.edge.edge_state().rejected_count > before.rejected_count)
    assert "public" in edge.edge.edge_state().last_rejection
    assert (await edge.http.get("/v1/minds")).status_code == 200
    await asyncio.sleep(0.3)
    assert edge.edge.edge_state().rejected_count == before.rejected_count + 1
    edge.edge.program(edge.resources)
    assert (await edge.http.get("/v1/minds")).status_code == 200


def clone(message: Any) -> Any:
    copy = type(message)()
    copy.CopyFrom(message)
    return copy


async def test_while_the_dlm_is_away_envoy_goes_on_and_then_follows_again(tmp_path: Path) -> None:
    async with world(tmp_path, rate=5_000) as edge:
        edge.gatekeeper.pods[AGENT] = edge.upstreams["host1"].address
        await edge.stop_ads()
        for _ in range(3):
            assert await asks_lands_on(edge, "host1")
        again = Edge(edge.fleet, edge.resources, settle_seconds=0)
        async with serving_ads(again, edge.ads):
            await edge.until(lambda: again.edge_state().connected_count == 1)
            await asyncio.sleep(0.2)
            assert again.edge_state().accepted_count == 0, "who has it all is sent nothing"
            new = Upstream("host3", edge.calls)
            async with new.serving():
                edge.fleet.join(host("host3", new.address))
                edge.gatekeeper.pods[AGENT] = new.address
                await edge.until_async(lambda: asks_lands_on(edge, "host3"))
            assert again.edge_state().rejected_count == 0


async def test_without_the_gatekeeper_nobody_comes_in(tmp_path: Path) -> None:
    async with world(tmp_path, down=["gatekeeper"]) as edge:
        for path in ("/v1/minds", "/v1/no/such/path"):
            response = await edge.http.get(path)
            assert problem(response) == (503, 14, "COMPONENT_UNAVAILABLE")
            assert retry_seconds(response) == "1s"
        for method in (QUERY, ASK):
            with pytest.raises(grpc.aio.AioRpcError) as caught:
                await edge.call(method)
            assert received(caught.value)[:2] == (grpc.StatusCode.UNAVAILABLE, "COMPONENT_UNAVAILABLE")
        assert edge.calls == []


async def test_a_yes_without_an_identity_lets_nobody_in(tmp_path: Path) -> None:
    """Components would take such a request for one from inside."""
    async with world(tmp_path, keys=NOBODY) as edge:
        assert problem(await edge.http.get("/v1/minds")) == (503, 14, "COMPONENT_UNAVAILABLE")
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await edge.call(QUERY, key=NOBODY)
        assert received(caught.value)[:2] == (grpc.StatusCode.UNAVAILABLE, "COMPONENT_UNAVAILABLE")
        assert edge.calls == []


async def test_a_gatekeeper_that_hangs_lets_nobody_in_after_half_a_second(tmp_path: Path) -> None:
    async with world(tmp_path) as edge:
        edge.gatekeeper.seconds = 3
        started = time.monotonic()
        assert problem(await edge.http.get("/v1/minds")) == (503, 14, "COMPONENT_UNAVAILABLE")
        assert 0.4 < time.monotonic() - started < 1.5
        assert edge.calls == []


async def test_a_key_over_its_rate_is_told_so_and_the_others_are_not(tmp_path: Path) -> None:
    async with world(tmp_path, rate=5) as edge:
        greedy = [await edge.http.get("/v1/minds", headers={"x-api-key": "greedy"}) for _ in range(20)]
        assert [response.status_code for response in greedy[:10]] == [200] * 10
        limited = greedy[-1]
        assert problem(limited) == (429, 8, "RATE_LIMITED")
        assert retry_seconds(limited) == "1s"
        assert limited.headers["retry-after"] == "1"
        assert limited.headers["x-ratelimit-limit"] == "10"
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await edge.call(QUERY, key="greedy")
        assert received(caught.value)[:2] == (grpc.StatusCode.RESOURCE_EXHAUSTED, "RATE_LIMITED")
        others = [await edge.http.get("/v1/minds", headers={"x-api-key": f"k{n}"}) for n in range(30)]
        assert {response.status_code for response in others} == {200}
        await asyncio.sleep(1.1)
        assert (await edge.http.get("/v1/minds", headers={"x-api-key": "greedy"})).status_code == 200
