"""What a call can fail with: one exception for each kind of failure, with the server's reason."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import grpc
from google.protobuf.message import DecodeError
from google.rpc import error_details_pb2
from grpc_status import rpc_status


class MyriadError(Exception):
    """A call failed. Programs go by its class and `reason`, people read its message."""

    def __init__(
        self,
        message: str,
        *,
        code: grpc.StatusCode,
        reason: str = "",
        metadata: Mapping[str, str] | None = None,
        violations: Mapping[str, str] | None = None,
        retry_after: float | None = None,
        request_id: str = "",
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.reason = reason
        """Such as `MIND_NOT_FOUND`: those of docs/errors.md; empty if what failed was not Myriad."""
        self.metadata = dict(metadata or {})
        self.violations = dict(violations or {})
        """What is wrong with which field of the request."""
        self.retry_after = retry_after
        """Seconds after which to try again; None if that would not help."""
        self.request_id = request_id
        """Under which every component logged the call; empty if it never arrived."""

    def __str__(self) -> str:
        return f"{self.message} ({self.reason})" if self.reason else self.message


class InvalidRequest(MyriadError):
    """A field breaks its rule, or the request does not fit the state of things."""


class Unauthenticated(MyriadError):
    """No key, or not one of this Myriad."""


class PermissionDenied(MyriadError):
    """The key may not do this."""


class NotFound(MyriadError):
    """No such thing, or none of this key's."""


class ResourceExhausted(MyriadError):
    """More than the key's limits or budget allow."""


class Unavailable(MyriadError):
    """A component does not answer, after the retries too."""


class DeadlineExceeded(MyriadError):
    """The time given was not enough."""


class Cancelled(MyriadError):
    """The call was cancelled, or its client closed."""


KINDS: Mapping[grpc.StatusCode, type[MyriadError]] = {
    grpc.StatusCode.INVALID_ARGUMENT: InvalidRequest,
    grpc.StatusCode.FAILED_PRECONDITION: InvalidRequest,
    grpc.StatusCode.UNAUTHENTICATED: Unauthenticated,
    grpc.StatusCode.PERMISSION_DENIED: PermissionDenied,
    grpc.StatusCode.NOT_FOUND: NotFound,
    grpc.StatusCode.RESOURCE_EXHAUSTED: ResourceExhausted,
    grpc.StatusCode.UNAVAILABLE: Unavailable,
    grpc.StatusCode.DEADLINE_EXCEEDED: DeadlineExceeded,
    grpc.StatusCode.CANCELLED: Cancelled,
}


def translated(error: Any) -> MyriadError:
    """The exception for a failed call of grpcio, which is a `grpc.RpcError` with code, details and metadata."""
    info, violations, retry = (
        error_details_pb2.ErrorInfo(),
        error_details_pb2.BadRequest(),
        error_details_pb2.RetryInfo(),
    )
    for detail in _details(error):
        for known in (info, violations, retry):
            if detail.Is(known.DESCRIPTOR):
                detail.Unpack(known)
    headers = dict(error.initial_metadata() or ()) | dict(error.trailing_metadata() or ())
    return KINDS.get(error.code(), MyriadError)(
        error.details() or error.code().name,
        code=error.code(),
        reason=info.reason,
        metadata=info.metadata,
        violations={violation.field: violation.description for violation in violations.field_violations},
        retry_after=retry.retry_delay.ToTimedelta().total_seconds() if retry.HasField("retry_delay") else None,
        request_id=str(headers.get("x-request-id", "")),
    )


def _details(error: Any) -> list[Any]:
    try:
        status = rpc_status.from_call(error)
    except (ValueError, DecodeError):  # what is between us and Myriad answered, in a way of its own
        return []
    return list(status.details) if status else []
