"""What the builders of all resources need of Envoy's vocabulary."""

from __future__ import annotations

from envoy.config.core.v3.address_pb2 import Address, SocketAddress
from envoy.config.core.v3.config_source_pb2 import AggregatedConfigSource, ApiVersion, ConfigSource
from google.protobuf.any_pb2 import Any
from google.protobuf.duration_pb2 import Duration
from google.protobuf.message import Message

ADS = ConfigSource(ads=AggregatedConfigSource(), resource_api_version=ApiVersion.V3)
"""Comes over the stream that everything comes over."""


def address(target: str) -> Address:
    """The address of `host:port` or `[v6]:port`. ValueError if it is neither."""
    host, _, port = target.rpartition(":")
    if not (host and port.isdecimal() and int(port) < 65536):
        raise ValueError(f"{target!r} is not address:port")
    return Address(socket_address=SocketAddress(address=host.strip("[]"), port_value=int(port)))


def packed(message: Message) -> Any:
    """`message` as Envoy wants the configuration of an extension."""
    wrapped = Any()
    wrapped.Pack(message)
    return wrapped


def duration(seconds: float) -> Duration:
    length = Duration()
    length.FromNanoseconds(round(seconds * 1e9))
    return length
