"""The one listener: REST and gRPC on one port."""

from __future__ import annotations

from envoy.config.accesslog.v3.accesslog_pb2 import AccessLog
from envoy.config.common.mutation_rules.v3.mutation_rules_pb2 import HeaderMutation as Mutation
from envoy.config.core.v3.address_pb2 import CidrRange
from envoy.config.core.v3.base_pb2 import HeaderValue, HeaderValueOption
from envoy.config.core.v3.extension_pb2 import TypedExtensionConfig
from envoy.config.core.v3.protocol_pb2 import Http2ProtocolOptions, HttpProtocolOptions
from envoy.config.core.v3.substitution_format_string_pb2 import SubstitutionFormatString
from envoy.config.listener.v3.listener_components_pb2 import Filter, FilterChain
from envoy.config.listener.v3.listener_pb2 import Listener
from envoy.extensions.access_loggers.stream.v3.stream_pb2 import StdoutAccessLog
from envoy.extensions.filters.network.http_connection_manager.v3.http_connection_manager_pb2 import (
    HttpConnectionManager,
    HttpFilter,
    Rds,
    RequestIDExtension,
)
from envoy.extensions.http.early_header_mutation.header_mutation.v3.header_mutation_pb2 import HeaderMutation
from envoy.extensions.request_id.uuid.v3.uuid_pb2 import UuidRequestIdConfig
from google.protobuf.struct_pb2 import Struct
from google.protobuf.wrappers_pb2 import BoolValue, UInt32Value

from dlm.xds.pieces import ADS, address, duration, packed
from dlm.xds.replies import ORIGINAL_PATH, replies
from dlm.xds.routes import ROUTES
from dlm.xds.tracing import Traces, tracing
from dlm.xds.transport import server_tls
from mesh.access import AT_ONCE_HEADER, KEY_HEADER, MINDS_HEADER, POD_HEADER, RATE_HEADER, ROLE_HEADER
from mesh.call import REQUEST_ID
from mesh.tracing import TRACEPARENT

LISTENER = "public"
TRUSTED_HEADERS = (KEY_HEADER, ROLE_HEADER, MINDS_HEADER, AT_ONCE_HEADER, RATE_HEADER, POD_HEADER, ORIGINAL_PATH)
"""Only the gatekeeper and Envoy set these. `x-myriad-agent` is the client's to send."""
TRACE_HEADERS = (TRACEPARENT, "tracestate")
"""A trace begins here: who calls from outside could have each of its requests followed, or join others' traces."""
LONGEST_REQUEST_ID = 64
IDLE_SECONDS = 300
HEADERS_SECONDS = 10
MOST_STREAMS = 100
"""Requests under way on one HTTP/2 connection."""
UNCHECKED_BYTES = 64 * 1024
"""
What is taken in of a request before its key is known to be good. Envoy reads half of it, and stops at the next; of a
stream of HTTP/2, whose windows are no smaller, it takes a quarter more.
"""
CONNECTION_BYTES = 1024 * 1024
"""What all streams of one HTTP/2 connection may send before some of it has been passed on."""
_NOBODY = CidrRange(address_prefix="255.255.255.255", prefix_len=UInt32Value(value=32))
_KEPT_ID = "x-myriad-kept-id"


