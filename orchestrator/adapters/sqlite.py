"""
Traces in a file that all orchestrators of a machine share.

It is written behind the answer, in a thread. What is kept in it is bounded as `orchestrator.ports.TraceStore` says, and
what is purged leaves it: deleted rows are overwritten (`secure_delete`), the file is written anew, its log emptied.
"""

from __future__ import annotations

import asyncio
import hashlib
import sqlite3
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import structlog

from mesh.disk import DiskFault, Faults, alone
from myriad.orchestrator.v1.answer_service_pb2 import GetTraceResponse
from myriad.type.v1.retention_pb2 import Retained

log = structlog.get_logger()
KEPT_RECORDS = 1000
KEPT_BYTES = 64 * 1024 * 1024
KEPT_SECONDS = 3600.0
PURGE_SECONDS = 300.0
"""How long a purge is remembered: longer than any query is under way."""
MOST_WAITING = 256
"""Records that wait for the disk; more are not kept."""
TIDY_SECONDS = 60.0
BUSY_SECONDS = 5.0
DIGEST_BYTES = 8
_SCHEMA = """
CREATE TABLE IF NOT EXISTS answers (
    name TEXT PRIMARY KEY, mind TEXT NOT NULL, created REAL NOT NULL, bytes INTEGER NOT NULL, documents BLOB NOT NULL,
    record BLOB NOT NULL);
CREATE INDEX IF NOT EXISTS answers_by_age ON answers (created, bytes, name);
CREATE TABLE IF NOT EXISTS verdicts (
    answer TEXT NOT NULL, key TEXT NOT NULL, agent TEXT NOT NULL, verdict INTEGER NOT NULL,
    PRIMARY KEY (answer, key, agent)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS purges (at REAL NOT NULL, mind BLOB NOT NULL, documents BLOB);
CREATE TRIGGER IF NOT EXISTS forget_verdicts AFTER DELETE ON answers BEGIN
    DELETE FROM verdicts WHERE answer = old.name; END;
"""
R = TypeVar("R")


