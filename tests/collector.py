"""A collector of traces: takes what OTLP brings, and remembers it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass

import grpc
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)
from opentelemetry.proto.collector.trace.v1.trace_service_pb2_grpc import (
    TraceServiceServicer,
    add_TraceServiceServicer_to_server,
)


@dataclass(frozen=True)
class Taken:
    """A span."""

    service: str
    name: str
    trace: str
    id: str
    parent: str
    seconds: float
    attributes: dict[str, str]


class Collector(TraceServiceServicer):
    """Speaks OTLP over gRPC."""

    def __init__(self) -> None:
        self.spans: list[Taken] = []
        self.bytes = b""
        """All that came, as it came."""
        self.endpoint = ""

    def Export(self, request: ExportTraceServiceRequest, context: object) -> ExportTraceServiceResponse:
        self.bytes += request.SerializeToString()
        for of in request.resource_spans:
            (service,) = (one.value.string_value for one in of.resource.attributes if one.key == "service.name")
            for scope in of.scope_spans:
                for span in scope.spans:
                    self.spans.append(
                        Taken(
                            service,
                            span.name,
                            span.trace_id.hex(),
                            span.span_id.hex(),
                            span.parent_span_id.hex(),
                            (span.end_time_unix_nano - span.start_time_unix_nano) / 1e9,
                            {one.key: str(_value(one.value)) for one in span.attributes},
                        )
                    )
        return ExportTraceServiceResponse()

    def until(self, true: Callable[[], object], seconds: float) -> None:
        end = time.monotonic() + seconds
        while not true():
            assert time.monotonic() < end, [(one.service, one.name) for one in self.spans]
            time.sleep(0.02)


def _value(value: object) -> object:
    return getattr(value, value.WhichOneof("value") or "string_value")  # type: ignore[attr-defined]


@contextmanager
def collecting() -> Iterator[Collector]:
    """While the block lasts, one listens on loopback."""
    collector = Collector()
    with ThreadPoolExecutor(2) as threads:
        server = grpc.server(threads)
        add_TraceServiceServicer_to_server(collector, server)  # type: ignore[no-untyped-call]
        collector.endpoint = f"http://127.0.0.1:{server.add_insecure_port('127.0.0.1:0')}"
        server.start()
        try:
            yield collector
        finally:
            server.stop(0).wait()
