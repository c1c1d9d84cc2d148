"""Errors: exceptions that carry a status code and a reason, and the one place that turns them into statuses."""

from __future__ import annotations

import math
from collections.abc import Mapping
from contextlib import suppress
from typing import NamedTuple

import grpc
from google.protobuf.any_pb2 import Any
from google.protobuf.message import DecodeError
from google.rpc import error_details_pb2, status_pb2

from myriad.type.v1.error_reason_pb2 import ErrorReason

DOMAIN = "myriad"
DETAILS_KEY = "grpc-status-details-bin"
_PREFIX = "ERROR_REASON_"
_REASONS = frozenset(name.removeprefix(_PREFIX) for name in ErrorReason.keys())


class MyriadError(Exception):
    """
    What a caller may know about a failure.

    Subclasses state `code` and `reason`; what varies goes into `metadata` as well as the text (AIP-193).
    """

    code: grpc.StatusCode = grpc.StatusCode.INTERNAL
    reason: ErrorReason.ValueType = ErrorReason.ERROR_REASON_INTERNAL
    retry_seconds: float | None = None

    def __init__(self, message: str, **metadata: str) -> None:
        super().__init__(message)
        self.message = message
        self.metadata: Mapping[str, str] = metadata

    @classmethod
    def name(cls) -> str:
        """The reason, as it goes over the wire."""
        return reason_name(cls.reason)

    @property
    def reason_name(self) -> str:
        return reason_name(self.reason)

    @property
    def retry_after(self) -> Mapping[str, str]:
        """The header that tells a client of HTTP when to try again, in whole seconds; none if there is no such time."""
        return {} if self.retry_seconds is None else {"retry-after": str(math.ceil(self.retry_seconds))}

    def details(self) -> list[Any]:
        info = error_details_pb2.ErrorInfo(reason=self.reason_name, domain=DOMAIN, metadata=self.metadata)
        details = [_packed(info)]
        if self.retry_seconds is not None:
            retry = error_details_pb2.RetryInfo()
            retry.retry_delay.FromNanoseconds(int(self.retry_seconds * 1e9))
            details.append(_packed(retry))
        return details

    def status(self) -> status_pb2.Status:
        return status_pb2.Status(code=self.code.value[0], message=self.message, details=self.details())


class InvalidField(MyriadError):
    """A field of the request breaks its rule."""

    code = grpc.StatusCode.INVALID_ARGUMENT
    reason = ErrorReason.ERROR_REASON_INVALID_FIELD

    def __init__(self, field: str, rule: str) -> None:
        super().__init__(f"{field}: {rule}", field=field)
        self.violation = error_details_pb2.BadRequest.FieldViolation(field=field, description=rule)

    def details(self) -> list[Any]:
        return [*super().details(), _packed(error_details_pb2.BadRequest(field_violations=[self.violation]))]


class RequestUnreadable(MyriadError):
    """The request's bytes are no message of its type."""

    code = grpc.StatusCode.INVALID_ARGUMENT
    reason = ErrorReason.ERROR_REASON_REQUEST_UNREADABLE


class NotImplementedYet(MyriadError):
    """The RPC is part of the contract and not built yet."""

    code = grpc.StatusCode.UNIMPLEMENTED
    reason = ErrorReason.ERROR_REASON_NOT_IMPLEMENTED

    def __init__(self, method: str) -> None:
        super().__init__(f"{method} is part of the contract and not built yet", method=method)


class ComponentUnavailable(MyriadError):
    """A component that this call needs does not answer."""

    code = grpc.StatusCode.UNAVAILABLE
    reason = ErrorReason.ERROR_REASON_COMPONENT_UNAVAILABLE
    retry_seconds = 1.0


class Overloaded(MyriadError):
    """As many calls as may be are under way."""

    code = grpc.StatusCode.UNAVAILABLE
    reason = ErrorReason.ERROR_REASON_OVERLOADED
    retry_seconds = 1.0


class DeadlineExceeded(MyriadError):
    """The time that the caller gave was not enough."""

    code = grpc.StatusCode.DEADLINE_EXCEEDED
    reason = ErrorReason.ERROR_REASON_DEADLINE_EXCEEDED


class Unforeseen(MyriadError):
    """The code broke: what a caller may know of it."""

    def __init__(self, request_id: str) -> None:
        text = f"internal error; the server's log has the cause under request id {request_id}"
        super().__init__(text, request_id=request_id)


class Received(NamedTuple):
    """The status of a call that failed, taken apart."""

    code: grpc.StatusCode
    reason: str
    message: str
    metadata: Mapping[str, str]


def reason_name(reason: ErrorReason.ValueType) -> str:
    return ErrorReason.Name(reason).removeprefix(_PREFIX)


def reason_of(name: str) -> ErrorReason.ValueType:
    """The reason that has this name, unspecified if none has."""
    return ErrorReason.Value(f"{_PREFIX}{name}") if name in _REASONS else ErrorReason.ERROR_REASON_UNSPECIFIED


def received(error: grpc.RpcError) -> Received:
    """Take a failed call's status apart; `reason` is empty if it carries no ErrorInfo."""
    if not isinstance(error, grpc.Call | grpc.aio.AioRpcError):
        return Received(grpc.StatusCode.UNKNOWN, "", "", {})
    status = _status(error)
    info = _info(status)
    return Received(error.code(), info.reason, status.message, info.metadata)


class CallFailed(MyriadError):
    """
    A call to another component failed; what that means for our caller.

    A status with a reason is meant for our caller too, and goes on as it came. One without is a broken connection, a
    lost deadline, or what nobody foresaw: the component was `silent`.
    """

    def __init__(self, error: grpc.aio.AioRpcError, request_id: str) -> None:
        status = _status(error)
        self.silent = not _info(status).reason
        if self.silent:
            status = _silence(error.code(), request_id).status()
        info = _info(status)
        super().__init__(status.message)
        self.metadata = info.metadata
        self.code = next(code for code in grpc.StatusCode if code.value[0] == status.code)
        self.reason = reason_of(info.reason)
        self.retry_seconds = _retry_seconds(status)
        self._status = status

    def status(self) -> status_pb2.Status:
        return self._status


def _status(error: grpc.Call | grpc.aio.AioRpcError) -> status_pb2.Status:
    for key, value in error.trailing_metadata() or ():
        if key == DETAILS_KEY and isinstance(value, bytes):
            with suppress(DecodeError):
                return status_pb2.Status.FromString(value)
    return status_pb2.Status(code=error.code().value[0], message=error.details() or "")


def _info(status: status_pb2.Status) -> error_details_pb2.ErrorInfo:
    info = error_details_pb2.ErrorInfo()
    for detail in status.details:
        if detail.Unpack(info):
            break
    return info


def _retry_seconds(status: status_pb2.Status) -> float | None:
    retry = error_details_pb2.RetryInfo()
    return next((retry.retry_delay.ToNanoseconds() / 1e9 for one in status.details if one.Unpack(retry)), None)


def _silence(code: grpc.StatusCode, request_id: str) -> MyriadError:
    """What it comes to when a call ends without a reason."""
    if code in (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.CANCELLED):
        return ComponentUnavailable("a component that this call needs does not answer; try again")
    if code is grpc.StatusCode.DEADLINE_EXCEEDED:
        return DeadlineExceeded("the answer took longer than the time that was given")
    return Unforeseen(request_id)


def _packed(message: error_details_pb2.ErrorInfo | error_details_pb2.RetryInfo | error_details_pb2.BadRequest) -> Any:
    packed = Any()
    packed.Pack(message)
    return packed
