"""What can go wrong with keys."""

from __future__ import annotations

import grpc

from mesh.errors import MyriadError
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
