"""HTTP filters in the order in which a request meets them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from importlib.resources import files

from envoy.config.common.mutation_rules.v3.mutation_rules_pb2 import HeaderMutation as Mutation
from envoy.config.core.v3.base_pb2 import HeaderValue, HeaderValueOption, RuntimeFractionalPercent
from envoy.config.core.v3.config_source_pb2 import ApiVersion, ExtensionConfigSource
from envoy.config.core.v3.extension_pb2 import TypedExtensionConfig
from envoy.config.core.v3.http_uri_pb2 import HttpUri
from envoy.config.rbac.v3 import rbac_pb2 as rules
from envoy.config.route.v3.route_components_pb2 import HeaderMatcher, RateLimit
from envoy.extensions.common.ratelimit.v3.ratelimit_pb2 import (
    DRAFT_VERSION_03,
    LocalRateLimitDescriptor,
    RateLimitDescriptor,
)
from envoy.extensions.filters.http.buffer.v3.buffer_pb2 import Buffer
from envoy.extensions.filters.http.ext_authz.v3.ext_authz_pb2 import AuthorizationResponse, ExtAuthz, HttpService
from envoy.extensions.filters.http.grpc_json_transcoder.v3.transcoder_pb2 import GrpcJsonTranscoder
from envoy.extensions.filters.http.header_mutation.v3.header_mutation_pb2 import HeaderMutation, Mutations
from envoy.extensions.filters.http.local_ratelimit.v3.local_rate_limit_pb2 import LocalRateLimit
from envoy.extensions.filters.http.rbac.v3.rbac_pb2 import RBAC
from envoy.extensions.filters.http.router.v3.router_pb2 import Router
from envoy.extensions.filters.network.http_connection_manager.v3.http_connection_manager_pb2 import HttpFilter
from envoy.type.matcher.v3.string_pb2 import ListStringMatcher, StringMatcher
from envoy.type.v3.http_status_pb2 import HttpStatus
from envoy.type.v3.percent_pb2 import FractionalPercent
from envoy.type.v3.range_pb2 import Int64Range
from envoy.type.v3.token_bucket_pb2 import TokenBucket
from google.api import annotations_pb2
from google.protobuf.descriptor_pb2 import FileDescriptorSet
from google.protobuf.wrappers_pb2 import BoolValue, UInt32Value

from dlm.xds import cors
from dlm.xds import shared_rates as shared
from dlm.xds.clusters import CHECK
from dlm.xds.compression import COUNT, ENCODING, WHOLE, compressing, counting, encodings, inflating, whole
from dlm.xds.keyless import GATEKEEPER, IDENTITY, RATE_LIMIT
from dlm.xds.methods import HEAD, head
from dlm.xds.pieces import ADS, duration, packed
from dlm.xds.routes import BODY, OF_GRPC, SECRET_HEADERS, TRANSCODER
from mesh import rates
from mesh.access import (
    AGENT_HEADER,
    AT_ONCE_HEADER,
    KEY_HEADER,
    MINDS_HEADER,
    POD_HEADER,
    RATE_HEADER,
    ROLE_HEADER,
)
from mesh.call import REQUEST_ID

GATEKEEPER_SECONDS = 0.5
MOST_KEYS = 10_000
"""Keys whose rates are kept apart in one Envoy; the one unseen for longest is forgotten for a new one."""
BURST_SECONDS = 2
"""A key that was quiet may make the calls of so many seconds at once."""
_SET_ASIDE = HttpFilter(name="shared_rate_headers", typed_config=packed(shared.set_aside()))
_SHARED = HttpFilter(name="shared_rate_limit", typed_config=packed(shared.shared_limit()))
_VARIABLE = re.compile(r"{([\w.]+)")
_SNAKE = re.compile(r"_([a-z])")


def chain(
    rate_per_second: float, max_body_bytes: int, *, shared_rates: bool = False, origins: Sequence[str] = ()
) -> list[HttpFilter]:
    """Who are you, how often do you come (here, and in all), how much do you bring, what do you want."""
    discovered = ExtensionConfigSource(
        config_source=ADS, type_urls=[f"type.googleapis.com/{GrpcJsonTranscoder.DESCRIPTOR.full_name}"]
    )
    return [
        *([HttpFilter(name="cors", typed_config=packed(cors.allowed(origins)))] if origins else []),
        HttpFilter(name=HEAD, typed_config=packed(head()), disabled=True),
        HttpFilter(name=OF_GRPC, typed_config=packed(_of_grpc())),
        *compressing(),
        HttpFilter(name=GATEKEEPER, typed_config=packed(_gatekeeper())),
        HttpFilter(name=IDENTITY, typed_config=packed(_identity())),
        HttpFilter(name="rate_headers", typed_config=packed(_rate_headers(shared_rates))),
        HttpFilter(name=RATE_LIMIT, typed_config=packed(_rate_limit(rate_per_second))),
        *([_SET_ASIDE] if shared_rates else []),
        HttpFilter(name="size", typed_config=packed(_size(max_body_bytes))),
        HttpFilter(name=ENCODING, typed_config=packed(encodings())),
        HttpFilter(name="inflate", typed_config=packed(inflating())),
        HttpFilter(name=COUNT, typed_config=counting(max_body_bytes)),
        HttpFilter(name=BODY, typed_config=packed(Buffer(max_request_bytes=UInt32Value(value=max_body_bytes)))),
        HttpFilter(name=TRANSCODER, config_discovery=discovered),
        HttpFilter(name=WHOLE, typed_config=packed(whole()), disabled=True),
        *([_SHARED] if shared_rates else []),
        HttpFilter(name="router", typed_config=packed(Router(suppress_envoy_headers=True))),
    ]


def transcoder(image: bytes, max_body_bytes: int) -> TypedExtensionConfig:
    """
    REST to gRPC and back, by the http options in a descriptor image of the whole workspace.

    It comes by ECDS, so that a new image drains no connection. Unknown methods and query parameters are errors;
    fields of a body that nobody knows are passed over (Envoy cannot refuse them).
    """
    config = GrpcJsonTranscoder(
        proto_descriptor_bin=image,
        services=rest_services(image),
        convert_grpc_status=True,
        print_options=GrpcJsonTranscoder.PrintOptions(
            always_print_primitive_fields=True, stream_sse_style_delimited=True
        ),
        request_validation_options=GrpcJsonTranscoder.RequestValidationOptions(
            reject_unknown_method=True,
            reject_unknown_query_parameters=True,
            reject_binding_body_field_collisions=True,
        ),
        # A parameter would win over the same field in the path, which the log and the gatekeeper go by.
        ignored_query_parameters=bound_by_paths(image),
        max_request_body_size=UInt32Value(value=max_body_bytes),
        max_response_body_size=UInt32Value(value=max_body_bytes),
    )
    return TypedExtensionConfig(name=TRANSCODER, typed_config=packed(config))


def image() -> bytes:
    """The descriptor image that lies beside the generated code."""
    return (files("myriad") / "myriad.binpb").read_bytes()


def rest_services(image: bytes) -> list[str]:
    """The full names of the services in an image that have a method with a REST path."""
    return [
        f"{file.package}.{service.name}"
        for file in FileDescriptorSet.FromString(image).file
        for service in file.service
        if any(method.options.HasExtension(annotations_pb2.http) for method in service.method)
    ]


def bound_by_paths(image: bytes) -> list[str]:
    """The fields, by both their names, that the REST paths in an image say."""
    rules = (
        method.options.Extensions[annotations_pb2.http]
        for file in FileDescriptorSet.FromString(image).file
        for service in file.service
        for method in service.method
    )
    paths = (str(getattr(rule, rule.WhichOneof("pattern") or "get")) for rule in rules)
    fields = {field for path in paths for field in _VARIABLE.findall(path)}
    return sorted(fields | {_SNAKE.sub(lambda found: found[1].upper(), field) for field in fields})


def _gatekeeper() -> ExtAuthz:
    return ExtAuthz(
        transport_api_version=ApiVersion.V3,
        http_service=HttpService(
            server_uri=HttpUri(uri="http://gatekeeper", cluster=CHECK, timeout=duration(GATEKEEPER_SECONDS)),
            authorization_response=AuthorizationResponse(
                allowed_upstream_headers=_exactly(
                    KEY_HEADER, ROLE_HEADER, MINDS_HEADER, AT_ONCE_HEADER, RATE_HEADER, AGENT_HEADER
                ),
                dynamic_metadata_from_headers=_exactly(POD_HEADER),
            ),
        ),
        allowed_headers=_exactly(*SECRET_HEADERS, AGENT_HEADER, REQUEST_ID, "te"),
        failure_mode_allow=False,
        status_on_error=HttpStatus(code=503),
    )


def _identity() -> RBAC:
    """
    Refuse what nobody said the caller of, whatever ext_authz took for a yes.

    Components take a request without a key's id for one from inside.
    """
    known = rules.Policy(
        permissions=[rules.Permission(header=HeaderMatcher(name=KEY_HEADER, present_match=True))],
        principals=[rules.Principal(any=True)],
    )
    return RBAC(rules=rules.RBAC(action=rules.RBAC.ALLOW, policies={"known": known}))


def _exactly(*names: str) -> ListStringMatcher:
    return ListStringMatcher(patterns=[StringMatcher(exact=name) for name in names])


def _rate_limit(rate_per_second: float) -> LocalRateLimit:
    bucket = _bucket(rate_per_second)
    key = RateLimit.Action(
        request_headers=RateLimit.Action.RequestHeaders(header_name=KEY_HEADER, descriptor_key="key")
    )
    own = RateLimit.Action(
        request_headers=RateLimit.Action.RequestHeaders(header_name=RATE_HEADER, descriptor_key="rate")
    )
    # An entry without a value stands for every value, each with a bucket of its own.
    each = RateLimitDescriptor.Entry(key="key")
    limited = (
        LocalRateLimitDescriptor(
            entries=[RateLimitDescriptor.Entry(key="rate", value=str(rate)), each], token_bucket=_a_minute(rate)
        )
        for rate in rates.PER_MINUTE
    )
    always = RuntimeFractionalPercent(default_value=FractionalPercent(numerator=100))
    return LocalRateLimit(
        stat_prefix="rate_limit",
        token_bucket=bucket,
        filter_enabled=always,
        filter_enforced=always,
        # A key without a rate of its own has no such header, and then there is no such descriptor.
        rate_limits=[RateLimit(actions=[own, key]), RateLimit(actions=[key])],
        descriptors=[*limited, LocalRateLimitDescriptor(entries=[each], token_bucket=bucket)],
        always_consume_default_token_bucket=BoolValue(value=False),
        max_dynamic_descriptors=UInt32Value(value=MOST_KEYS),
        rate_limited_as_resource_exhausted=True,
        enable_x_ratelimit_headers=DRAFT_VERSION_03,
    )


def _rate_headers(shared_rates: bool) -> HeaderMutation:
    """What is left of a key's rate, as OpenAI's clients look for it: before who says it, to see answers after."""
    added, changed = HeaderValueOption.OVERWRITE_IF_EXISTS_OR_ADD, HeaderValueOption.OVERWRITE_IF_EXISTS

    def said(what: str, unit: str, action: HeaderValueOption.HeaderAppendAction.ValueType) -> Mutation:
        value = HeaderValue(key=f"x-ratelimit-{what}-requests", value=f"%RESPONSE_HEADER(x-ratelimit-{what})%{unit}")
        return Mutation(append=HeaderValueOption(header=value, append_action=action))

    # What is empty is not added; a unit makes it something, and so it comes after.
    mutations = shared.the_lesser() if shared_rates else []
    mutations += [*(said(what, "", added) for what in ("limit", "remaining", "reset")), said("reset", "s", changed)]
    mutations.append(_no_sooner())
    return HeaderMutation(mutations=Mutations(response_mutations=mutations))


def _of_grpc() -> HeaderMutation:
    """What only gRPC's own clients read, out of all other answers."""
    names = ("grpc-status", "grpc-message", "grpc-encoding", "grpc-accept-encoding", "grpc-status-details-bin")
    return HeaderMutation(mutations=Mutations(response_mutations=[Mutation(remove=name) for name in names]))


