"""Routes and filters against the contracts: all that is public, and nothing else, has a way in."""

from __future__ import annotations

import pytest
from google.protobuf.descriptor_pb2 import FileDescriptorSet

from dlm.xds.filters import chain, image, rest_services
from dlm.xds.routes import DESTINATIONS, KEYLESS, UNTRANSCODED, routes
from mesh.access import KEY_HEADER
from myriad.type.v1.access_pb2 import role
from tests.unit.dlm_xds.contracts import goes_to, methods


def test_every_public_method_and_no_other_has_a_route() -> None:
    assert {path: goes_to(path) is not None for path in methods()} == methods()


def test_every_destination_is_a_method_or_service_of_the_contracts() -> None:
    for destination in DESTINATIONS:
        assert any(path.startswith(destination.path) for path in methods()), destination


def test_streams_have_no_time_limit_and_the_rest_has_one() -> None:
    streams = {
        f"/{file.package}.{service.name}/{method.name}"
        for file in FileDescriptorSet.FromString(image()).file
        for service in file.service
        for method in service.method
        if method.server_streaming and method.options.HasExtension(role)
    }
    assert streams == {destination.path for destination in DESTINATIONS if destination.seconds == 0}


def test_streams_that_say_nothing_are_ended() -> None:
    for destination, route in zip(
        (*DESTINATIONS, *UNTRANSCODED, *KEYLESS), routes(image()).virtual_hosts[0].routes, strict=False
    ):
        assert (route.route.idle_timeout.seconds > 0) == (destination.seconds == 0)


def test_the_last_route_takes_everything_that_is_left() -> None:
    """Without it ext_authz would be skipped for every REST path."""
    *_, rest = routes(image()).virtual_hosts[0].routes
    assert rest.match.prefix == "/"
    assert rest.direct_response.status == 404


def test_the_gatekeeper_comes_first_and_only_what_needs_no_key_turns_it_off() -> None:
    filters = chain(200, 1024)
    assert [f.name for f in filters] == [
        *("head", "of_grpc", "zstd", "br", "gzip", "gatekeeper", "identity", "rate_headers", "rate_limit"),
        *("size", "encoding", "inflate", "count", "body", "transcoder", "whole", "router"),
    ]
    assert not any(one.is_optional for one in filters)
    assert [one.name for one in filters if one.disabled] == ["head", "whole"]
    for route in routes(image()).virtual_hosts[0].routes:
        off = {"gatekeeper", "identity", "rate_limit"} & route.typed_per_filter_config.keys()
        assert len(off) == (3 if route.match.path in {to.path for to in KEYLESS} else 0)


def test_what_needs_no_key_is_exactly_its_path_and_never_the_contract_s() -> None:
    for to in KEYLESS:
        assert not to.path.startswith(("/v1/", "/myriad."))
    every = routes(image()).virtual_hosts[0].routes
    assert sum("gatekeeper" in route.typed_per_filter_config for route in every) == len(KEYLESS)


def test_what_is_not_counted_at_the_edge_is_a_stream_of_messages() -> None:
    streams = {path for path in methods() if path.endswith(("/StreamLearn", "/ImportMind"))}
    assert streams == {destination.path for destination in DESTINATIONS if destination.piecemeal}
    every = routes(image()).virtual_hosts[0].routes
    assert streams == {route.match.path for route in every if "body" in route.typed_per_filter_config}


def test_what_is_not_transcoded_goes_to_the_http_listener_and_nothing_else_does() -> None:
    every = routes(image()).virtual_hosts[0].routes
    as_it_is = [route for route in every if "transcoder" in route.typed_per_filter_config and route.HasField("route")]
    assert [route.match.path or route.match.prefix for route in as_it_is] == [
        one.path for one in (*UNTRANSCODED, *KEYLESS)
    ]
    assert as_it_is == [route for route in every if route.route.cluster == "http"]


def test_a_slow_rate_is_a_longer_interval() -> None:
    from envoy.extensions.filters.http.local_ratelimit.v3.local_rate_limit_pb2 import LocalRateLimit

    limit = LocalRateLimit()
    next(one for one in chain(0.5, 1024) if one.name == "rate_limit").typed_config.Unpack(limit)
    bucket = limit.descriptors[-1].token_bucket
    assert (bucket.max_tokens, bucket.tokens_per_fill.value, bucket.fill_interval.seconds) == (2, 1, 2)
    assert limit.rate_limits[-1].actions[0].request_headers.header_name == KEY_HEADER


def test_all_rest_services_are_transcoded() -> None:
    assert len(rest_services(image())) == 11


def test_answers_of_keys_are_not_compressed_and_all_others_may_be() -> None:
    every = routes(image()).virtual_hosts[0].routes
    secret = [route for route in every if route.typed_per_filter_config.keys() & {"zstd", "br", "gzip"}]
    assert [route.match.prefix for route in secret] == ["/myriad.gatekeeper.v1.KeyService/"]
    assert secret[0].typed_per_filter_config.keys() >= {"zstd", "br", "gzip"}


def test_without_origins_there_is_no_cors_at_all() -> None:
    assert "cors" not in [one.name for one in chain(200, 1024)]
    assert "cors" in [one.name for one in chain(200, 1024, origins=["https://a.example"])]
    every = routes(image()).virtual_hosts[0].routes
    assert not [route for route in every if "OPTIONS" in str(route.match.headers)]


@pytest.mark.parametrize(
    "origin", ["*", "null", "https://a.example/", "a.example", "https://*.example", "https://a'] || true", "ftp://a"]
)
def test_an_origin_is_what_a_browser_says(origin: str) -> None:
    with pytest.raises(ValueError, match="is no origin"):
        chain(200, 1024, origins=[origin])
