"""Channels to other components."""

from __future__ import annotations

from typing import cast

import grpc

from mesh.colocation import NearbyChannel

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


def channel(target: str) -> grpc.aio.Channel:
    """
    A channel that notices dead peers, comes back within half a second and takes messages up to 16 MiB.

    If this process serves the target itself, unary calls go there directly (`mesh.colocation`).
    """
    remote = grpc.aio.insecure_channel(target, options=[*KEEPALIVE, *SIZES, *RECONNECT, *DIRECT])
    return cast("grpc.aio.Channel", NearbyChannel(target, remote))
