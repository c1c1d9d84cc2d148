"""Wires the DLM."""

from __future__ import annotations

import math
import socket
from collections.abc import Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from functools import partial

import grpc
from envoy.service.discovery.v3 import ads_pb2, ads_pb2_grpc

from dlm.adapters.agent_hosts import GrpcAgentHosts
from dlm.adapters.buckets import buckets
from dlm.adapters.connectome import GrpcActivation, GrpcAgents, GrpcRestriction
from dlm.adapters.genesis import GrpcTeacher
from dlm.adapters.health import GrpcHealth
from dlm.adapters.memory_cache import MemoryPacketCache
from dlm.adapters.memory_directory import MemoryDirectory
from dlm.adapters.rate_limit import rates_watched
from dlm.agents import Dormitory
from dlm.copies import Copies
from dlm.declared import Declared
from dlm.dehydrate import Dehydrator
from dlm.drain import Drains
from dlm.fleet import Fleet
from dlm.flights import Flights
from dlm.forgotten import Forgotten
from dlm.hosts import Registry
from dlm.hydrate import Hydrator
from dlm.inject import Injector
from dlm.locate import Locator
from dlm.metrics import Figures
from dlm.operator.parts import Parts
from dlm.orphans import Orphans
from dlm.others import Alone, Others
from dlm.packets import PacketLoader
from dlm.pins import Pins
from dlm.ports import Agents, Bulletin, PacketCache
from dlm.replicas import Replicas
from dlm.residency import Residency
from dlm.resting import Resting
from dlm.service import AgentsOneByOne, Fleets, Lifecycle
from dlm.settings import Settings
from dlm.speculation import Speculation
from dlm.states import States
from dlm.status import Status
from dlm.watch import Watchers
from dlm.xds.clusters import CHECK, HTTP, RATES
from dlm.xds.edge import Edge
from dlm.xds.program import program
from dlm.xds.service import AggregatedDiscoveryServicer
from dlm.xds.tracing import Traces
from mesh import tracing
from mesh.adapters.changes import GrpcChanges
from mesh.channels import channel
from mesh.identity import ENVOY
from mesh.metrics import Collect
from mesh.server import Component, Service, run
from mesh.settings import SettingError
from mesh.tasks import background
from myriad.agent.v1 import agent_service_pb2, agent_service_pb2_grpc
from myriad.dlm.v1 import (
    fleet_service_pb2,
    fleet_service_pb2_grpc,
    lifecycle_service_pb2,
    lifecycle_service_pb2_grpc,
)
from substrate.stores import open_store


async def build(settings: Settings, stack: AsyncExitStack) -> Sequence[Service]:
    if settings.cache_bytes < 0:
        raise SettingError("MYRIAD_CACHE_BYTES is not negative")
    if not 0 <= settings.host_idle_seconds < math.inf:
        raise SettingError("MYRIAD_HOST_IDLE_SECONDS is not negative, and a number")
    components: dict[str, tuple[str, ...]] = {
        "orchestrator": settings.orchestrator_target,
        "connectome": (settings.connectome_target,),
        "genesis": (settings.genesis_target,),
        "synth": (settings.synth_target,),
        "gatekeeper": (settings.gatekeeper_target,),
        "dlm": settings.dlm_target,
    }
    channels = {
        (name, target): await stack.enter_async_context(channel(target, name, settings.tls))
        for name, targets in components.items()
        for target in filter(None, targets)
    }
    fleet, directory, flights, forgotten = Fleet(), MemoryDirectory(), Flights(), Forgotten()
    cache = await _cache(settings, stack)
    agents = GrpcAgents(channels["connectome", settings.connectome_target])
    hosts = GrpcAgentHosts(fleet, settings.tls)
    stack.push_async_callback(hosts.close)
    watchers = Watchers(fleet, directory)
    residency = Residency(directory, watchers)
    loader = PacketLoader(cache, await stack.enter_async_context(open_store(settings)))
    targets = {
        **components,
        CHECK: (settings.check_target,),
        HTTP: settings.http_target,
        RATES: settings.rate_limit_target,
    }
    await stack.enter_async_context(rates_watched(settings.rate_limit_target, settings.tls))
    collector = tracing.collector(settings.otlp_endpoint)
    edge = Edge(
        fleet,
        program(
            listen=settings.edge_listen,
            secrets=settings.edge_tls,
            targets=targets,
            rate_per_second=settings.rate_per_second,
            max_body_bytes=settings.max_body_bytes,
            traces=Traces(collector, settings.trace_share) if collector else None,
            shown=settings.edge_public_tls,
            origins=settings.cors_origins,
        ),
    )
    others = await _others(
        settings, stack, partial(Replicas, _place(settings), fleet, directory, residency, forgotten, flights)
    )
    states = States(fleet, residency, edge.reached, others)
    stack.push_async_callback(states.close)
    injector = Injector(fleet, states, directory, residency, hosts)
    orphans = Orphans(fleet, residency, hosts, others.hears)
    await stack.enter_async_context(background("orphans", orphans.keep_asking))
    hydrator = Hydrator(fleet, states, directory, flights, forgotten, agents, loader, injector, others)
    stack.push_async_callback(hydrator.close)
    dehydrator = Dehydrator(fleet, directory, residency, flights, forgotten, loader, hosts, others)
    copies = Copies(fleet, directory, hydrator, injector)
    await stack.enter_async_context(background("copies", copies.keep_making))
    pins = Pins(fleet, directory, agents, hydrator, hosts, others)
    await stack.enter_async_context(background("pins", pins.keep_awake))
    resting = Resting(fleet, states, directory, residency, hosts, lambda: hydrator.pinned, settings.host_idle_seconds)
    await stack.enter_async_context(background("resting", resting.keep_looking))
    drains = Drains(fleet, copies, others)
    registry = Registry(fleet, residency, forgotten, hosts, copies, drains, others)
    declared = Declared(fleet, states, directory, residency, hydrator, injector, pins, hosts)
    operator = await _operator(settings, stack, channels, fleet, states, hydrator, agents, declared)
    speculation = Speculation(hydrator, directory, agents)
    if settings.speculate:
        await stack.enter_async_context(background("speculation", speculation.keep_guessing))
    locator = Locator(fleet, states, directory, injector)
    lifecycle = Lifecycle(hydrator, dehydrator, locator, watchers, registry, speculation.notice)
    asked = [(name, GrpcHealth(target, one)) for (name, target), one in channels.items()]
    status = Status(fleet, hydrator, loader, asked, edge.edge_state, others)
    return [
        Service(
            lifecycle_service_pb2.DESCRIPTOR.services_by_name["LifecycleService"],
            lifecycle_service_pb2_grpc.add_LifecycleServiceServicer_to_server,
            lifecycle,
            drain=lifecycle.drain,
            metrics=Figures(
                states,
                hydrator,
                injector,
                copies,
                pins,
                speculation,
                loader,
                watchers,
                others,
                edge.edge_state,
                edge.pushes,
            ).metrics,
        ),
        Service(
            fleet_service_pb2.DESCRIPTOR.services_by_name["FleetService"],
            fleet_service_pb2_grpc.add_FleetServiceServicer_to_server,
            Fleets(status, drains, GrpcChanges(channels["gatekeeper", settings.gatekeeper_target])),
            metrics=operator,
        ),
        Service(
            agent_service_pb2.DESCRIPTOR.services_by_name["AgentService"],
            agent_service_pb2_grpc.add_AgentServiceServicer_to_server,
            AgentsOneByOne(Dormitory(agents, directory, flights, hydrator, dehydrator)),
        ),
        Service(
            ads_pb2.DESCRIPTOR.services_by_name["AggregatedDiscoveryService"],
            ads_pb2_grpc.add_AggregatedDiscoveryServiceServicer_to_server,
            AggregatedDiscoveryServicer(edge),
            callers=frozenset((ENVOY,)),
            drain=edge.drain,
        ),
    ]


