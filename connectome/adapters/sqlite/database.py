"""The database file and its connections."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain, islice
from pathlib import Path
from typing import Any, TypeVar

import structlog

from connectome.adapters.sqlite.migrations import migrate
from connectome.due import Due
from mesh.disk import Faults, alone

log = structlog.get_logger()
BUSY_SECONDS = 10
SCRUBBED_BYTES = 64 * 1024 * 1024
"""Up to this size a file is written anew when documents are forgotten, in a second at most."""
VARIABLES = 900
"""SQLite promises 999 variables a statement."""

T = TypeVar("T")


class ReadDatabase:
    """One that another process writes: a connection for each reading thread. Faults of the disk: see `mesh.disk`."""

    _mode = "ro"

    def __init__(self, path: Path) -> None:
        self._path = path
        self._faults = Faults(path, "learn the documents again")
        self._local = threading.local()
        self._connections: list[sqlite3.Connection] = []

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """This thread's connection."""
        with self._faults:
            yield self._reader()

    def rows(self, statement: str, values: Sequence[Any] = ()) -> list[Any]:
        with self._faults:
            return self._reader().execute(statement, values).fetchall()

    def row(self, statement: str, values: Sequence[Any] = ()) -> Any:
        """The first row; None if there is none."""
        with self._faults:
            return self._reader().execute(statement, values).fetchone()

    def select(self, statement: str, values: Collection[Any], *fixed: Any) -> list[Any]:
        """See the function of this name."""
        with self._faults:
            return list(select(self._reader(), statement, values, *fixed))

    def _reader(self) -> sqlite3.Connection:
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = self._local.connection = self._connect()
            self._connections.append(connection)
        return connection

    def close(self) -> None:
        for connection in self._connections:
            connection.close()

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            f"{self._path.resolve().as_uri()}?mode={self._mode}",
            uri=True,
            timeout=BUSY_SECONDS,
            isolation_level=None,
            check_same_thread=False,
            cached_statements=256,
        )
        # secure_delete: what is forgotten does not linger in free pages. FULL: what is acknowledged is on disk.
        # MEMORY: what is sorted or undone goes to no other folder, where there may be no room, or another owner.
        for pragma in (
            *("journal_mode = WAL", "synchronous = FULL", "secure_delete = ON", "temp_store = MEMORY"),
            "cache_size = -65536",
        ):
            connection.execute(f"PRAGMA {pragma}")
        return connection


class Database(ReadDatabase):
    """One that this process writes: and a connection for all writers in turn."""

    _mode = "rwc"

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self._writing = threading.Lock()
        self._lingering = True
        """Whether the write-ahead log may hold what was removed; after a crash, too."""
        self._unclean = Due(path.with_suffix(".unclean"))
        """Whether unused parts of pages may."""
        with self._faults:
            path.parent.mkdir(parents=True, exist_ok=True)
            with alone(path.parent):
                self._writer = self._connect()
                migrate(self._writer, path)
            self._connections.append(self._writer)
        self._empty_log()

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """A transaction: committed at the end, undone by an exception, be it that there is no room to commit."""
        with self._writing, self._faults:
            self._writer.execute("BEGIN IMMEDIATE")
            try:
                yield self._writer
                self._writer.execute("COMMIT")
            except BaseException:
                if self._writer.in_transaction:  # SQLite undoes some by itself
                    self._writer.execute("ROLLBACK")
                raise

    def checkpoint(self) -> None:
        """Empty the write-ahead log: what was overwritten in the database lingers there too."""
        with self._writing:
            self._lingering = True
            self._empty_log()

    def scrub(self) -> None:
        """
        Write a small file anew, so that nothing that was removed is left in it; a large one within `ERASE_SECONDS`.

        `secure_delete` clears what is deleted, but not the copies that SQLite leaves behind in the unused middle of a
        page when it moves rows from one page to another.
        """
        with self._writing, self._faults:
            self._unclean.set()
            self._write_anew()

    def will_scrub(self) -> None:
        """Something is about to be removed that has to leave no trace, whatever happens then."""
        self._unclean.set()

    def keep_clean(self) -> None:
        """Do what was due and could not be done: a reader was in the way, or there was no room."""
        with self._writing:
            if self._unclean:
                self._write_anew()
            elif self._lingering:
                self._empty_log()

    def _write_anew(self) -> None:
        try:
            (pages,) = self._writer.execute("PRAGMA page_count").fetchone()
            (page_bytes,) = self._writer.execute("PRAGMA page_size").fetchone()
            if pages * page_bytes <= SCRUBBED_BYTES or self._unclean.late:
                self._writer.execute("VACUUM")
                self._unclean.clear()
        except sqlite3.Error as error:
            log.warning("scrub.failed", error=str(error))
        self._lingering = True
        self._empty_log()

    def _empty_log(self) -> None:
        try:
            busy, _, _ = self._writer.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        except sqlite3.Error as error:
            log.warning("checkpoint.failed", error=str(error))
        else:
            self._lingering = bool(busy)


def chunks(values: Iterable[T], size: int = VARIABLES) -> Iterator[Sequence[T]]:
    remaining = iter(values)
    while piece := list(islice(remaining, size)):
        yield piece


def select(connection: sqlite3.Connection, statement: str, values: Collection[Any], *fixed: Any) -> Iterable[Any]:
    """Run `statement`, whose `{}` stands for a list of variables, for all values, however many."""
    pieces = (
        connection.execute(statement.format(",".join("?" * len(piece))), (*fixed, *piece)) for piece in chunks(values)
    )
    return next(pieces, ()) if len(values) <= VARIABLES else chain.from_iterable(pieces)
