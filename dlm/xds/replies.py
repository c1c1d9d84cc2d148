"""
What Envoy says itself when a request gets no further: errors of the same form as the components' own.

Over REST that is the JSON of a `google.rpc.Status`; over gRPC the status with its details. A request that was
transcoded counts as gRPC: the transcoder makes the JSON.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import dataclass

import grpc
from envoy.config.accesslog.v3.accesslog_pb2 import (
    AccessLogFilter,
    AndFilter,
    ComparisonFilter,
    HeaderFilter,
    ResponseFlagFilter,
    StatusCodeFilter,
)
from envoy.config.core.v3.base_pb2 import DataSource, HeaderValue, HeaderValueOption, RuntimeUInt32
from envoy.config.core.v3.substitution_format_string_pb2 import SubstitutionFormatString
from envoy.config.route.v3.route_components_pb2 import HeaderMatcher
from envoy.extensions.filters.network.http_connection_manager.v3.http_connection_manager_pb2 import (
    LocalReplyConfig,
    ResponseMapper,
)
from envoy.type.matcher.v3.string_pb2 import StringMatcher
from google.protobuf.json_format import MessageToDict
from google.protobuf.struct_pb2 import Struct

from mesh.errors import DETAILS_KEY, MyriadError
from myriad.type.v1.error_reason_pb2 import ErrorReason

GATEKEEPER_FLAG = "UAEX"
RATE_FLAG = "RL"
_BODY = "%LOCAL_REPLY_BODY%"


class EdgeError(MyriadError):
    """An error that Envoy finds."""

    def __init__(
        self, code: grpc.StatusCode, reason: ErrorReason.ValueType, message: str, retry_seconds: float | None = None
    ) -> None:
        super().__init__(message)
        self.code, self.reason, self.retry_seconds = code, reason, retry_seconds


@dataclass(frozen=True, slots=True)
class Reply:
    """What to say when Envoy would answer with this status, having set this flag."""

    status: int
    error: EdgeError
    flag: str = ""
    from_transcoder: bool = False
    """Whether the transcoder finds it: its answers are plain HTTP, though the request looks like gRPC by then."""


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
REPLIES = (
    Reply(
        429,
        EdgeError(
            grpc.StatusCode.RESOURCE_EXHAUSTED,
            ErrorReason.ERROR_REASON_RATE_LIMITED,
            "this key makes more calls than its rate allows; try again",
            retry_seconds=1.0,
        ),
        flag=RATE_FLAG,
    ),
    Reply(503, _UNAVAILABLE),
    Reply(502, _UNAVAILABLE),
    Reply(504, _TOO_LATE),
    Reply(408, _TOO_LATE),
    Reply(413, _TOO_LARGE, from_transcoder=True),
    Reply(431, _TOO_LARGE),
    Reply(
        404,
        EdgeError(grpc.StatusCode.NOT_FOUND, ErrorReason.ERROR_REASON_ROUTE_NOT_FOUND, "no such path or method"),
    ),
    Reply(
        400,
        EdgeError(
            grpc.StatusCode.INVALID_ARGUMENT,
            ErrorReason.ERROR_REASON_INVALID_FIELD,
            # Envoy's own text, such as where a JSON body is broken.
            f"the request cannot be read: {_BODY}",
        ),
        from_transcoder=True,
    ),
)
"""The first that fits is said."""
_ELSE = MyriadError("the edge cannot pass this request on")


def replies() -> LocalReplyConfig:
    """The configuration of Envoy's own answers."""
    return LocalReplyConfig(
        mappers=[*_refusals(), *(mapper for reply in REPLIES for mapper in _mappers(reply))],
        body_format=_json(_ELSE),
    )


def _mappers(reply: Reply) -> Iterator[ResponseMapper]:
    condition = [_status(reply.status), *([_flag(reply.flag)] if reply.flag else [])]
    retry = reply.error.retry_seconds
    headers = [_header("retry-after", f"{retry:.0f}")] if retry is not None else []
    details = base64.b64encode(reply.error.status().SerializeToString()).decode().rstrip("=")
    if not reply.from_transcoder:
        yield ResponseMapper(
            filter=_all(*condition, _over_grpc()),
            body=DataSource(inline_string=reply.error.message),
            body_format_override=_TEXT,
            headers_to_add=[
                *headers,
                _header(DETAILS_KEY, details),
                _header("grpc-status", str(reply.error.code.value[0])),
            ],
        )
    yield ResponseMapper(filter=_all(*condition), body_format_override=_json(reply.error), headers_to_add=headers)


def _refusals() -> Iterator[ResponseMapper]:
    """The gatekeeper's own words pass through; 503 with its flag is said by Envoy when it does not answer."""
    yield ResponseMapper(
        filter=_all(_flag(GATEKEEPER_FLAG), _status(503, ComparisonFilter.NE)), body_format_override=_TEXT
    )


_TEXT = SubstitutionFormatString(text_format_source=DataSource(inline_string=_BODY), content_type="application/json")


def _json(error: MyriadError) -> SubstitutionFormatString:
    form = Struct()
    form.update(MessageToDict(error.status()))
    return SubstitutionFormatString(json_format=form)


def _header(key: str, value: str) -> HeaderValueOption:
    overwrite = HeaderValueOption.OVERWRITE_IF_EXISTS_OR_ADD
    return HeaderValueOption(header=HeaderValue(key=key, value=value), append_action=overwrite)


def _all(*filters: AccessLogFilter) -> AccessLogFilter:
    return AccessLogFilter(and_filter=AndFilter(filters=filters)) if len(filters) > 1 else filters[0]


def _status(status: int, op: int = ComparisonFilter.EQ) -> AccessLogFilter:
    value = RuntimeUInt32(default_value=status, runtime_key="edge.reply_status")
    return AccessLogFilter(status_code_filter=StatusCodeFilter(comparison=ComparisonFilter(op=op, value=value)))


def _flag(flag: str) -> AccessLogFilter:
    return AccessLogFilter(response_flag_filter=ResponseFlagFilter(flags=[flag]))


def _over_grpc() -> AccessLogFilter:
    content_type = HeaderMatcher(name="content-type", string_match=StringMatcher(prefix="application/grpc"))
    return AccessLogFilter(header_filter=HeaderFilter(header=content_type))
