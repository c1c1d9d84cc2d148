"""Which methods of HTTP a path of the contracts has: any other is 405, and `HEAD` is `GET` without its body."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping

from envoy.config.core.v3.base_pb2 import DataSource, HeaderValue, HeaderValueOption
from envoy.config.route.v3.route_components_pb2 import (
    DirectResponseAction,
    FilterConfig,
    HeaderMatcher,
    Route,
    RouteMatch,
)
from envoy.extensions.filters.http.lua.v3.lua_pb2 import Lua
from envoy.type.matcher.v3.regex_pb2 import RegexMatcher
from envoy.type.matcher.v3.string_pb2 import StringMatcher
from google.api import annotations_pb2
from google.protobuf.any_pb2 import Any
from google.protobuf.descriptor_pb2 import FileDescriptorSet

from dlm.xds.pieces import packed

HEAD = "head"
"""The filter that makes `GET` of `HEAD`, where a route wants it."""
_VARIABLE = re.compile(r"{[^{=}]+=([^{}]+)}|{[^{}]+}")
_SCRIPT = """
function envoy_on_request(request)
  request:headers():replace(":method", "GET")
end
function envoy_on_response(response)
  for piece in response:bodyChunks() do
    piece:setBytes("")
  end
end
"""


ON = packed(FilterConfig(config=Any()))


def head() -> Lua:
    """For the transcoder there is no `HEAD`, and what it makes of the answer has a body, which nobody may be sent."""
    return Lua(default_source_code=DataSource(inline_string=_SCRIPT))


def refusing(image: bytes, off: Mapping[str, Any]) -> Iterator[Route]:
    """
    For each path of the contracts in an image: the route of what it has no method for. They come before the last one;
    `off` turns filters off that would answer themselves.

    What ends with a verb, such as `:ask`, is first, and passes on what is right: elsewhere it would be taken for an id
    with a colon. Each path has a route, because Envoy bounds how long an expression may be.
    """
    allowed = defaultdict[str, set[str]](set)
    for verb, path in _paths(image):
        allowed[_pattern(path)] |= {"GET", "HEAD"} if verb == "get" else {verb.upper()}
    for pattern, methods in sorted(allowed.items(), key=lambda one: ":" not in one[0]):
        yield _refusal(pattern, sorted(methods), off)
        if ":" in pattern:
            right = [_is(method) for method in sorted(methods - {"HEAD"})]
            yield from (unknown(RouteMatch(safe_regex=RegexMatcher(regex=pattern), headers=[one])) for one in right)
    yield unknown(RouteMatch(prefix="/", headers=[_is("HEAD")]), {HEAD: ON})


def unknown(match: RouteMatch, changed: dict[str, Any] | None = None) -> Route:
    """Of what is left when the transcoder has taken what it knows."""
    return Route(match=match, direct_response=DirectResponseAction(status=404), typed_per_filter_config=changed)


def _refusal(pattern: str, methods: list[str], off: Mapping[str, Any]) -> Route:
    allow = HeaderValueOption(
        header=HeaderValue(key="allow", value=", ".join(methods)),
        append_action=HeaderValueOption.OVERWRITE_IF_EXISTS_OR_ADD,
    )
    return Route(
        match=RouteMatch(
            safe_regex=RegexMatcher(regex=pattern), headers=[_is(method, invert=True) for method in methods]
        ),
        direct_response=DirectResponseAction(status=405),
        response_headers_to_add=[allow],
        typed_per_filter_config=off,
    )


def _is(method: str, *, invert: bool = False) -> HeaderMatcher:
    return HeaderMatcher(name=":method", string_match=StringMatcher(exact=method), invert_match=invert)


def _paths(image: bytes) -> Iterator[tuple[str, str]]:
    """Verb and path template of every method."""
    for file in FileDescriptorSet.FromString(image).file:
        for service in file.service:
            for method in service.method:
                if method.options.HasExtension(annotations_pb2.http):
                    rule = method.options.Extensions[annotations_pb2.http]
                    verb = str(rule.WhichOneof("pattern"))
                    yield verb, str(getattr(rule, verb))


def _pattern(path: str) -> str:
    """A regular expression of the paths that a template takes."""
    plain = _VARIABLE.sub(lambda found: found[1] or "*", path)
    return re.escape(plain).replace(r"\*", "[^/]+")
