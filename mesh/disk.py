"""The disk: what it means when there is no room on it, or when a database there is damaged or held by another."""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType

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
_HELD = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
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


class StorageHeld(DiskFault):
    """Another has held a database for longer than this one waits."""

    code = grpc.StatusCode.UNAVAILABLE
    reason = ErrorReason.ERROR_REASON_COMPONENT_UNAVAILABLE
    retry_seconds = 1.0

    def __init__(self, path: Path, why: str) -> None:
        super().__init__("stored data is in use by another process; try again", f"{path} is in use: {why}")


class Faults:
    """
    In its block, StorageFull, StorageDamaged and StorageHeld for what goes wrong with `path`.

    `remedy`: what to do without the file.

    A class, because every read of a database is in such a block, and a generator takes ten times as long.
    """

    def __init__(self, path: Path, remedy: str = "start again") -> None:
        self._path = path
        self._remedy = remedy

    def __enter__(self) -> None: ...

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if not isinstance(error, OSError | sqlite3.Error):
            return
        if fault := _fault(error, self._path, self._remedy):
            if not isinstance(fault, StorageHeld):  # whose disk is sound
                seen[fault.reason_name] += 1
            log.error("disk.fault", reason=fault.reason_name, error=fault.text)
            raise fault from None


def _fault(error: Exception, path: Path, remedy: str) -> DiskFault | None:
    """What a failure says of the disk; None if nothing."""
    if isinstance(error, OSError):
        return StorageFull(path) if error.errno in FULL else None
    code = getattr(error, "sqlite_errorcode", 0) & _PRIMARY
    if code in _DAMAGED:
        return StorageDamaged(path, str(error), remedy)
    if code in _HELD:
        return StorageHeld(path, str(error))
    if code == sqlite3.SQLITE_FULL or (code in _UNCLEAR and is_full(path)):
        return StorageFull(path)
    return None


def is_full(path: Path) -> bool:
    """Whether there is hardly any room where `path` lies."""
    return shutil.disk_usage(path.parent).free < LEAST_BYTES


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """No other process opens a database in this folder meanwhile: SQLite lets none wait for the first to set it up."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(opened, fcntl.LOCK_EX)
        yield
    finally:
        os.close(opened)
