"""How a component starts, says that it is ready, and stops."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, cast

import grpc
import structlog
from google.protobuf.descriptor import ServiceDescriptor
from grpc_health.v1 import health, health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection

from mesh import caches, dependencies, logs, tracing
from mesh.access import Rule, rules
from mesh.boundary import Boundary, Handler
from mesh.colocation import offered
from mesh.connections import KEEPALIVE, SIZES
from mesh.conversation import answering
from mesh.disk import DiskFault
from mesh.folders import OTHERS, NotPrivate
from mesh.health import Health
from mesh.identity import OPERATOR, PROMETHEUS
from mesh.listening import StartError, host_and_port, is_loopback
from mesh.metrics import Collect, Metrics
from mesh.settings import ServerSettings, SettingError, load
from mesh.standing import Standing, Tell
from mesh.tasks import background

log = structlog.get_logger()
HEADERS_BYTES = 80 * 1024
"""As much as Envoy lets in (60 KiB) and the gatekeeper adds; gRPC's own limit fails at random from 8 KiB on."""
FLUSH_SECONDS = 0.2
"""At the stop, how long a collector may take to take the last spans."""
SERVER_OPTIONS = [
    *SIZES,
    *KEEPALIVE,
    ("grpc.max_metadata_size", HEADERS_BYTES),
    ("grpc.absolute_max_metadata_size", HEADERS_BYTES),
    ("grpc.http2.min_ping_interval_without_data_ms", 5_000),
    ("grpc.server_handshake_timeout_ms", 5_000),
    ("grpc.so_reuseport", 0),  # a port in use is an error, not a share of its traffic
]


@dataclass(frozen=True)
class Service:
    """A gRPC service of a component."""

    descriptor: ServiceDescriptor
    add: Callable[[Any, grpc.aio.Server], None]
    servicer: object
    callers: frozenset[str] = frozenset()
    """Who may call a service whose contract is not ours, and so does not say it."""
    drain: Callable[[], Awaitable[None]] | None = None
    """Called when the stop begins, while calls are still answered; bounds its own time."""
    metrics: Collect | None = None
    """What it counts, for whoever collects metrics."""
    tell: Tell | None = None
    """What it does now, for `myriad status`."""


S = TypeVar("S", bound=ServerSettings)
Build = Callable[[S, AsyncExitStack], Awaitable[Sequence[Service]]]
"""Wires a component: makes its parts, hands to the stack what has to be closed, returns its services."""


@asynccontextmanager
async def serving(name: str, settings: ServerSettings, services: Sequence[Service]) -> AsyncIterator[str]:
    """Serve until the block ends: health, reflection, boundary, graceful stop. Yields `address:port`."""
    metrics = Metrics(name, (service.metrics for service in services if service.metrics))
    tracer = tracing.tracer(name, settings.otlp_endpoint)
    boundary = Boundary(_rules(services), settings.max_concurrent_calls, metrics.calls, tracer)
    server = grpc.aio.server(interceptors=[boundary], options=SERVER_OPTIONS)
    handlers = _Handlers()
    for service in services:
        service.add(service.servicer, server)
        service.add(service.servicer, cast("grpc.aio.Server", handlers))
    tells = (service.tell for service in services if service.tell)
    servicer = Health(name, Standing(getattr(settings, "data", None), tells))
    health_pb2_grpc.add_HealthServicer_to_server(servicer, server)
    full_names = [service.descriptor.full_name for service in services]
    if settings.tls:
        reflection.enable_server_reflection([*full_names, health.SERVICE_NAME, reflection.SERVICE_NAME], server)
    address = _listen(name, settings, server)
    async with _health_alone(name, settings.health_listen, servicer), _collected(name, settings, metrics):
        await server.start()
        for full_name in ("", *full_names):
            await servicer.set(full_name, health_pb2.HealthCheckResponse.SERVING)
        log.info("component.serving", address=address, tls=bool(settings.tls))
        try:
            with offered(address, boundary.nearby(handlers.by_method)):
                yield address
        finally:
            await servicer.enter_graceful_shutdown()
            for service in services:
                if service.drain:
                    await service.drain()
            await server.stop(settings.stop_seconds)
            if tracer:
                tracer.flush(FLUSH_SECONDS)
            log.info("component.stopped")


@asynccontextmanager
async def _health_alone(name: str, listen: str, servicer: Health) -> AsyncIterator[None]:
    """Health for those who speak no TLS, such as Kubernetes' probes."""
    if not listen:
        yield
        return
    server = grpc.aio.server(options=SERVER_OPTIONS)
    health_pb2_grpc.add_HealthServicer_to_server(servicer, server)
    host_and_port(name, "MYRIAD_HEALTH_LISTEN", listen)
    _bound(name, listen, server.add_insecure_port)
    await server.start()
    try:
        yield
    finally:
        await server.stop(0)


