"""Why a document is not learned, and why a call of genesis fails."""

from __future__ import annotations

import traceback
from pathlib import Path

import grpc
import structlog

from mesh import call
from mesh.errors import MyriadError, Unforeseen
from myriad.type.v1.error_reason_pb2 import ErrorReason

log = structlog.get_logger()


class DocumentError(MyriadError):
    """A document that cannot be learned; the others of its call can."""

    code = grpc.StatusCode.INVALID_ARGUMENT


class DocumentTooLarge(DocumentError):
    """It is larger than one document may be."""

    reason = ErrorReason.ERROR_REASON_DOCUMENT_TOO_LARGE


class DocumentEmpty(DocumentError):
    """It holds nothing that could be learned."""

    reason = ErrorReason.ERROR_REASON_DOCUMENT_EMPTY


class DocumentNotText(DocumentError):
    """It is not UTF-8 text."""

    reason = ErrorReason.ERROR_REASON_DOCUMENT_NOT_TEXT


class LineInvalid(DocumentError):
    """A line of a JSONL source is not a JSON object with a text."""

    reason = ErrorReason.ERROR_REASON_LINE_INVALID


class MediaTypeUnknown(DocumentError):
    """There is no reader for this media type."""

    reason = ErrorReason.ERROR_REASON_MEDIA_TYPE_UNKNOWN


class DocumentEncrypted(DocumentError):
    """It is behind a password, or locked by who sold it."""

    reason = ErrorReason.ERROR_REASON_DOCUMENT_ENCRYPTED


class DocumentScanned(DocumentError):
    """It is pictures of pages."""

    reason = ErrorReason.ERROR_REASON_DOCUMENT_SCANNED


class DocumentBroken(DocumentError):
    """It is damaged, or not of the format that it says."""

    reason = ErrorReason.ERROR_REASON_DOCUMENT_BROKEN


class FormatNotInstalled(DocumentError):
    """What reads this format is not installed here."""

    reason = ErrorReason.ERROR_REASON_FORMAT_NOT_INSTALLED


class DocumentNotFound(MyriadError):
    """The mind has no such document, and nothing is left of one."""

    code = grpc.StatusCode.NOT_FOUND
    reason = ErrorReason.ERROR_REASON_DOCUMENT_NOT_FOUND


class MindExists(MyriadError):
    """A mind of that name exists."""

    code = grpc.StatusCode.ALREADY_EXISTS
    reason = ErrorReason.ERROR_REASON_MIND_EXISTS


class JobNotFound(MyriadError):
    """No such learning job."""

    code = grpc.StatusCode.NOT_FOUND
    reason = ErrorReason.ERROR_REASON_JOB_NOT_FOUND


class JobCancelled(MyriadError):
    """Somebody cancelled the job."""

    code = grpc.StatusCode.ABORTED
    reason = ErrorReason.ERROR_REASON_JOB_CANCELLED

    def __init__(self, job: str) -> None:
        super().__init__("the job was cancelled; what it has learned stays", job=job)


class Conflict(MyriadError):
    """Somebody else changed the same document meanwhile."""

    code = grpc.StatusCode.ABORTED
    reason = ErrorReason.ERROR_REASON_CONFLICT


def foreseen(error: Exception) -> MyriadError:
    """
    Why a document is not learned.

    Of what nobody foresaw the log says where it was raised and not what it says, which may quote the document.
    """
    if isinstance(error, MyriadError):
        return error
    frames = traceback.extract_tb(error.__traceback__)[-4:]
    at = [f"{Path(frame.filename).name}:{frame.lineno}" for frame in frames]
    log.error("document.failed", error=type(error).__name__, at=at)
    return Unforeseen(call.request_id.get())
