"""
Converting: what is read out of a file that is no text, in a process that may die of it.

A file is given to a process of its own, which bounds its time and its memory before it looks (`genesis.formats`). The
thread that waits for it has no turn meanwhile, and ends it when the caller leaves.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping

import structlog

from genesis.errors import (
    DocumentBroken,
    DocumentEmpty,
    DocumentEncrypted,
    DocumentError,
    DocumentScanned,
    DocumentTooLarge,
    FormatNotInstalled,
)
from genesis.fairness import aside, leave
from genesis.formats.parts import Parts, loaded
from genesis.processors import processors
from mesh.errors import reason_name

log = structlog.get_logger()
SECONDS = 60.0
"""By the clock, which a machine with much else to do may need for half a minute's work."""
_POLL_SECONDS = 0.1
_ERRORS: Mapping[str, type[DocumentError]] = {
    reason_name(error.reason): error
    for error in (
        DocumentBroken,
        DocumentEmpty,
        DocumentEncrypted,
        DocumentScanned,
        DocumentTooLarge,
        FormatNotInstalled,
    )
}
_room = threading.BoundedSemaphore(processors())


def converted(media_type: str, content: bytes) -> Parts:
    """The parts of a file of one of `genesis.formats.FORMATS`. DocumentError, CallerLeft."""
    with aside():
        while not _room.acquire(timeout=_POLL_SECONDS):
            leave()
        try:
            written = _written(media_type, content)
        finally:
            _room.release()
    told = json.loads(written)
    if "reason" not in told:
        return loaded(told)
    if "error" in told:
        log.info("document.broken", media_type=media_type, error=told["error"])
    raise _ERRORS[told["reason"]](told["message"])


def _written(media_type: str, content: bytes) -> bytes:
    """What the process writes. Files and not pipes, which would have to be filled and emptied at once."""
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as written:
        given.write(content)
        given.seek(0)
        process = subprocess.Popen(  # noqa: S603 - of the command the caller says one of five media types
            [sys.executable, "-P", "-m", "genesis.formats", media_type],
            stdin=given,
            stdout=written,
            stderr=subprocess.DEVNULL,
            env={"PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "PYTHONHASHSEED": "0"},
        )
        try:
            status = _ended(process)
        finally:
            process.kill()
            process.wait()
        if status:
            log.info("document.costly", media_type=media_type, status=status)
            raise DocumentTooLarge("to read it takes more time or memory than one document may; cut it into several")
        written.seek(0)
        return written.read()


def _ended(process: subprocess.Popen[bytes]) -> int:
    """Its status, of one that is ended for taking too long as of one that was killed. CallerLeft."""
    until = time.monotonic() + SECONDS
    while time.monotonic() < until:
        try:
            return process.wait(_POLL_SECONDS)
        except subprocess.TimeoutExpired:
            leave()
    return -1
