"""`myriad learn --watch`: folders and a mind that stay the same."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TypeAlias

from watchfiles import watch

from cli import places, sources, terminal
from cli.errors import Failure
from cli.sources import Found
from myriad.genesis.v1.document_pb2 import DocumentResult
from myriad.type.v1.error_reason_pb2 import ErrorReason

Round: TypeAlias = Callable[[Found], object]
"""Learns what was found and forgets what is gone from its folders. Failure."""

LOOK_AGAIN_SECONDS = 30
"""So often all is looked at without an event: some file systems tell nothing, and a queue of events may overflow."""
RETRY_SECONDS = 5.0
FINAL = frozenset(("KEY_MISSING", "KEY_INVALID", "KEY_EXPIRED", "ROLE_TOO_LOW", "MIND_NOT_FOUND", "INVALID_FIELD"))
"""Why a round failed that no further one will mend."""


def keep(folders: Sequence[Path], learn: Round) -> None:
    """Keep a mind as these folders are, until Ctrl-C. Failure if no further try would help."""
    mirror = Mirror(folders, learn)
    with suppress(KeyboardInterrupt):
        _until_done(mirror.catch_up)
        for _ in watch(*folders, rust_timeout=LOOK_AGAIN_SECONDS * 1_000, yield_on_timeout=True):
            _until_done(mirror.catch_up)


def _until_done(work: Callable[[], None]) -> None:
    told = ""
    while True:
        try:
            return work()
        except Failure as failure:
            if failure.exit_code != 1 or failure.reason in FINAL:
                raise
            if str(failure) != told:
                terminal.warn(told := str(failure))
            time.sleep(RETRY_SECONDS)


class Mirror:
    """
    What was learned of folders, file by file.

    An event only says that something is different: what, is found by looking at all files, so that a storm of events is
    one round, and one that was lost costs time and no truth.
    """

    def __init__(self, folders: Sequence[Path], learn: Round) -> None:
        self._folders = {folder: _identity(folder) for folder in folders}
        self._learn = learn
        self._known: dict[str, tuple[int, int]] = {}
        """When each file had changed last, and its size, as it was learned."""
        self._failed: set[tuple[str, ErrorReason.ValueType]] = set()
        """Files of which it was said why they cannot be read."""
        self._begun = False

    def catch_up(self) -> None:
        """Learn what has changed since the last time, and forget what is gone. Failure; then nothing is noted."""
        for folder, identity in self._folders.items():
            if _identity(folder) != identity:  # as when it is unmounted: that all its files are gone says nothing
                raise Failure(f"{folder} is not the folder that it was", hint="start again if it shall be this one")
        found = sources.find(self._folders)
        files = {source.uri: (source.modified_ns, source.bytes) for source in found.sources}
        failed = {(failure.uri, failure.reason) for failure in found.failures}
        gone = {uri for uri in self._known.keys() - files.keys() if _is_gone(uri)}
        changed = [source for source in found.sources if self._known.get(source.uri) != files[source.uri]]
        failures = list(self._news(found.failures))
        if changed or failures or gone or not self._begun:
            self._learn(replace(found, sources=changed, failures=failures))
        self._begun = True
        self._failed = failed
        self._known = {uri: seen for uri, seen in self._known.items() if uri not in gone} | files

    def _news(self, failures: Iterable[DocumentResult]) -> Iterator[DocumentResult]:
        return (failure for failure in failures if (failure.uri, failure.reason) not in self._failed)


def _identity(folder: Path) -> tuple[int, int]:
    """Which folder lies at a path. Failure if none does."""
    try:
        found = folder.stat()
    except OSError as error:
        raise Failure(f"{folder} cannot be looked at: {error.strerror}") from None
    return found.st_dev, found.st_ino


def _is_gone(uri: str) -> bool:
    path = places.path_of(uri)
    return path is not None and places.is_gone(path)
