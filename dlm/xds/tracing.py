"""Where a trace begins: Envoy chooses the requests that are followed, and sends its own spans to the collector."""

from __future__ import annotations

from typing import NamedTuple

from envoy.config.core.v3.extension_pb2 import TypedExtensionConfig
from envoy.config.core.v3.grpc_service_pb2 import GrpcService
from envoy.config.trace.v3.http_tracer_pb2 import Tracing
from envoy.config.trace.v3.opentelemetry_pb2 import OpenTelemetryConfig
from envoy.extensions.filters.network.http_connection_manager.v3.http_connection_manager_pb2 import (
    HttpConnectionManager,
)
from envoy.extensions.tracers.opentelemetry.samplers.v3.trace_id_ratio_based_sampler_pb2 import (
    TraceIdRatioBasedSamplerConfig,
)
from envoy.type.v3.percent_pb2 import FractionalPercent, Percent
from google.protobuf.wrappers_pb2 import BoolValue, UInt32Value

from dlm.xds.pieces import duration, packed

COLLECTOR = "collector"
"""The cluster that takes spans."""
EXPORT_SECONDS = 1


class Traces(NamedTuple):
    """Which requests are followed."""

    collector: str
    """`address:port`."""
    share: float
    """Of requests, from 0 to 1."""


def tracing(traces: Traces) -> HttpConnectionManager.Tracing:
    """
    Spans of requests, and of what Envoy asks others for them.

    A span names no path, which may name documents: what is forgotten would stay known to whoever keeps traces.
    """
    exporter = GrpcService(envoy_grpc=GrpcService.EnvoyGrpc(cluster_name=COLLECTOR), timeout=duration(EXPORT_SECONDS))
    # Chosen by the trace's own id: Envoy's `random_sampling` goes by request ids, and follows none of another form than
    # its own.
    chosen = FractionalPercent(numerator=round(traces.share * 1e6), denominator=FractionalPercent.MILLION)
    sampler = TypedExtensionConfig(
        name="envoy.tracers.opentelemetry.samplers.trace_id_ratio_based",
        typed_config=packed(TraceIdRatioBasedSamplerConfig(sampling_percentage=chosen)),
    )
    config = OpenTelemetryConfig(grpc_service=exporter, service_name="envoy", sampler=sampler)
    return HttpConnectionManager.Tracing(
        client_sampling=Percent(value=0),  # who calls has no say
        max_path_tag_length=UInt32Value(value=0),
        spawn_upstream_span=BoolValue(value=True),
        operation="%REQ(:METHOD)%",
        provider=Tracing.Http(name="envoy.tracers.opentelemetry", typed_config=packed(config)),
    )
