"""The disk: what it means when there is no room on it, or when a database there is damaged."""

from __future__ import annotations

import errno
import shutil
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import grpc
import structlog

from mesh.errors import MyriadError
from myriad.type.v1.error_reason_pb2 import ErrorReason

log = structlog.get_logger()
FULL = (errno.ENOSPC, errno.EDQUOT)
LEAST_BYTES = 32 * 1024 * 1024
"""With less room than this, a failure to write that does not say why is taken for want of room."""
_UNCLEAR = (sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN)
_DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
seen = Counter[str]()
"""How many faults there were in this process, by reason."""
_PRIMARY = 0xFF
"""The part of SQLite's extended error codes that says the kind."""


class DiskFault(MyriadError):
    """What went wrong on the disk: `message` for callers, `text`, with the file's name, for whoever runs Myriad."""

    def __init__(self, message: str, text: str) -> None:
        super().__init__(message)
        self.text = text


class StorageFull(DiskFault):
    """There is no room to write; what is there can be read."""

    code = grpc.StatusCode.UNAVAILABLE
    reason = ErrorReason.ERROR_REASON_STORAGE_FULL
    retry_seconds = 10.0

    def __init__(self, path: Path) -> None:
        super().__init__("the disk is full: nothing can be written until there is room", f"no room on the disk: {path}")


class StorageDamaged(DiskFault):
    """A database does not hold what was written to it."""

    code = grpc.StatusCode.DATA_LOSS
    reason = ErrorReason.ERROR_REASON_STORAGE_DAMAGED

    def __init__(self, path: Path, why: str, remedy: str) -> None:
        text = f"{path} is damaged ({why}): restore it from a backup, or move it away and {remedy}"
        super().__init__("stored data is damaged; the server's log says which file, and what to do", text)


@contextmanager
def faults(path: Path, remedy: str = "start again") -> Iterator[None]:
    """StorageFull, StorageDamaged for what goes wrong with `path`; `remedy` says what to do without a damaged one."""
    try:
        yield
    except (OSError, sqlite3.Error) as error:
        if (fault := fault_of(error, path, remedy)) is None:
            raise
        seen[fault.reason_name] += 1
        log.error("disk.fault", reason=fault.reason_name, error=fault.text)
        raise fault from None


def fault_of(error: Exception, path: Path, remedy: str) -> DiskFault | None:
    """What a failure says of the disk; None if nothing."""
    if isinstance(error, OSError):
        return StorageFull(path) if error.errno in FULL else None
    code = getattr(error, "sqlite_errorcode", 0) & _PRIMARY
    if code in _DAMAGED:
        return StorageDamaged(path, str(error), remedy)
    if code == sqlite3.SQLITE_FULL or (code in _UNCLEAR and is_full(path)):
        return StorageFull(path)
    return None


def is_full(path: Path) -> bool:
    """Whether there is hardly any room where `path` lies."""
    return shutil.disk_usage(path.parent).free < LEAST_BYTES