class SqliteTraceStore:
    """A TraceStore that all orchestrators of a machine share: 1,000 records, 64 MiB and an hour at most."""

    retained: Sequence[Retained] = ()

    def __init__(self, path: Path) -> None:
        self._faults = Faults(path)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="traces")
        self._waiting = 0
        self.lost = 0
        self._unclean = True
        """Whether what was purged may linger in the file; after a crash, too."""
        with self._faults:
            path.parent.mkdir(parents=True, exist_ok=True)
            with alone(path.parent):
                self._connection = _connect(path)

    def close(self) -> None:
        """Write what waits, and end."""
        self._thread.shutdown()
        self._connection.close()

    async def keep(self, record: GetTraceResponse) -> None:
        if self._waiting >= MOST_WAITING:
            self.lost += 1
            return
        self._waiting += 1
        try:
            await self._run(lambda: self._keep(record))
        except DiskFault:  # which is told and counted
            self.lost += 1
        finally:
            self._waiting -= 1

    async def read(self, name: str) -> GetTraceResponse | None:
        row = await self._run(
            lambda: self._connection.execute(
                "SELECT record FROM answers WHERE name = ? AND created >= ?", (name, time.time() - KEPT_SECONDS)
            ).fetchone()
        )
        return GetTraceResponse.FromString(row[0]) if row else None

    async def judge(self, name: str, key: str, verdicts: Mapping[str, int]) -> Mapping[str, int]:
        return await self._run(lambda: self._judge(name, key, verdicts))

    async def purge(self, mind: str, documents: Collection[str] | None) -> int:
        return await self._run(lambda: self._purge(mind, None if documents is None else _digests(documents)))

    async def keep_tidy(self) -> None:
        """Drop what is old each minute, and clean what could not be cleaned before."""
        while True:
            await asyncio.sleep(TIDY_SECONDS)
            await self._run(self._tidy)

    async def _run(self, work: Callable[[], R]) -> R:
        def guarded() -> R:
            with self._faults:
                return work()

        return await asyncio.get_running_loop().run_in_executor(self._thread, guarded)

    def _keep(self, record: GetTraceResponse) -> None:
        answer, trace = record.answer, record.trace
        woken = (agent.document for one in trace.rounds for agent in one.agents)
        documents = _digests((*woken, *(agent.document for agent in answer.agents)))
        # The clock may have gone back since the query began.
        created = min(trace.create_time.ToNanoseconds() / 1e9, time.time() - trace.usage.elapsed_ms / 1e3)
        content = record.SerializeToString()
        with self._writing() as write:
            purges = write("SELECT documents FROM purges WHERE mind = ? AND at >= ?", (_digests([trace.mind]), created))
            if any(_covers(purged, documents) for (purged,) in purges):
                return
            write(
                "INSERT OR REPLACE INTO answers VALUES (?, ?, ?, ?, ?, ?)",
                (answer.name, trace.mind, created, len(content), documents, content),
            )
            self._drop_old(write)

    def _drop_old(self, write: Callable[..., sqlite3.Cursor]) -> None:
        count, size = write("SELECT count(*), coalesce(sum(bytes), 0) FROM answers").fetchone()
        oldest = time.time() - KEPT_SECONDS
        while first := write("SELECT created, bytes, name FROM answers ORDER BY created LIMIT 1").fetchone():
            created, length, name = first
            if count <= KEPT_RECORDS and size <= KEPT_BYTES and created >= oldest:
                return
            write("DELETE FROM answers WHERE name = ?", (name,))
            count, size = count - 1, size - length

    def _judge(self, name: str, key: str, verdicts: Mapping[str, int]) -> Mapping[str, int]:
        with self._writing() as write:
            if not write("SELECT 1 FROM answers WHERE name = ?", (name,)).fetchone():
                return {}
            said = write("SELECT agent, verdict FROM verdicts WHERE answer = ? AND key = ?", (name, key))
            before = {agent: verdict for agent, verdict in said if agent in verdicts}
            for agent, verdict in verdicts.items():
                write("INSERT OR REPLACE INTO verdicts VALUES (?, ?, ?, ?)", (name, key, agent, verdict))
        return before

    def _purge(self, mind: str, documents: bytes | None) -> int:
        with self._writing() as write:
            now = time.time()
            write("DELETE FROM purges WHERE at < ?", (now - PURGE_SECONDS,))
            write("INSERT INTO purges VALUES (?, ?, ?)", (now, _digests([mind]), documents))
            kept = write("SELECT name, documents FROM answers WHERE mind = ?", (mind,)).fetchall()
            covered = [(name,) for name, woken in kept if _covers(documents, woken)]
            for one in covered:
                write("DELETE FROM answers WHERE name = ?", one)
        self._clean()
        return len(covered)

    def _tidy(self) -> None:
        with self._writing() as write:
            self._drop_old(write)
            write("DELETE FROM purges WHERE at < ?", (time.time() - PURGE_SECONDS,))
        if self._unclean:
            self._clean()

    def _clean(self) -> None:
        """Leave nothing of what was deleted, in the unused middle of pages nor in the log."""
        try:
            self._connection.execute("VACUUM")
            busy, _, _ = self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            self._unclean = bool(busy)
        except sqlite3.Error as error:
            self._unclean = True
            log.warning("traces.unclean", error=str(error))

    @contextmanager
    def _writing(self) -> Iterator[Callable[..., sqlite3.Cursor]]:
        """A transaction that no other process writes beside: committed at the end, undone by an exception."""
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield self._connection.execute
            self._connection.execute("COMMIT")
        except BaseException:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            raise


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
    # NORMAL: a loss of power may take the last answers, and leaves a sound file.
    for pragma in ("journal_mode = WAL", "synchronous = NORMAL", "secure_delete = ON", "temp_store = MEMORY"):
        connection.execute(f"PRAGMA {pragma}")
    connection.executescript(_SCHEMA)
    return connection


def _digests(names: Iterable[str]) -> bytes:
    """What tells whether a name is among others, and not which they are: a purge is remembered after it is done."""
    return b"".join(sorted({hashlib.blake2b(one.encode(), digest_size=DIGEST_BYTES).digest() for one in names}))


def _covers(purged: bytes | None, woken: bytes) -> bool:
    """Whether a purge of these documents, or of all (None), takes an answer that woke agents of those."""
    return purged is None or not _each(purged).isdisjoint(_each(woken))


def _each(digests: bytes) -> frozenset[bytes]:
    return frozenset(digests[start : start + DIGEST_BYTES] for start in range(0, len(digests), DIGEST_BYTES))
