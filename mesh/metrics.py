"""
Metrics for Prometheus: of every component its calls, under the names that gRPC's middlewares share, and its own counts.

What a component counts it counts where it happens, in plain numbers; they become metrics when somebody looks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from http import HTTPStatus
from importlib.metadata import version
from typing import TypeAlias

from prometheus_client import CollectorRegistry, Counter, Histogram, Info, ProcessCollector, disable_created_metrics
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.core import Metric as Family
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest

from mesh import dependencies, disk, logs, tracing
from mesh.conversation import Request, Response
from mesh.spread import SECONDS, Spread

CONTENT_TYPE = CONTENT_TYPE_PLAIN_0_0_4
PATH = "/metrics"
Metric: TypeAlias = Family
"""What components name it by."""
Collect: TypeAlias = Callable[[], Iterable[Metric]]
Values: TypeAlias = "Mapping[str, float] | Mapping[tuple[str, str], float]"
"""By the values of the labels."""
disable_created_metrics()  # type: ignore[no-untyped-call]  # a time for each count, which nobody asks for
_CALL = ("grpc_service", "grpc_method")


def counter(name: str, help: str, values: float | Values, *labels: str) -> Metric:
    """A count since the start; with labels, one for each of their values."""
    return _filled(CounterMetricFamily(name, help, labels=labels or None), values)


def gauge(name: str, help: str, values: float | Values, *labels: str) -> Metric:
    """What is so now; with labels, one for each of their values."""
    return _filled(GaugeMetricFamily(name, help, labels=labels or None), values)


def histogram(name: str, help: str, values: Spread | Mapping[str, Spread], label: str = "") -> Metric:
    """How large something was, since the start; with a label, one for each of its values."""
    family = HistogramMetricFamily(name, help, labels=[label] if label else None)
    for value, spread in values.items() if isinstance(values, Mapping) else [("", values)]:
        family.add_metric([value] if label else [], spread.buckets(), spread.sum)
    return family


def _filled(family: CounterMetricFamily | GaugeMetricFamily, values: float | Values) -> Metric:
    several = values.items() if isinstance(values, Mapping) else [((), values)]
    for labels, value in several:
        family.add_metric([labels] if isinstance(labels, str) else labels, value)
    return family


class Metrics:
    """All metrics of one component."""

    def __init__(self, component: str, collects: Iterable[Collect] = ()) -> None:
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        self.calls = Calls(self._registry)
        build = Info("myriad_build", "Which software this is.", registry=self._registry)
        build.info({"component": component, "version": version("myriad")})
        for collect in (_faults, *collects):
            self._registry.register(_Collector(collect))

    async def answer(self, request: Request) -> Response:
        """All of them at `/metrics`, as Prometheus reads them."""
        if request.method not in ("GET", "HEAD") or request.path.partition("?")[0] != PATH:
            return Response(HTTPStatus.NOT_FOUND, {"content-type": "text/plain"}, f"metrics are at {PATH}\n")
        return Response(HTTPStatus.OK, {"content-type": CONTENT_TYPE}, generate_latest(self._registry).decode())


class Calls:
    """Calls to a component's methods, `/package.Service/Method`."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._started = Counter("grpc_server_started_total", "Calls that came.", _CALL, registry=registry)
        self._handled = Counter(
            "grpc_server_handled_total", "Calls that ended, by status.", (*_CALL, "grpc_code"), registry=registry
        )
        self._seconds = Histogram(
            "grpc_server_handling_seconds", "How long calls took.", _CALL, registry=registry, buckets=SECONDS
        )
        self._errors = Counter("myriad_errors_total", "Calls that failed, by reason.", ("reason",), registry=registry)

        # To find a metric by its labels takes longer than to count: methods and statuses are few, and known.
        self._started_of = cache(lambda method: self._started.labels(*_parts(method)))
        self._handled_of = cache(lambda method, code: self._handled.labels(*_parts(method), code))
        self._seconds_of = cache(lambda method: self._seconds.labels(*_parts(method)))

    def started(self, method: str) -> None:
        self._started_of(method).inc()

    def ended(self, method: str, code: str, seconds: float, reason: str = "") -> None:
        """A call ended with a status `code`, and the reason if it failed."""
        self._handled_of(method, code).inc()
        self._seconds_of(method).observe(seconds)
        if reason:
            self._errors.labels(reason).inc()


class _Collector:
    def __init__(self, collect: Collect) -> None:
        self._collect = collect

    def collect(self) -> Iterable[Metric]:
        return self._collect()

    def describe(self) -> Iterable[Metric]:
        return ()


def _parts(method: str) -> tuple[str, str]:
    service, _, name = method.removeprefix("/").partition("/")
    return service, name


def _faults() -> Iterable[Metric]:
    up = {one.store: float(one.available) for one in sorted(dependencies.states(), key=lambda one: not one.available)}
    yield gauge("myriad_dependency_up", "Whether a store that the process depends on answers.", up, "dependency")
    took = dependencies.took
    yield histogram("myriad_dependency_seconds", "How long a store took for calls that it did.", took, "dependency")
    yield counter("myriad_spans", "Spans for the collector, by what became of them.", tracing.spans_sent, "result")
    missed = dependencies.missed
    yield counter("myriad_dependency_calls_missed", "Calls that a store did not answer.", missed, "dependency")
    yield counter("myriad_log_writes_lost", "Writes to the log that failed.", logs.Unfailing.lost)
    yield counter("myriad_disk_faults", "What failed for want of room or for damage, by reason.", disk.seen, "reason")