def _no_sooner() -> Mutation:
    """A key that has no call left is told to come again when it has one, and not before."""
    again, reset = "response.headers['retry-after']", "response.headers['x-ratelimit-reset']"
    none_left = "response.headers['x-ratelimit-remaining'] == '0'"
    value = f"%CEL({none_left} && int({reset}) > int({again}) ? {reset} : '')%"  # an error where one is not there
    header = HeaderValue(key="retry-after", value=value)
    return Mutation(append=HeaderValueOption(header=header, append_action=HeaderValueOption.OVERWRITE_IF_EXISTS))


def _size(max_body_bytes: int) -> RBAC:
    """
    Refuses what says itself that it is too large, before the transcoder takes it in.

    The transcoder's own limit looks at what has just arrived, not at all that it holds.
    """
    larger = Int64Range(start=max_body_bytes + 1, end=2**63 - 1)
    too_large = rules.Policy(
        permissions=[rules.Permission(header=HeaderMatcher(name="content-length", range_match=larger))],
        principals=[rules.Principal(any=True)],
    )
    return RBAC(rules=rules.RBAC(action=rules.RBAC.DENY, policies={"too_large": too_large}))


def _a_minute(rate: int) -> TokenBucket:
    return TokenBucket(max_tokens=rate, tokens_per_fill=UInt32Value(value=rate), fill_interval=duration(60))


def _bucket(rate_per_second: float) -> TokenBucket:
    tokens = max(1, round(rate_per_second))
    return TokenBucket(
        max_tokens=tokens * BURST_SECONDS,
        tokens_per_fill=UInt32Value(value=tokens),
        fill_interval=duration(tokens / rate_per_second),
    )
