"""Spans by OpenTelemetry's SDK, sent in batches over OTLP (gRPC) by a thread of its own."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from functools import cache
from importlib.metadata import version

from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.sdk.trace.sampling import ALWAYS_ON
from opentelemetry.trace import Span as Recorded
from opentelemetry.trace import SpanKind, StatusCode, format_trace_id, get_current_span, set_span_in_context
from opentelemetry.trace import Tracer as Recorder
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from mesh.tracing import TRACEPARENT, Value, spans_sent

EXPORT_SECONDS = 5.0
"""How long a batch may take to be sent; what the collector has not taken then is lost, and counted."""
MOST_WAITING = 8_192
"""Spans that wait to be sent; more are lost."""
EVERY_SECONDS = 1.0
_W3C = TraceContextTextMapPropagator()


class _Counting(SpanExporter):
    """Counts what the collector took, and what not."""

    def __init__(self, exporter: SpanExporter) -> None:
        self._exporter = exporter

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        result = self._exporter.export(spans)
        spans_sent["sent" if result is SpanExportResult.SUCCESS else "lost"] += len(spans)
        return result

    def shutdown(self) -> None:
        self._exporter.shutdown()

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        return self._exporter.force_flush(timeout_millis)


@cache
def _sending(target: str) -> BatchSpanProcessor:
    """The one queue of a process, whatever components it has."""
    exporter = OTLPSpanExporter(
        f"http://{target}",
        insecure=True,
        timeout=EXPORT_SECONDS,
        channel_options=(("grpc.enable_http_proxy", 0),),  # type: ignore[arg-type]  # which is a number
    )
    return BatchSpanProcessor(
        _Counting(exporter), max_queue_size=MOST_WAITING, schedule_delay_millis=EVERY_SECONDS * 1e3
    )


class OtelTracer:
    """See `mesh.tracing.Tracer`."""

    def __init__(self, component: str, target: str) -> None:
        told = {"service.namespace": "myriad", "service.name": component, "service.version": version("myriad")}
        # Envoy has chosen already: what comes here is made.
        provider = TracerProvider(ALWAYS_ON, Resource.create(told), shutdown_on_exit=False)
        self._sending = _sending(target)
        provider.add_span_processor(self._sending)
        self._recorder = provider.get_tracer("myriad")

    def begin(self, name: str, traceparent: str) -> OtelSpan | None:
        parent = _W3C.extract({TRACEPARENT: traceparent}, Context())
        if not get_current_span(parent).get_span_context().trace_flags.sampled:
            return None
        return OtelSpan(self._recorder, self._recorder.start_span(name, parent, SpanKind.SERVER))

    def flush(self, seconds: float) -> None:
        sending = threading.Thread(target=self._sending.force_flush, daemon=True)
        sending.start()
        sending.join(seconds)


class OtelSpan:
    """See `mesh.tracing.Span`."""

    def __init__(self, recorder: Recorder, recorded: Recorded) -> None:
        self._recorder = recorder
        self._recorded = recorded

    @property
    def trace_id(self) -> str:
        return format_trace_id(self._recorded.get_span_context().trace_id)

    @property
    def traceparent(self) -> str:
        carrier = dict[str, str]()
        _W3C.inject(carrier, self._context())
        return carrier[TRACEPARENT]

    def child(self, name: str) -> OtelSpan:
        return OtelSpan(self._recorder, self._recorder.start_span(name, self._context()))

    def note(self, values: dict[str, Value]) -> None:
        self._recorded.set_attributes(values)

    def end(self, error: str = "") -> None:
        if error:
            self._recorded.set_attribute("error.type", error)
            self._recorded.set_status(StatusCode.ERROR)
        self._recorded.end()

    def _context(self) -> Context:
        return set_span_in_context(self._recorded, Context())
