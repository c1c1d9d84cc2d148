"""A SQLite file of the gatekeeper's own: opened, brought up to date, and used from one thread."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

from mesh import disk
from mesh.listening import StartError

LOCK_WAIT_SECONDS = 2.0
P = ParamSpec("P")
R = TypeVar("R")


class Database:
    """
    One connection to one file.

    The file is locked: no other process can change it behind this one's back. The connection lives in the one
    thread of an executor, which also puts writes in order.
    """

    def __init__(self, thread: ThreadPoolExecutor, connection: sqlite3.Connection, path: Path, remedy: str) -> None:
        self._thread = thread
        self._connection = connection
        self._path = path
        self._remedy = remedy

    @classmethod
    @asynccontextmanager
    async def open(cls, path: Path, steps: Sequence[str], remedy: str) -> AsyncIterator[Database]:
        """
        The file `path`, made if it is not there, after all `steps` from the schema before to the one after it.

        StartError, StorageHeld; StorageDamaged says the `remedy`, what to do without the file.
        """
        loop = asyncio.get_running_loop()
        with ThreadPoolExecutor(1, thread_name_prefix=path.stem) as thread:
            connection = await loop.run_in_executor(thread, _connect, path, remedy)
            try:
                await loop.run_in_executor(thread, _prepare, connection, path, steps, remedy)
                yield cls(thread, connection, path, remedy)
            finally:
                await loop.run_in_executor(thread, connection.close)

    async def run(self, work: Callable[Concatenate[sqlite3.Connection, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        """What `work` returns, in the thread and in a transaction. StorageFull, StorageDamaged, StorageHeld."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, lambda: self._run(work, *args, **kwargs))

    def _run(self, work: Callable[Concatenate[sqlite3.Connection, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        with disk.Faults(self._path, self._remedy), self._connection:
            return work(self._connection, *args, **kwargs)


def _connect(path: Path, remedy: str) -> sqlite3.Connection:
    with _start_errors(path), disk.Faults(path, remedy):
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.touch(mode=0o600)
        return sqlite3.connect(path, timeout=LOCK_WAIT_SECONDS)


def _prepare(connection: sqlite3.Connection, path: Path, steps: Sequence[str], remedy: str) -> None:
    with _start_errors(path), disk.Faults(path, remedy):
        connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        if version > len(steps):
            raise StartError(
                f"gatekeeper: {path} was written by a newer version of Myriad (schema {version}, "
                f"this one knows {len(steps)}): use that version, or another data folder"
            )
        if missing := steps[version:]:
            connection.executescript(f"BEGIN; {''.join(missing)} PRAGMA user_version = {len(steps)}; COMMIT;")
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()  # takes the lock, if nothing has yet


@contextmanager
def _start_errors(path: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, sqlite3.Error) as error:
        raise StartError(f"gatekeeper: cannot use {path}: {error}") from None