@asynccontextmanager
async def _collected(name: str, settings: ServerSettings, metrics: Metrics) -> AsyncIterator[None]:
    """Metrics, for whoever has a certificate to collect them."""
    if not settings.metrics_listen or not settings.tls:
        yield
        return
    collectors = frozenset((OPERATOR, PROMETHEUS))
    where = name, "MYRIAD_METRICS_LISTEN", settings.metrics_listen
    async with answering(*where, settings.tls, collectors, metrics.answer):
        yield


def _rules(services: Sequence[Service]) -> dict[str, Rule]:
    foreign = {
        f"/{service.descriptor.full_name}/{method.name}": Rule(callers=service.callers)
        for service in services
        for method in service.descriptor.methods
        if service.callers
    }
    return rules(service.descriptor for service in services) | foreign


def _listen(name: str, settings: ServerSettings, server: grpc.aio.Server) -> str:
    """Bind the port for callers with a certificate, or for nobody but those on this machine."""
    host, _ = host_and_port(name, "MYRIAD_LISTEN", settings.listen)
    if not settings.tls:
        if not is_loopback(host):
            raise StartError(f"{name}: without MYRIAD_TLS it listens on loopback only, not on {settings.listen}")
        return f"{host}:{_bound(name, settings.listen, server.add_insecure_port)}"
    if settings.tls.component != name:
        raise StartError(f"{name}: MYRIAD_TLS holds the certificate of {settings.tls.component}")
    credentials = settings.tls.server_credentials()
    return f"{host}:{_bound(name, settings.listen, lambda listen: server.add_secure_port(listen, credentials))}"


def _bound(name: str, listen: str, bind: Callable[[str], int]) -> int:
    try:
        return bind(listen)
    except RuntimeError:
        raise StartError(f"{name}: cannot listen on {listen}: the port is in use") from None


class _Handlers:
    """Takes a service's methods as a server would."""

    def __init__(self) -> None:
        self.by_method: dict[str, Handler] = {}

    def add_generic_rpc_handlers(self, _handlers: object) -> None:
        """The same methods once more."""

    def add_registered_method_handlers(self, service: str, handlers: Mapping[str, Handler]) -> None:
        self.by_method |= {f"/{service}/{name}": handler for name, handler in handlers.items()}


@dataclass(frozen=True)
class Component(Generic[S]):
    """What a process is made of: a name, its settings and how it is wired."""

    name: str
    settings: type[S]
    build: Build[S]


def run(component: Component[S]) -> None:
    """The whole life of a component's process. Exits with 2 and one clear line if it cannot start."""
    _run(component.name, (component,), lambda _: os.environ)


def run_together(name: str, components: Sequence[Component[Any]]) -> None:
    """
    The whole life of a process of several components, in the order in which they start.

    Each listens at its own target, `MYRIAD_<NAME>_TARGET`, shows its metrics at `MYRIAD_<NAME>_METRICS`, and has a
    folder of its own below that of `MYRIAD_TLS`.
    """

    def environment(one: Component[Any]) -> Mapping[str, str]:
        own = {
            "MYRIAD_LISTEN": os.environ[f"MYRIAD_{one.name.upper()}_TARGET"],
            "MYRIAD_METRICS_LISTEN": os.environ.get(f"MYRIAD_{one.name.upper()}_METRICS", ""),
        }
        if tls := os.environ.get("MYRIAD_TLS"):
            own["MYRIAD_TLS"] = f"{tls}/{one.name}"
        return os.environ | own

    _run(name, components, environment)


def _run(
    name: str, components: Sequence[Component[Any]], environment: Callable[[Component[Any]], Mapping[str, str]]
) -> None:
    os.umask(OTHERS)
    try:
        loaded = [(one, load(one.settings, environment(one))) for one in components]
        logs.configure(name, loaded[0][1].log_level)
        asyncio.run(_live(loaded))
    except (SettingError, StartError, NotPrivate) as error:
        print(error, file=sys.stderr)
        sys.exit(2)
    except DiskFault as fault:
        print(fault.text, file=sys.stderr)
        sys.exit(2)


async def _live(components: Sequence[tuple[Component[Any], ServerSettings]]) -> None:
    stopping = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(background("caches", caches.keep_emptying))
        for component, settings in components:
            dependencies.component.set(component.name)
            services = await component.build(settings, stack)
            await stack.enter_async_context(serving(component.name, settings, services))
        await stopping.wait()
