"""
Rates that all Envoys count together, where there is a rate limit service (envoyproxy/ratelimit).

It is asked only about keys that have a rate of their own, after the local limit let them through. When it does not
answer in time the request goes on: the local limit holds alone.
"""

from __future__ import annotations

from envoy.config.common.mutation_rules.v3.mutation_rules_pb2 import HeaderMutation as Mutation
from envoy.config.core.v3.base_pb2 import HeaderValue, HeaderValueOption
from envoy.config.core.v3.config_source_pb2 import ApiVersion
from envoy.config.core.v3.grpc_service_pb2 import GrpcService
from envoy.config.ratelimit.v3.rls_pb2 import RateLimitServiceConfig
from envoy.config.route.v3.route_components_pb2 import RateLimit as Descriptor
from envoy.extensions.common.ratelimit.v3.ratelimit_pb2 import DRAFT_VERSION_03
from envoy.extensions.filters.http.header_mutation.v3.header_mutation_pb2 import HeaderMutation, Mutations
from envoy.extensions.filters.http.ratelimit.v3.rate_limit_pb2 import RateLimit

from dlm.xds.clusters import RATES
from dlm.xds.pieces import duration
from mesh.access import KEY_HEADER, RATE_HEADER

DOMAIN = "myriad"
"""What the configuration of the service calls us: `manifests/myriad/rates.yaml`."""
ANSWER_SECONDS = 0.05
"""It answers within a millisecond or two, and a request waits for it no longer than this."""
KEY, RATE = "key", "rate"
"""What the entries of descriptors are called, here and for the local limit."""
LIMIT, REMAINING, RESET = (f"x-ratelimit-{what}" for what in ("limit", "remaining", "reset"))
_SHARED_REMAINING, _SHARED_RESET = "x-myriad-shared-remaining", "x-myriad-shared-reset"


def of_key() -> Descriptor.Action:
    """Which key it is."""
    return Descriptor.Action(
        request_headers=Descriptor.Action.RequestHeaders(header_name=KEY_HEADER, descriptor_key=KEY)
    )


def of_rate() -> Descriptor.Action:
    """Its rate; a key without one of its own has no such header, and then there is no descriptor."""
    return Descriptor.Action(
        request_headers=Descriptor.Action.RequestHeaders(header_name=RATE_HEADER, descriptor_key=RATE)
    )


def shared_limit() -> RateLimit:
    """The filter that asks."""
    return RateLimit(
        domain=DOMAIN,
        timeout=duration(ANSWER_SECONDS),
        failure_mode_deny=False,
        rate_limit_service=RateLimitServiceConfig(
            grpc_service=GrpcService(envoy_grpc=GrpcService.EnvoyGrpc(cluster_name=RATES)),
            transport_api_version=ApiVersion.V3,
        ),
        rate_limits=[Descriptor(actions=[of_rate(), of_key()])],
        rate_limited_as_resource_exhausted=True,
        enable_x_ratelimit_headers=DRAFT_VERSION_03,
        disable_x_envoy_ratelimited_header=True,
    )


def set_aside() -> HeaderMutation:
    """Before the local limit adds its own: what is left by the service's count, under names that do not collide."""
    return HeaderMutation(
        mutations=Mutations(
            response_mutations=[
                _set(_SHARED_REMAINING, f"%RESPONSE_HEADER({REMAINING})%"),
                _set(_SHARED_RESET, f"%RESPONSE_HEADER({RESET})%"),
                *(Mutation(remove=name) for name in (LIMIT, REMAINING, RESET)),
            ]
        )
    )


def the_lesser() -> list[Mutation]:
    """After it: the lesser of the two counts is what is left. The limit is the same in both."""
    shared, own = (f"response.headers['{name}']" for name in (_SHARED_REMAINING, REMAINING))

    def lesser(name: str, by_service: str) -> Mutation:
        return _set(name, f"%CEL(int({shared}) <= int({own}) ? response.headers['{by_service}'] : '')%")

    return [
        lesser(RESET, _SHARED_RESET),
        lesser(REMAINING, _SHARED_REMAINING),
        *(Mutation(remove=name) for name in (_SHARED_REMAINING, _SHARED_RESET)),
    ]


def _set(name: str, value: str) -> Mutation:
    """What is empty is not added."""
    overwrite = HeaderValueOption.OVERWRITE_IF_EXISTS_OR_ADD
    return Mutation(append=HeaderValueOption(header=HeaderValue(key=name, value=value), append_action=overwrite))
