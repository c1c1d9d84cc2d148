"""
The process that reads one file: `python -m genesis.formats MEDIA_TYPE`, which takes the file and gives its parts.

It bounds itself before it looks at the file: processor time, memory, what it may write. Nobody dies of it but itself.
"""

from __future__ import annotations

import importlib
import json
import os
import resource
import signal
import sys

from genesis.formats import FORMATS
from genesis.formats.parts import Parts, Unreadable, dumped

PROCESSOR_SECONDS = 30
SECONDS = 60
"""By the clock, after which it ends although nobody waits for it any more."""
MEMORY_BYTES = 1024**3
WRITTEN_BYTES = 128 * 1024 * 1024
_NICE = 5
"""Questions come first."""


def main() -> None:
    _bound()
    try:
        written = dumped(_read(sys.argv[1], sys.stdin.buffer.read()))
    except Unreadable as error:
        written = json.dumps({"reason": error.reason, "message": error.message}).encode()
    except MemoryError:
        os._exit(1)
    except Exception as error:  # the libraries raise what they like about a file that is not as it should be
        told = {"reason": "DOCUMENT_BROKEN", "message": "the file is damaged, or not what its type says"}
        written = json.dumps({**told, "error": type(error).__name__}).encode()
    sys.stdout.buffer.write(written)


def _read(media_type: str, content: bytes) -> Parts:
    try:
        reader = importlib.import_module(f"genesis.formats.{FORMATS[media_type]}")
    except ModuleNotFoundError as missing:
        raise Unreadable(
            "FORMAT_NOT_INSTALLED", f"{missing.name} is not installed here, which reads it: install myriad[formats]"
        ) from None
    parts: Parts = reader.read(content)
    return parts


def _bound() -> None:
    for limit, most in (
        (resource.RLIMIT_CPU, PROCESSOR_SECONDS),
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_FSIZE, WRITTEN_BYTES),
        (resource.RLIMIT_CORE, 0),
    ):
        hard = resource.getrlimit(limit)[1]
        allowed = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(limit, (allowed, allowed))
    signal.alarm(SECONDS)
    os.nice(_NICE)


if __name__ == "__main__":
    main()
