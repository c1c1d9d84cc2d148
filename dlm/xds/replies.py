"""
What Envoy says itself when a request gets no further: errors of the same form as the components' own.

Over REST that is the JSON of a `google.rpc.Status`, or the form of the API that the path is of (`mesh/forms.py`); over
gRPC the status with its details.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import grpc
from envoy.config.accesslog.v3.accesslog_pb2 import (
    AccessLogFilter,
    AndFilter,
    ComparisonFilter,
    ExtensionFilter,
    HeaderFilter,
    OrFilter,
    ResponseFlagFilter,
    StatusCodeFilter,
)
from envoy.config.core.v3.base_pb2 import DataSource, HeaderValue, HeaderValueOption, RuntimeUInt32
from envoy.config.core.v3.substitution_format_string_pb2 import SubstitutionFormatString
from envoy.config.route.v3.route_components_pb2 import HeaderMatcher
from envoy.extensions.access_loggers.filters.cel.v3.cel_pb2 import ExpressionFilter
from envoy.extensions.filters.network.http_connection_manager.v3.http_connection_manager_pb2 import (
    LocalReplyConfig,
    ResponseMapper,
)
from envoy.type.matcher.v3.regex_pb2 import RegexMatcher
from envoy.type.matcher.v3.string_pb2 import StringMatcher
from google.protobuf.json_format import MessageToDict
from google.protobuf.struct_pb2 import Struct
from google.protobuf.wrappers_pb2 import UInt32Value

from dlm.xds.compression import ENCODING
from dlm.xds.pieces import packed
from mesh import forms, openai
from mesh.errors import DETAILS_KEY, MyriadError
from myriad.type.v1.error_reason_pb2 import ErrorReason

ORIGINAL_PATH = "x-envoy-original-path"
"""What the transcoder keeps a REST path in."""
GATEKEEPER_FLAG = "UAEX"
_BODY = "%LOCAL_REPLY_BODY%"
_BROKEN = "rbac_access_denied_matched_policy[{}]"
"""Which rule a request broke; `none` if it had to fit one and did not (`filters._identity`)."""
NO_MESSAGE = "lua_response"
"""What `compression.whole` says."""


class EdgeError(MyriadError):
    """An error that Envoy finds."""

    def __init__(
        self, code: grpc.StatusCode, reason: ErrorReason.ValueType, message: str, retry_seconds: float | None = None
    ) -> None:
        super().__init__(message)
        self.code, self.reason, self.retry_seconds = code, reason, retry_seconds


_UNAVAILABLE = EdgeError(
    grpc.StatusCode.UNAVAILABLE,
    ErrorReason.ERROR_REASON_COMPONENT_UNAVAILABLE,
    "a component that this call needs does not answer; try again",
    retry_seconds=1.0,
)
_TOO_LARGE = EdgeError(
    grpc.StatusCode.INVALID_ARGUMENT,
    ErrorReason.ERROR_REASON_REQUEST_TOO_LARGE,
    "the request is larger than a request may be",
)
_TOO_LATE = EdgeError(
    grpc.StatusCode.DEADLINE_EXCEEDED,
    ErrorReason.ERROR_REASON_DEADLINE_EXCEEDED,
    "the answer took longer than it may",
)
_TOO_OFTEN = EdgeError(
    grpc.StatusCode.RESOURCE_EXHAUSTED,
    ErrorReason.ERROR_REASON_RATE_LIMITED,
    "this key makes more calls than its rate allows; try again",
    retry_seconds=1.0,
)
_NOT_FOUND = EdgeError(grpc.StatusCode.NOT_FOUND, ErrorReason.ERROR_REASON_ROUTE_NOT_FOUND, "no such path or method")
_UNVERSIONED = EdgeError(
    grpc.StatusCode.NOT_FOUND,
    ErrorReason.ERROR_REASON_ROUTE_NOT_FOUND,
    "no such path: those of OpenAI's API begin with /v1, with which a client's base URL has to end",
)
_WRONG_METHOD = EdgeError(
    grpc.StatusCode.NOT_FOUND,
    ErrorReason.ERROR_REASON_METHOD_NOT_ALLOWED,
    "this path has no such method; the header `allow` says which it has",
)
_ENCODED = EdgeError(
    grpc.StatusCode.INVALID_ARGUMENT,
    ErrorReason.ERROR_REASON_ENCODING_NOT_SPOKEN,
    "a body may be compressed by gzip, once, and in no other way; messages of gRPC in gRPC's own way",
)
_OVERLOADED = EdgeError(
    grpc.StatusCode.UNAVAILABLE,
    ErrorReason.ERROR_REASON_OVERLOADED,
    "the edge has as much under way as it can hold; try again",
    retry_seconds=1.0,
)
_NOT_SPOKEN = EdgeError(
    grpc.StatusCode.INVALID_ARGUMENT,
    ErrorReason.ERROR_REASON_PROTOCOL_NOT_SPOKEN,
    "speak HTTP/1.1 or HTTP/2; there is no WebSocket here, no other upgrade and no tunnel",
)
_UNREADABLE = EdgeError(
    grpc.StatusCode.INVALID_ARGUMENT,
    ErrorReason.ERROR_REASON_REQUEST_UNREADABLE,
    # Envoy's own text, such as where a JSON body is broken.
    f"the request cannot be read: {_BODY}",
)
_NO_MESSAGE = EdgeError(
    grpc.StatusCode.INVALID_ARGUMENT,
    ErrorReason.ERROR_REASON_REQUEST_UNREADABLE,
    "the body is not the JSON of this request: broken, cut off, not UTF-8, or with a value not of its field's type",
)
_NO_PARAMETER = EdgeError(
    grpc.StatusCode.INVALID_ARGUMENT,
    ErrorReason.ERROR_REASON_REQUEST_UNREADABLE,
    "a parameter of the path or the query is not one of this request's, or its value is none of its type",
)
"""The transcoder's own words repeat what it could not read."""
REPLIES = {
    400: _UNREADABLE,
    403: _TOO_LARGE,  # how the filter that looks at sizes says it; see `filters.chain`
    404: _NOT_FOUND,
    405: _WRONG_METHOD,
    408: _TOO_LATE,
    413: _TOO_LARGE,
    426: _NOT_SPOKEN,
    429: _TOO_OFTEN,
    431: _TOO_LARGE,
    502: _UNAVAILABLE,
    503: _UNAVAILABLE,
    504: _TOO_LATE,
}
"""What is said instead of Envoy's own answer with this HTTP status."""
_SAID_AS = {403: 413, 426: 400}
"""426 has to carry a header that Envoy takes out again (RFC 9110, 15.5.22)."""
_ELSE = MyriadError("the edge cannot pass this request on")


