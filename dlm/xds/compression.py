"""Bodies that are compressed: requests by gzip alone, answers by what their client takes."""

from __future__ import annotations

from collections.abc import Iterator

from envoy.config.core.v3.base_pb2 import DataSource, RuntimeFeatureFlag
from envoy.config.core.v3.extension_pb2 import TypedExtensionConfig
from envoy.config.rbac.v3 import rbac_pb2 as rules
from envoy.config.route.v3.route_components_pb2 import HeaderMatcher
from envoy.extensions.compression.brotli.compressor.v3.brotli_pb2 import Brotli
from envoy.extensions.compression.gzip.compressor.v3.gzip_pb2 import Gzip
from envoy.extensions.compression.gzip.decompressor.v3.gzip_pb2 import Gzip as Gunzip
from envoy.extensions.compression.zstd.compressor.v3.zstd_pb2 import Zstd
from envoy.extensions.filters.http.buffer.v3.buffer_pb2 import Buffer
from envoy.extensions.filters.http.compressor.v3.compressor_pb2 import Compressor, CompressorPerRoute
from envoy.extensions.filters.http.decompressor.v3.decompressor_pb2 import Decompressor
from envoy.extensions.filters.http.lua.v3.lua_pb2 import Lua
from envoy.extensions.filters.http.rbac.v3.rbac_pb2 import RBAC
from envoy.extensions.filters.network.http_connection_manager.v3.http_connection_manager_pb2 import HttpFilter
from envoy.type.matcher.v3.string_pb2 import StringMatcher
from google.protobuf.any_pb2 import Any
from google.protobuf.message import Message
from google.protobuf.wrappers_pb2 import BoolValue, UInt32Value

from dlm.xds.pieces import packed

COMPRESSED_TYPES = ("application/json", "application/yaml", "text/html", "text/css", "text/javascript", "text/plain")
"""Streams are not among them: what is sent piece by piece would wait to be worth compressing."""
LEAST_BYTES = 512
_BY: dict[str, Message] = {
    "zstd": Zstd(compression_level=UInt32Value(value=3)),
    "br": Brotli(quality=UInt32Value(value=3)),
    "gzip": Gzip(compression_level=Gzip.COMPRESSION_LEVEL_3),
}
"""The first that the client takes as gladly as another; levels that cost Envoy little."""
ENCODING = "encoding"
"""The rule that an encoding breaks; it is told from the other rules by its name."""
GZIP_MOST = 1032
"""How many times as long as its form in gzip a body can be."""


COUNT = "count"
"""The filter that counts a body, inflated if it was not."""
_COUNT_TYPE = "type.googleapis.com/envoy.extensions.filters.http.body_size_limit.v3.BodySizeLimit"
WHOLE = "whole"
"""The filter that looks whether an inflated body has become a message."""
_SCRIPT = """
function envoy_on_request(request)
  local body = request:body()
  local trailers = request:trailers()
  local empty = trailers and trailers:get("x-envoy-decompressor-gzip-uncompressed-bytes") == "0"
  if body == nil or body:length() < 5 or empty then
    request:respond({[":status"] = "400"}, "")
  end
end
"""


def compressing() -> Iterator[HttpFilter]:
    for name, library in _BY.items():
        answers = Compressor.ResponseDirectionConfig(
            common_config=Compressor.CommonDirectionConfig(
                min_content_length=UInt32Value(value=LEAST_BYTES), content_type=COMPRESSED_TYPES
            ),
            remove_accept_encoding_header=False,
        )
        config = Compressor(
            compressor_library=TypedExtensionConfig(name=name, typed_config=packed(library)),
            response_direction_config=answers,
            choose_first=name == "zstd",
        )
        yield HttpFilter(name=name, typed_config=packed(config))


def uncompressed() -> dict[str, Any]:
    """By their names, what these filters do on a route whose answers have a secret: nothing (BREACH)."""
    return {name: packed(CompressorPerRoute(disabled=True)) for name in _BY}


def encodings() -> RBAC:
    """Refuses what is not inflated here: gRPC has a way of its own to compress messages."""
    encoded = rules.Permission(header=HeaderMatcher(name="content-encoding", present_match=True))
    gzip = rules.Permission(header=_is("content-encoding", StringMatcher(exact="gzip", ignore_case=True)))
    grpc = rules.Permission(header=_is("content-type", StringMatcher(prefix="application/grpc", ignore_case=True)))
    refused = rules.Permission(
        or_rules=rules.Permission.Set(rules=[rules.Permission(not_rule=gzip), grpc]),
    )
    policy = rules.Policy(
        permissions=[rules.Permission(and_rules=rules.Permission.Set(rules=[encoded, refused]))],
        principals=[rules.Principal(any=True)],
    )
    return RBAC(rules=rules.RBAC(action=rules.RBAC.DENY, policies={ENCODING: policy}))


def inflating() -> Decompressor:
    """Before what counts a body: what comes out of it is as long as it may be, however little went in."""
    off = RuntimeFeatureFlag(default_value=BoolValue(value=False), runtime_key="edge.inflate_answers")
    return Decompressor(
        decompressor_library=TypedExtensionConfig(
            name="gzip", typed_config=packed(Gunzip(max_inflate_ratio=UInt32Value(value=GZIP_MOST)))
        ),
        request_direction_config=Decompressor.RequestDirectionConfig(
            advertise_accept_encoding=BoolValue(value=False),
            common_config=Decompressor.CommonDirectionConfig(ignore_no_transform_header=True),
        ),
        response_direction_config=Decompressor.ResponseDirectionConfig(
            common_config=Decompressor.CommonDirectionConfig(enabled=off)
        ),
    )


def counting(most: int) -> Any:
    """
    Counts what comes out, and refuses what is more. The buffer does not see what grows in its place: what came before
    the key was checked.

    xds-protos does not have this message of Envoy's yet; a buffer's is the same on the wire.
    """
    of_buffer = Buffer(max_request_bytes=UInt32Value(value=most))
    return Any(type_url=_COUNT_TYPE, value=of_buffer.SerializeToString())


def whole() -> Lua:
    """
    After the transcoder, where a body was inflated: refuses what has not become a message.

    Of a body with trailers, which the inflating filter adds, the transcoder does not say that it is no JSON; and of
    what is no gzip nothing is left, which would be a message without fields.
    """
    return Lua(default_source_code=DataSource(inline_string=_SCRIPT))


def _is(name: str, match: StringMatcher) -> HeaderMatcher:
    return HeaderMatcher(name=name, string_match=match)