def listener(listen: str, filters: list[HttpFilter], traces: Traces | None = None, shown: str = "") -> Listener:
    """Listens on `listen`, `address:port`, by TLS with the certificate in the folder `shown` if any. ValueError."""
    manager = Filter(name="http", typed_config=packed(_manager(filters, traces)))
    return Listener(
        name=LISTENER,
        address=address(listen),
        filter_chains=[FilterChain(filters=[manager], transport_socket=server_tls(shown) if shown else None)],
        per_connection_buffer_limit_bytes=UInt32Value(value=UNCHECKED_BYTES // 2),
    )


def _manager(filters: list[HttpFilter], traces: Traces | None) -> HttpConnectionManager:
    return HttpConnectionManager(
        stat_prefix=LISTENER,
        codec_type=HttpConnectionManager.AUTO,
        rds=Rds(route_config_name=ROUTES, config_source=ADS),
        http_filters=filters,
        early_header_mutation_extensions=[
            TypedExtensionConfig(name="trusted_headers", typed_config=packed(HeaderMutation(mutations=_mutations())))
        ],
        # Nobody on the listener's side is trusted, so that Envoy drops all x-envoy headers that steer it.
        use_remote_address=BoolValue(value=True),
        internal_address_config=HttpConnectionManager.InternalAddressConfig(cidr_ranges=[_NOBODY]),
        normalize_path=BoolValue(value=True),
        merge_slashes=True,
        path_with_escaped_slashes_action=HttpConnectionManager.REJECT_REQUEST,
        preserve_external_request_id=True,
        always_set_request_id_in_response=True,
        request_id_extension=RequestIDExtension(
            # Else Envoy writes its tracing decision into ids that look like UUIDs, and follows no request of another.
            typed_config=packed(
                UuidRequestIdConfig(
                    pack_trace_reason=BoolValue(value=False), use_request_id_for_trace_sampling=BoolValue(value=False)
                )
            )
        ),
        tracing=tracing(traces) if traces else None,
        common_http_protocol_options=HttpProtocolOptions(
            idle_timeout=duration(IDLE_SECONDS), headers_with_underscores_action=HttpProtocolOptions.DROP_HEADER
        ),
        http2_protocol_options=Http2ProtocolOptions(
            max_concurrent_streams=UInt32Value(value=MOST_STREAMS),
            initial_stream_window_size=UInt32Value(value=UNCHECKED_BYTES),
            initial_connection_window_size=UInt32Value(value=CONNECTION_BYTES),
        ),
        stream_idle_timeout=duration(IDLE_SECONDS),
        request_headers_timeout=duration(HEADERS_SECONDS),
        local_reply_config=replies(),
        access_log=[AccessLog(name="stdout", typed_config=packed(_access_log()))],
    )


def _mutations() -> list[Mutation]:
    """Trusted headers from outside go first; a request id from outside stays only if it is short and plain."""
    given = f"request.headers['{REQUEST_ID}']"
    sane = f"{given}.size() <= {LONGEST_REQUEST_ID} && {given}.matches('^[A-Za-z0-9._-]+$')"
    return [
        *(Mutation(remove=header) for header in (*TRUSTED_HEADERS, *TRACE_HEADERS, _KEPT_ID)),
        _set(_KEPT_ID, f"%CEL({sane} ? {given} : '')%"),
        Mutation(remove=REQUEST_ID),
        _set(REQUEST_ID, f"%REQ({_KEPT_ID})%"),
        Mutation(remove=_KEPT_ID),
    ]


def _set(header: str, value: str) -> Mutation:
    overwrite = HeaderValueOption.OVERWRITE_IF_EXISTS_OR_ADD
    return Mutation(append=HeaderValueOption(header=HeaderValue(key=header, value=value), append_action=overwrite))


_RPC = r"request.url_path.matches('^/myriad\\.[A-Za-z0-9._]+/[A-Za-z]+$') ? request.url_path : ''"
"""The method that a path led to. A path itself names documents, which the log would keep when they are forgotten."""


def _access_log() -> StdoutAccessLog:
    """One JSON object a request, with the key's id and never a key: no header that carries one is named here."""
    form = Struct()
    form.update(
        {
            "time": "%START_TIME%",
            "method": "%REQ(:METHOD)%",
            "rpc": f"%CEL({_RPC})%",
            "status": "%RESPONSE_CODE%",
            "grpc_status": "%GRPC_STATUS(SNAKE_STRING)%",
            "details": "%RESPONSE_CODE_DETAILS%",
            "flags": "%RESPONSE_FLAGS%",
            "elapsed_ms": "%DURATION%",
            "bytes_in": "%BYTES_RECEIVED%",
            "bytes_out": "%BYTES_SENT%",
            "key": f"%REQ({KEY_HEADER})%",
            "request_id": f"%REQ({REQUEST_ID})%",
            "upstream": "%UPSTREAM_HOST%",
            "client": "%DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT%",
        }
    )
    return StdoutAccessLog(log_format=SubstitutionFormatString(json_format=form, omit_empty_values=False))