def replies() -> LocalReplyConfig:
    """The configuration of Envoy's own answers; the first mapper that fits counts."""
    return LocalReplyConfig(
        mappers=[
            ResponseMapper(filter=_status(200), body_format_override=_TEXT),  # what is no refusal (`cors.preflights`)
            *_refusals(),
            # Envoy lets no upgrade and no tunnel as far as a filter, and has the same word for it as a filter's no.
            *_mappers(403, _NOT_SPOKEN, said_as=400, only=[_present("upgrade")]),
            *_mappers(403, _NOT_SPOKEN, said_as=400, only=[_header_is(":method", "CONNECT")]),
            *_mappers(403, _ENCODED, said_as=415, only=[_details(_BROKEN.format(ENCODING))]),
            *_mappers(403, _UNAVAILABLE, said_as=503, only=[_details(_BROKEN.format("none"))]),
            *_mappers(400, _NO_MESSAGE, only=[_details("grpc_json_transcode_failure{INVALID_ARGUMENT}")]),
            *_mappers(400, _NO_MESSAGE, only=[_details(NO_MESSAGE)]),
            *_mappers(400, _NO_PARAMETER, only=[_details("early_grpc_json_transcode_failure{INVALID_ARGUMENT}")]),
            *_mappers(404, _UNVERSIONED, only=[_below(openai.UNVERSIONED)]),
            *_mappers(503, _OVERLOADED, only=[_details("overload")]),
            *(
                mapper
                for status, error in REPLIES.items()
                for mapper in _mappers(status, error, said_as=_SAID_AS.get(status))
            ),
            *(
                ResponseMapper(filter=_below(one.paths), body_format_override=_form(one.body(_ELSE)))
                for one in forms.OTHERS
            ),
        ],
        body_format=_json(_ELSE),
    )


def _refusals() -> Iterator[ResponseMapper]:
    """The gatekeeper's own words pass through. Its flag with 503 is set when it does not answer."""
    exhausted = _header("grpc-status", str(grpc.StatusCode.RESOURCE_EXHAUSTED.value[0]))
    yield ResponseMapper(  # Envoy makes UNAVAILABLE of 429, which clients try again
        filter=_all(_flag(GATEKEEPER_FLAG), _status(429), *_over_grpc()),
        body_format_override=_TEXT,
        headers_to_add=[exhausted],
    )
    yield ResponseMapper(
        filter=_all(_flag(GATEKEEPER_FLAG), _status(503, ComparisonFilter.NE)), body_format_override=_TEXT
    )


