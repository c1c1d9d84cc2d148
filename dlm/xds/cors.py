"""
CORS: the pages of which origins may read what is answered here, as browsers ask.

Envoy's own filter passes over routes that answer directly, among them all that is not transcoded yet; so preflights are
routes here, and the headers of answers, refusals among them, are mutations.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from envoy.config.common.mutation_rules.v3.mutation_rules_pb2 import HeaderMutation as Mutation
from envoy.config.core.v3.base_pb2 import HeaderValue, HeaderValueOption
from envoy.config.route.v3.route_components_pb2 import DirectResponseAction, HeaderMatcher, Route, RouteMatch
from envoy.extensions.filters.http.header_mutation.v3.header_mutation_pb2 import HeaderMutation, Mutations
from envoy.type.matcher.v3.string_pb2 import StringMatcher
from google.protobuf.any_pb2 import Any

from dlm.xds.keyless import without_key

MAX_AGE_SECONDS = 600
METHODS = ("GET", "HEAD", "POST", "PATCH", "DELETE")
REQUEST_HEADERS = (
    *("authorization", "x-api-key", "content-type", "content-encoding", "x-request-id", "idempotency-key"),
    *("mcp-protocol-version", "last-event-id", "*"),
)
"""`*` is for what clients add by themselves; it never stands for `authorization`, and old browsers do not know it."""
RESPONSE_HEADERS = (
    *("x-request-id", "retry-after", "openai-processing-ms", "www-authenticate", "allow"),
    *(f"x-ratelimit-{what}{unit}" for unit in ("", "-requests") for what in ("limit", "remaining", "reset")),
)
_ORIGIN = re.compile(r"https?://([a-z0-9.-]+|\[[0-9a-f:]+\])(:[0-9]{1,5})?")
_ADDED = HeaderValueOption.OVERWRITE_IF_EXISTS_OR_ADD


def preflights(origins: Sequence[str], off: Mapping[str, Any]) -> Iterator[Route]:
    """What a browser asks, without a key, before a page's request; `off` turns filters off that would answer."""
    said = {
        "access-control-allow-methods": ", ".join(METHODS),
        "access-control-allow-headers": ", ".join(REQUEST_HEADERS),
        "access-control-max-age": str(MAX_AGE_SECONDS),
    }
    for origin in origins:
        asked = [
            HeaderMatcher(name=":method", string_match=StringMatcher(exact="OPTIONS")),
            HeaderMatcher(name="origin", string_match=StringMatcher(exact=origin)),
            HeaderMatcher(name="access-control-request-method", present_match=True),
        ]
        yield Route(
            match=RouteMatch(prefix="/", headers=asked),
            direct_response=DirectResponseAction(status=200),
            response_headers_to_add=[_header(name, value) for name, value in said.items()],
            typed_per_filter_config={**without_key(), **off},
        )


def allowed(origins: Sequence[str]) -> HeaderMutation:
    """
    Answers to pages of these origins say so; without cookies, since a key comes in a header. ValueError.

    All say that they depend on the origin, for whoever keeps them.
    """
    for origin in origins:
        if not _ORIGIN.fullmatch(origin):
            raise ValueError(f"{origin[:100]!r} is no origin as browsers say it, such as https://app.example.org")
    told = f"'origin' in request.headers && request.headers['origin'] in [{', '.join(map(repr, origins))}]"
    mutations = [
        _header("access-control-allow-origin", f"%CEL({told} ? request.headers['origin'] : '')%"),
        _header("access-control-expose-headers", f"%CEL({told} ? '{', '.join(RESPONSE_HEADERS)}' : '')%"),
        _header("vary", "origin", HeaderValueOption.APPEND_IF_EXISTS_OR_ADD),
    ]
    return HeaderMutation(mutations=Mutations(response_mutations=[Mutation(append=one) for one in mutations]))


def _header(
    name: str, value: str, action: HeaderValueOption.HeaderAppendAction.ValueType = _ADDED
) -> HeaderValueOption:
    return HeaderValueOption(header=HeaderValue(key=name, value=value), append_action=action)
