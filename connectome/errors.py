"""What can go wrong in the connectome."""

from __future__ import annotations

from collections.abc import Collection

import grpc

from mesh.errors import ComponentUnavailable, MyriadError
from myriad.type.v1.error_reason_pb2 import ErrorReason


class MindExists(MyriadError):
    """A mind of that name exists."""

    code = grpc.StatusCode.ALREADY_EXISTS
    reason = ErrorReason.ERROR_REASON_MIND_EXISTS


class ModelNotAllowed(MyriadError):
    """The mind is not for this model."""

    code = grpc.StatusCode.PERMISSION_DENIED
    reason = ErrorReason.ERROR_REASON_MODEL_NOT_ALLOWED

    def __init__(self, mind: str, model: str, allowed: Collection[str]) -> None:
        text = f"{mind} is not for {model}; it may be asked with {', '.join(allowed)}"
        super().__init__(text, mind=mind, models=",".join(allowed))


class DocumentNotFound(MyriadError):
    """No such document in this mind."""

    code = grpc.StatusCode.NOT_FOUND
    reason = ErrorReason.ERROR_REASON_DOCUMENT_NOT_FOUND


class JobNotFound(MyriadError):
    """No such learning job."""

    code = grpc.StatusCode.NOT_FOUND
    reason = ErrorReason.ERROR_REASON_JOB_NOT_FOUND


class JobCancelled(MyriadError):
    """The learning job was cancelled."""

    code = grpc.StatusCode.ABORTED
    reason = ErrorReason.ERROR_REASON_JOB_CANCELLED

    def __init__(self, job: str) -> None:
        super().__init__("the job was cancelled; what it has learned stays", job=job)


class Conflict(MyriadError):
    """Somebody else changed the document meanwhile."""

    code = grpc.StatusCode.ABORTED
    reason = ErrorReason.ERROR_REASON_CONFLICT
    retry_seconds = 0.1


class GraphUnavailable(ComponentUnavailable):
    """The server that holds the graph does not answer, or not in time."""

    def __init__(self) -> None:
        super().__init__("a store that this call needs does not answer; try again", store="graph")
