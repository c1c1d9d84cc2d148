"""What can go wrong with a synthesis; all else that it refuses is an `InvalidField`."""

from __future__ import annotations

import grpc

from mesh.errors import MyriadError
from myriad.type.v1.error_reason_pb2 import ErrorReason


class JudgeNotConfigured(MyriadError):
    """A judging model was asked for, and there is none."""

    code = grpc.StatusCode.FAILED_PRECONDITION
    reason = ErrorReason.ERROR_REASON_JUDGE_NOT_CONFIGURED

    def __init__(self) -> None:
        super().__init__("this deployment has no judging model: leave out `judge`, or set MYRIAD_JUDGE_MODEL")