def _mappers(
    status: int, error: EdgeError, said_as: int | None = None, only: Sequence[AccessLogFilter] = ()
) -> Iterator[ResponseMapper]:
    code = None if said_as is None else UInt32Value(value=said_as)
    headers = [_header(name, value) for name, value in error.retry_after.items()]
    if error is not _UNREADABLE:
        details = base64.b64encode(error.status().SerializeToString()).decode().rstrip("=")
        yield ResponseMapper(
            filter=_all(_status(status), *_over_grpc(), *only),
            status_code=code,
            body=DataSource(inline_string=error.message),
            body_format_override=_TEXT,
            headers_to_add=[*headers, _header("grpc-status", str(error.code.value[0])), _header(DETAILS_KEY, details)],
        )
    for form in forms.OTHERS:
        yield ResponseMapper(
            filter=_all(_status(status), _below(form.paths), *only),
            status_code=code,
            body_format_override=_form(form.body(error)),
            headers_to_add=headers,
        )
    yield ResponseMapper(
        filter=_all(_status(status), *only) if only else _status(status),
        status_code=code,
        body_format_override=_json(error),
        headers_to_add=headers,
    )


_TEXT = SubstitutionFormatString(text_format_source=DataSource(inline_string=_BODY), content_type="application/json")


def _json(error: MyriadError) -> SubstitutionFormatString:
    return _form(MessageToDict(error.status()))


def _form(body: Mapping[str, Any]) -> SubstitutionFormatString:
    form = Struct()
    form.update(body)
    return SubstitutionFormatString(json_format=form)


def _header(key: str, value: str) -> HeaderValueOption:
    overwrite = HeaderValueOption.OVERWRITE_IF_EXISTS_OR_ADD
    return HeaderValueOption(header=HeaderValue(key=key, value=value), append_action=overwrite)


def _all(*filters: AccessLogFilter) -> AccessLogFilter:
    return AccessLogFilter(and_filter=AndFilter(filters=filters))


def _status(status: int, op: int = ComparisonFilter.EQ) -> AccessLogFilter:
    value = RuntimeUInt32(default_value=status, runtime_key="edge.reply_status")
    return AccessLogFilter(status_code_filter=StatusCodeFilter(comparison=ComparisonFilter(op=op, value=value)))


def _details(details: str) -> AccessLogFilter:
    """Who refused, in Envoy's words: its filters, and the overload manager (`envoy/bootstrap.yaml`), have no flags."""
    expression = ExpressionFilter(expression=f"response.code_details == '{details}'")
    return AccessLogFilter(extension_filter=ExtensionFilter(name="details", typed_config=packed(expression)))


def _flag(flag: str) -> AccessLogFilter:
    return AccessLogFilter(response_flag_filter=ResponseFlagFilter(flags=[flag]))


def _over_grpc() -> list[AccessLogFilter]:
    """Whether the client speaks gRPC itself: what was transcoded looks like gRPC too, but for this header."""
    content_type = HeaderMatcher(name="content-type", string_match=StringMatcher(prefix="application/grpc"))
    return [AccessLogFilter(header_filter=HeaderFilter(header=content_type)), _present(ORIGINAL_PATH, absent=True)]


def _present(header: str, *, absent: bool = False) -> AccessLogFilter:
    matcher = HeaderMatcher(name=header, present_match=True, invert_match=absent)
    return AccessLogFilter(header_filter=HeaderFilter(header=matcher))


def _below(paths: Sequence[str]) -> AccessLogFilter:
    """Each path has an expression of its own: Envoy bounds how long one may be."""
    expressions = (RegexMatcher(regex=f"{re.escape(path)}(?:[/?].*)?") for path in paths)
    matchers = (HeaderMatcher(name=":path", string_match=StringMatcher(safe_regex=one)) for one in expressions)
    first, *more = (AccessLogFilter(header_filter=HeaderFilter(header=one)) for one in matchers)
    return AccessLogFilter(or_filter=OrFilter(filters=[first, *more])) if more else first


def _header_is(header: str, value: str) -> AccessLogFilter:
    matcher = HeaderMatcher(name=header, string_match=StringMatcher(exact=value))
    return AccessLogFilter(header_filter=HeaderFilter(header=matcher))
