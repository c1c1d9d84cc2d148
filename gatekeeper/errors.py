"""What can go wrong with keys."""

from __future__ import annotations

from datetime import datetime

import grpc

from mesh.errors import ComponentUnavailable, MyriadError
from myriad.type.v1.error_reason_pb2 import ErrorReason


class KeyMissing(MyriadError):
    """The request carries no key."""

    code = grpc.StatusCode.UNAUTHENTICATED
    reason = ErrorReason.ERROR_REASON_KEY_MISSING

    def __init__(self) -> None:
        super().__init__("send an API key, as 'Authorization: Bearer KEY' or 'x-api-key: KEY'")


class KeyInvalid(MyriadError):
    """The request's key is unknown or revoked, or two keys came."""

    code = grpc.StatusCode.UNAUTHENTICATED
    reason = ErrorReason.ERROR_REASON_KEY_INVALID


class KeyExpired(MyriadError):
    """The key's time is over."""

    code = grpc.StatusCode.UNAUTHENTICATED
    reason = ErrorReason.ERROR_REASON_KEY_EXPIRED


class KeyNotFound(MyriadError):
    """No such key, or not one that the caller may see."""

    code = grpc.StatusCode.NOT_FOUND
    reason = ErrorReason.ERROR_REASON_KEY_NOT_FOUND

    def __init__(self, name: str) -> None:
        super().__init__(f"there is no key {name!r}", name=name)


class KeyChanged(MyriadError):
    """Somebody else changed the key meanwhile."""

    code = grpc.StatusCode.ABORTED
    reason = ErrorReason.ERROR_REASON_CONFLICT

    def __init__(self, name: str) -> None:
        super().__init__(f"{name!r} was changed meanwhile; read it and try again", name=name)


class AuditUnwritten(ComponentUnavailable):
    """The audit log could not be written, and so nothing was changed."""

    def __init__(self) -> None:
        super().__init__("the audit log takes no more entries at present, and nothing changes without one; try again")


class BudgetExhausted(MyriadError):
    """The key has spent its cognitive units for today."""

    code = grpc.StatusCode.RESOURCE_EXHAUSTED
    reason = ErrorReason.ERROR_REASON_BUDGET_EXHAUSTED

    def __init__(self, units: int, reset: datetime, now: datetime) -> None:
        super().__init__(
            f"this key has spent its {units:,} cognitive units for today; it gets new ones at {reset:%H:%M} UTC",
            reset_time=reset.isoformat().replace("+00:00", "Z"),
            daily_units=str(units),
        )
        self.retry_seconds = (reset - now).total_seconds()
