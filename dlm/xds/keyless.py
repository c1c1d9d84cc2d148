"""What is different on the way of a request that needs no key."""

from __future__ import annotations

from collections.abc import Mapping

from envoy.config.core.v3.base_pb2 import RuntimeFractionalPercent
from envoy.config.route.v3.route_components_pb2 import RateLimit
from envoy.extensions.common.ratelimit.v3.ratelimit_pb2 import LocalRateLimitDescriptor, RateLimitDescriptor
from envoy.extensions.filters.http.ext_authz.v3.ext_authz_pb2 import ExtAuthzPerRoute
from envoy.extensions.filters.http.local_ratelimit.v3.local_rate_limit_pb2 import LocalRateLimit
from envoy.extensions.filters.http.rbac.v3.rbac_pb2 import RBACPerRoute
from envoy.type.v3.percent_pb2 import FractionalPercent
from envoy.type.v3.token_bucket_pb2 import TokenBucket
from google.protobuf.any_pb2 import Any
from google.protobuf.wrappers_pb2 import BoolValue, UInt32Value

from dlm.xds.pieces import duration, packed

GATEKEEPER, IDENTITY, RATE_LIMIT = "gatekeeper", "identity", "rate_limit"
"""The filters that go by a request's key."""
PER_SECOND = 10
BURST = 20
MOST_ADDRESSES = 10_000
"""Addresses whose rates are kept apart; the one unseen for longest is forgotten for a new one."""


def without_key() -> Mapping[str, Any]:
    """
    By their names, what the filters do on such a route: nobody is asked who calls, and each address has its rate.

    A network of IPv6 is one address: its owner has 2^64 of them.
    """
    address = RateLimit.Action(
        masked_remote_address=RateLimit.Action.MaskedRemoteAddress(
            v4_prefix_mask_len=UInt32Value(value=32), v6_prefix_mask_len=UInt32Value(value=64)
        )
    )
    bucket = TokenBucket(max_tokens=BURST, tokens_per_fill=UInt32Value(value=PER_SECOND), fill_interval=duration(1))
    each = RateLimitDescriptor.Entry(key="masked_remote_address")  # without a value: a bucket for every one
    always = RuntimeFractionalPercent(default_value=FractionalPercent(numerator=100))
    limit = LocalRateLimit(
        stat_prefix="keyless",
        token_bucket=bucket,
        filter_enabled=always,
        filter_enforced=always,
        rate_limits=[RateLimit(actions=[address])],
        descriptors=[LocalRateLimitDescriptor(entries=[each], token_bucket=bucket)],
        always_consume_default_token_bucket=BoolValue(value=False),
        max_dynamic_descriptors=UInt32Value(value=MOST_ADDRESSES),
        rate_limited_as_resource_exhausted=True,
    )
    return {
        GATEKEEPER: packed(ExtAuthzPerRoute(disabled=True)),
        IDENTITY: packed(RBACPerRoute()),  # without rules: off
        RATE_LIMIT: packed(limit),
    }
