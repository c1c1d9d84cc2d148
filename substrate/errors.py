"""What can go wrong with packets."""

from __future__ import annotations

import grpc

from mesh.errors import MyriadError
from myriad.type.v1.error_reason_pb2 import ErrorReason


class PacketCorrupt(MyriadError):
    """A packet's bytes do not match their checksum."""

    code = grpc.StatusCode.DATA_LOSS
    reason = ErrorReason.ERROR_REASON_PACKET_CORRUPT


class PacketNotFound(MyriadError):
    """The packet store does not hold the packet."""

    code = grpc.StatusCode.NOT_FOUND
    reason = ErrorReason.ERROR_REASON_PACKET_NOT_FOUND