async def _others(settings: Settings, stack: AsyncExitStack, us: Callable[[Bulletin], Replicas]) -> Others:
    if not settings.redis:
        return Alone()
    from dlm.adapters.redis_bulletin import RedisBulletin  # noqa: PLC0415  # a third of a second
    from mesh.adapters.redis import open_redis  # noqa: PLC0415

    redis = await stack.enter_async_context(open_redis("MYRIAD_REDIS", settings.redis, evictable=False))
    replicas = us(RedisBulletin(redis))
    await stack.enter_async_context(background("replicas.read", replicas.keep_reading))
    await stack.enter_async_context(background("replicas.post", replicas.keep_posting))
    await stack.enter_async_context(background("replicas.lead", replicas.leadership.keep_looking))
    stack.push_async_callback(replicas.leave)
    return replicas


async def _operator(
    settings: Settings,
    stack: AsyncExitStack,
    channels: Mapping[tuple[str, str], grpc.aio.Channel],
    fleet: Fleet,
    states: States,
    hydrator: Hydrator,
    agents: Agents,
    declared: Declared,
) -> Collect:
    """What the operator counts, if there is one."""
    if not settings.namespace:
        return tuple
    if not settings.genesis_target:
        raise SettingError("MYRIAD_NAMESPACE is set, so MYRIAD_GENESIS_TARGET is needed")
    from dlm.operator.metrics import metrics  # noqa: PLC0415  # a second, and 50 MB
    from dlm.operator.running import operating  # noqa: PLC0415

    parts = Parts(
        fleet,
        states,
        hydrator,
        declared,
        agents,
        GrpcActivation(channels["connectome", settings.connectome_target]),
        GrpcTeacher(channels["genesis", settings.genesis_target]),
        GrpcRestriction(channels["connectome", settings.connectome_target]),
        buckets(settings.s3_endpoint),
    )
    return partial(metrics, await stack.enter_async_context(operating(settings.namespace, parts)))


def _place(settings: Settings) -> str:
    """Where this replica listens, which no other does while it runs."""
    return f"{socket.gethostname()} {settings.listen}"


async def _cache(settings: Settings, stack: AsyncExitStack) -> PacketCache:
    if not (settings.cache or settings.redis):
        return MemoryPacketCache(settings.cache_bytes)
    from dlm.adapters.redis_cache import RedisPacketCache  # noqa: PLC0415  # a third of a second
    from mesh.adapters.redis import open_redis  # noqa: PLC0415

    variable, url = ("MYRIAD_CACHE", settings.cache) if settings.cache else ("MYRIAD_REDIS", settings.redis)
    cache = RedisPacketCache(await stack.enter_async_context(open_redis(variable, url, evictable=bool(settings.cache))))
    await stack.enter_async_context(background("dlm.cache", cache.settle))
    return cache


COMPONENT = Component("dlm", Settings, build)


def main() -> None:
    run(COMPONENT)
