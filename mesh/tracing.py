"""
Traces: of a request that Envoy chose, how long each stage took, in whatever process it ran.

Envoy begins a trace and says so in the header `traceparent` (W3C Trace Context). Each component makes a span of its
part, and of each stage that says `with span("…")`. Without MYRIAD_OTLP_ENDPOINT, and of requests that were not chosen,
nothing is made, and nothing is loaded that could make it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar
from functools import cache
from typing import Protocol, TypeAlias
from urllib.parse import urlsplit

from mesh.settings import SettingError

TRACEPARENT = "traceparent"
Value: TypeAlias = str | int | float | bool
_NOTHING = nullcontext()


spans_sent = Counter[str]()
"""Spans of this process: `sent` to the collector, or `lost` because it did not take them."""


class Span(Protocol):
    """A stage of a request that is under way."""

    @property
    def trace_id(self) -> str:
        """Of the trace that it belongs to, 32 hexadecimal digits."""

    @property
    def traceparent(self) -> str:
        """What the next component is told."""

    def child(self, name: str) -> Span:
        """Begin a stage of this one."""

    def note(self, values: dict[str, Value]) -> None:
        """Add attributes: counts, states and ids. Never a text, unless MYRIAD_TRACE_TEXTS says so."""

    def end(self, error: str = "") -> None:
        """It is over; `error` says why it failed."""


class Tracer(Protocol):
    """Makes the spans of one component."""

    def begin(self, name: str, traceparent: str) -> Span | None:
        """Begin the component's part of a request; None if that was not chosen, or has no `traceparent` to read."""

    def flush(self, seconds: float) -> None:
        """Send what waits to be sent, and wait so long for it at most."""


current: ContextVar[Span | None] = ContextVar("span", default=None)


def span(name: str) -> AbstractContextManager[None]:
    """A stage of the request under way, as long as the block lasts; the calls made in it are parts of it."""
    parent = current.get()
    return within(parent.child(name)) if parent else _NOTHING


@contextmanager
def within(one: Span) -> Iterator[None]:
    """Make a span the one under way, and end it with the block."""
    token = current.set(one)
    try:
        yield
    except BaseException as error:
        one.end(type(error).__name__)
        raise
    else:
        one.end()
    finally:
        current.reset(token)


def begun(tracer: Tracer | None, name: str, traceparent: str) -> AbstractContextManager[None]:
    """A component's part of a request, as long as the block lasts."""
    one = tracer.begin(name, traceparent) if tracer and traceparent else None
    return within(one) if one else _NOTHING


def note(**values: Value) -> None:
    """Add attributes `myriad.<name>` to the span under way, if there is one."""
    if one := current.get():
        one.note({f"myriad.{name}": value for name, value in values.items()})


def trace_id() -> str:
    """Of the trace under way; empty if there is none."""
    one = current.get()
    return one.trace_id if one else ""


def collector(endpoint: str) -> str:
    """Where the collector listens, `address:port`; empty if there is none. SettingError."""
    if not endpoint:
        return ""
    try:
        parts = urlsplit(endpoint)
        host, port = parts.hostname, parts.port
    except ValueError:
        host = port = None
    if not (host and port) or parts.scheme != "http" or parts.path.strip("/") or parts.query or parts.username:
        raise SettingError(
            "MYRIAD_OTLP_ENDPOINT is http://address:port of an OpenTelemetry collector that takes OTLP over gRPC; "
            "what leaves the network goes on from there over TLS"
        )
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


@cache
def tracer(component: str, endpoint: str) -> Tracer | None:
    """Who makes the spans of a component and sends them to `endpoint`; None if there is none. SettingError."""
    target = collector(endpoint)
    if not target:
        return None
    try:
        from mesh.adapters.otel import OtelTracer  # noqa: PLC0415  # half a second, and 20 MB
    except ModuleNotFoundError as error:
        raise SettingError(f"MYRIAD_OTLP_ENDPOINT needs myriad[otel]: {error.name} is not installed") from None
    return OtelTracer(component, target)
