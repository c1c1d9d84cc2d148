"""The edge: conversations over gRPC, changes of the fleet, coming back after a restart."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from typing import Any

import grpc
import pytest
from envoy.config.endpoint.v3.endpoint_pb2 import ClusterLoadAssignment
from envoy.service.discovery.v3 import ads_pb2, ads_pb2_grpc
from envoy.service.discovery.v3.discovery_pb2 import DeltaDiscoveryRequest

from dlm.fleet import Fleet
from dlm.xds.clusters import AGENT_HOSTS
from dlm.xds.edge import Edge
from dlm.xds.filters import image
from dlm.xds.program import program
from dlm.xds.routes import routes
from dlm.xds.service import AggregatedDiscoveryServicer
from dlm.xds.snapshot import ASSIGNMENT, CLUSTER, InconsistentSnapshot
from mesh.channels import channel
from mesh.errors import received
from mesh.server import Service, serving
from myriad.dlm.v1.host_pb2 import Host
from tests.identities import identity, settings

FIXED = program(listen="127.0.0.1:8080", secrets="/tls", targets={}, rate_per_second=200, max_body_bytes=1024)
HOST = Host(id="h", address="127.0.0.1:6000", state=Host.STATE_READY)


@asynccontextmanager
async def stub_of(edge: Edge, stop_seconds: float = 0) -> AsyncIterator[Any]:
    service = Service(
        ads_pb2.DESCRIPTOR.services_by_name["AggregatedDiscoveryService"],
        ads_pb2_grpc.add_AggregatedDiscoveryServiceServicer_to_server,
        AggregatedDiscoveryServicer(edge),
        callers=frozenset(("envoy",)),
        drain=edge.drain,
    )
    told = replace(settings("dlm"), stop_seconds=stop_seconds)
    async with AsyncExitStack() as stack:
        closing = await stack.enter_async_context(AsyncExitStack())
        # Entered last, so that the server stops while the client is still connected, as a DLM does.
        address = await stack.enter_async_context(serving("dlm", told, [service]))
        connection = await closing.enter_async_context(channel(address, "dlm", identity("envoy")))
        yield ads_pb2_grpc.AggregatedDiscoveryServiceStub(connection)


async def read(stream: Any, seconds: float = 2.0) -> Any:
    return await asyncio.wait_for(stream.read(), seconds)


async def test_a_host_that_joins_is_pushed_to_every_envoy() -> None:
    fleet = Fleet()
    edge = Edge(fleet, FIXED)
    async with stub_of(edge) as stub:
        streams = [stub.DeltaAggregatedResources() for _ in range(2)]
        for stream in streams:
            await stream.write(DeltaDiscoveryRequest(type_url=ASSIGNMENT, resource_names_subscribe=[AGENT_HOSTS]))
            await read(stream)
        assert edge.edge_state().connected_count == 2
        fleet.join(HOST)
        pushed = [await read(stream) for stream in streams]
        assert len({response.resources[0].version for response in pushed}) == 1
        for stream in streams:
            stream.cancel()


async def test_an_envoy_that_leaves_is_counted_out() -> None:
    edge = Edge(Fleet(), FIXED)
    async with stub_of(edge) as stub:
        stream = stub.DeltaAggregatedResources()
        await stream.write(DeltaDiscoveryRequest(type_url=CLUSTER))
        await read(stream)
        await stream.done_writing()
        assert await read(stream) is grpc.aio.EOF
        assert edge.edge_state().connected_count == 0


async def test_an_envoy_that_comes_back_keeps_its_endpoints_until_the_hosts_had_time_to() -> None:
    fleet = Fleet()
    edge = Edge(fleet, FIXED, settle_seconds=0.2)
    asyncio.get_running_loop().call_later(0.1, fleet.join, HOST)
    async with stub_of(edge) as stub:
        started = time.monotonic()
        stream = stub.DeltaAggregatedResources()
        await stream.write(
            DeltaDiscoveryRequest(
                type_url=ASSIGNMENT,
                resource_names_subscribe=[AGENT_HOSTS],
                initial_resource_versions={AGENT_HOSTS: "of yesterday"},
            )
        )
        response = await read(stream)
        assert time.monotonic() - started >= 0.15
        assert b"127.0.0.1" in response.resources[0].resource.value
        stream.cancel()


async def test_an_envoy_that_comes_new_does_not_wait() -> None:
    async with stub_of(Edge(Fleet(), FIXED, settle_seconds=60)) as stub:
        stream = stub.DeltaAggregatedResources()
        await stream.write(DeltaDiscoveryRequest(type_url=CLUSTER))
        assert (await read(stream)).resources
        stream.cancel()


async def test_a_host_is_reached_when_every_envoy_has_taken_the_endpoints_or_has_had_its_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fleet = Fleet()
    edge = Edge(fleet, FIXED)
    assert await edge.reached(), "there is no Envoy"
    async with stub_of(edge) as stub:
        streams = [stub.DeltaAggregatedResources() for _ in range(2)]
        for stream in streams:
            await stream.write(DeltaDiscoveryRequest(type_url=ASSIGNMENT, resource_names_subscribe=[AGENT_HOSTS]))
            first = await read(stream)
            await stream.write(DeltaDiscoveryRequest(type_url=ASSIGNMENT, response_nonce=first.nonce))
        fleet.join(HOST)
        reached = asyncio.create_task(edge.reached())
        for stream in streams:
            news = await read(stream)
            assert not reached.done()
            await stream.write(DeltaDiscoveryRequest(type_url=ASSIGNMENT, response_nonce=news.nonce))
        assert await reached
        monkeypatch.setattr("dlm.xds.edge.TAKE_SECONDS", 0.05)
        fleet.join(Host(id="i", address="127.0.0.1:6001", state=Host.STATE_READY))
        assert not await edge.reached()
        for stream in streams:
            stream.cancel()


async def test_a_stop_does_not_wait_for_envoys() -> None:
    edge = Edge(Fleet(), FIXED)
    async with stub_of(edge, stop_seconds=60) as stub:
        stream = stub.DeltaAggregatedResources()
        await stream.write(DeltaDiscoveryRequest(type_url=CLUSTER))
        await read(stream)
        leaving = time.monotonic()
    assert time.monotonic() - leaving < 1
    assert await stream.code() in (grpc.StatusCode.OK, grpc.StatusCode.CANCELLED)


async def test_a_program_that_does_not_fit_together_changes_nothing() -> None:
    edge = Edge(Fleet(), FIXED)
    before = edge.snapshot
    with pytest.raises(InconsistentSnapshot):
        edge.program([routes(image())])
    assert edge.snapshot is before


async def test_the_other_variant_is_refused_with_a_reason() -> None:
    async with stub_of(Edge(Fleet(), FIXED)) as stub:
        stream = stub.StreamAggregatedResources()  # refused before anything is written
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await read(stream)
        assert received(caught.value).reason == "NOT_IMPLEMENTED"


async def test_a_refusal_is_shown_with_the_envoy_that_refuses_until_it_takes_what_comes_next() -> None:
    fleet = Fleet()
    edge = Edge(fleet, FIXED)
    async with stub_of(edge) as stub:
        streams = {node: stub.DeltaAggregatedResources() for node in ("a", "b")}
        for node, stream in streams.items():
            first = DeltaDiscoveryRequest(type_url=ASSIGNMENT, resource_names_subscribe=[AGENT_HOSTS])
            first.node.id = node
            await stream.write(first)
            answer = DeltaDiscoveryRequest(type_url=ASSIGNMENT, response_nonce=(await read(stream)).nonce)
            if node == "b":
                answer.error_detail.message = "no"
            await stream.write(answer)
        await said(edge, [("a", ""), ("b", "no")])
        fleet.join(HOST)
        for stream in streams.values():
            pushed = await read(stream)
            await stream.write(DeltaDiscoveryRequest(type_url=ASSIGNMENT, response_nonce=pushed.nonce))
        await said(edge, [("a", ""), ("b", "")])
        assert edge.edge_state().last_rejection == "no"
        for stream in streams.values():
            stream.cancel()


async def said(edge: Edge, refusals: list[tuple[str, str]]) -> None:
    async with asyncio.timeout(2):
        while [(one.node, one.rejection) for one in edge.edge_state().envoys] != refusals:  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def test_a_thousand_endpoints_reach_an_envoy_in_one_resource() -> None:
    fleet = Fleet()
    edge = Edge(fleet, FIXED)
    for number in range(1_000):
        fleet.join(
            Host(id=f"h{number}", address=f"10.0.{number // 250}.{number % 250 + 1}:6000", state=Host.STATE_READY)
        )
    async with stub_of(edge) as stub:
        stream = stub.DeltaAggregatedResources()
        await stream.write(DeltaDiscoveryRequest(type_url=ASSIGNMENT, resource_names_subscribe=[AGENT_HOSTS]))
        (resource,) = (await read(stream)).resources
        assignment = ClusterLoadAssignment.FromString(resource.resource.value)
        assert len(assignment.endpoints[0].lb_endpoints) == 1_000
        stream.cancel()
