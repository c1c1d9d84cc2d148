"""How gRPC keeps its connections; apart from `mesh.channels`, whose other imports the command would wait for."""

from __future__ import annotations

MESSAGE_BYTES = 16 * 1024 * 1024
"""The largest message that components exchange."""

KEEPALIVE = [
    ("grpc.keepalive_time_ms", 10_000),
    ("grpc.keepalive_timeout_ms", 3_000),
    ("grpc.keepalive_permit_without_calls", 1),
    ("grpc.http2.max_pings_without_data", 0),
]
SIZES = [
    ("grpc.max_receive_message_length", MESSAGE_BYTES),
    ("grpc.max_send_message_length", MESSAGE_BYTES),
]
# A component that was killed is back in a second or two; whoever calls it shall not be what takes longest.
RECONNECT = [
    ("grpc.initial_reconnect_backoff_ms", 100),
    ("grpc.min_reconnect_backoff_ms", 1_000),
    ("grpc.max_reconnect_backoff_ms", 400),
]
# Components speak to each other directly, whatever proxy the environment names for the world outside.
DIRECT = [("grpc.enable_http_proxy", 0)]
OPTIONS = [*KEEPALIVE, *SIZES, *RECONNECT, *DIRECT]
