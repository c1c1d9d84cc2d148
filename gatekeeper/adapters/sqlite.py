"""A key store in a SQLite file, its table held in memory too."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import AsyncIterator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from gatekeeper.ports import Key
from mesh import disk
from mesh.listening import StartError
from myriad.type.v1.access_pb2 import Role

_REMEDY = "make the keys anew"
_LOCK_WAIT_SECONDS = 2.0
_SCHEMA_1 = """
CREATE TABLE keys (
    id TEXT PRIMARY KEY,
    digest BLOB NOT NULL UNIQUE,
    display_name TEXT NOT NULL,
    role INTEGER NOT NULL,
    minds TEXT NOT NULL,
    created TEXT NOT NULL,
    expires TEXT
) WITHOUT ROWID;
"""
# A key without minds opened all of them, until it had to say so.
_SCHEMA_2 = """
ALTER TABLE keys ADD COLUMN all_minds INTEGER NOT NULL DEFAULT 0;
ALTER TABLE keys ADD COLUMN request TEXT;
CREATE UNIQUE INDEX keys_by_request ON keys (request);
UPDATE keys SET all_minds = 1 WHERE minds = '[]';
"""
_STEPS = (_SCHEMA_1, _SCHEMA_2)
SCHEMA_VERSION = len(_STEPS)


class SqliteKeyStore:
    """
    Reads come from memory, writes go to the file first.

    The file is locked: no other process can change it behind this one's back. The connection lives in the one
    thread of an executor, which also puts writes in order.
    """

    def __init__(self, thread: ThreadPoolExecutor, connection: sqlite3.Connection, path: Path) -> None:
        self._thread = thread
        self._path = path
        self._connection = connection
        # Replaced whole by each write, so that a reader in another thread never sees half of one.
        self._by_digest: dict[bytes, Key] = {}
        self._by_id: dict[str, Key] = {}

    @classmethod
    @asynccontextmanager
    async def open(cls, path: Path) -> AsyncIterator[SqliteKeyStore]:
        """The store in the file `path`, made if it is not there. StartError."""
        loop = asyncio.get_running_loop()
        with ThreadPoolExecutor(1, thread_name_prefix="keys") as thread:
            connection = await loop.run_in_executor(thread, _connect, path)
            store = cls(thread, connection, path)
            try:
                await loop.run_in_executor(thread, store._prepare)
                yield store
            finally:
                await loop.run_in_executor(thread, connection.close)

    async def add(self, key: Key, digest: bytes, request_id: str) -> Key:
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._add, key, digest, request_id)

    async def find(self, digest: bytes) -> Key | None:
        return self._by_digest.get(digest)

    async def get(self, key_id: str) -> Key | None:
        return self._by_id.get(key_id)

    async def list(self, after: str) -> Sequence[Key]:
        keys = self._by_id
        return [keys[key_id] for key_id in sorted(keys) if key_id > after]

    async def delete(self, key_id: str) -> bool:
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._delete, key_id)

    # What follows runs in the thread. Memory changes there too, right after the commit: a caller that stops
    # waiting cannot leave a revoked key alive.

    def _prepare(self) -> None:
        path = self._path
        with _start_errors(path), disk.Faults(path, _REMEDY):
            self._connection.execute("PRAGMA locking_mode = EXCLUSIVE")
            self._connection.execute("PRAGMA journal_mode = WAL")
            self._connection.execute("PRAGMA synchronous = FULL")
            (version,) = self._connection.execute("PRAGMA user_version").fetchone()
            if version > SCHEMA_VERSION:
                raise StartError(
                    f"gatekeeper: {path} was written by a newer version of Myriad (schema {version}, "
                    f"this one knows {SCHEMA_VERSION}): use that version, or another data folder"
                )
            if steps := _STEPS[version:]:
                script = f"BEGIN; {''.join(steps)} PRAGMA user_version = {SCHEMA_VERSION}; COMMIT;"
                self._connection.executescript(script)
            rows = self._connection.execute(
                "SELECT digest, id, display_name, role, minds, all_minds, created, expires FROM keys"
            ).fetchall()
        self._by_digest = {digest: _key(*fields) for digest, *fields in rows}
        self._by_id = {key.id: key for key in self._by_digest.values()}

    def _add(self, key: Key, digest: bytes, request_id: str) -> Key:
        expires = key.expires.isoformat() if key.expires else None
        with disk.Faults(self._path, _REMEDY), self._connection:
            made = self._connection.execute("SELECT id FROM keys WHERE request = ?", (request_id,)).fetchone()
            if made:
                return self._by_id[made[0]]
            self._connection.execute(
                "INSERT INTO keys (id, digest, display_name, role, minds, all_minds, created, expires, request)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    key.id,
                    digest,
                    key.display_name,
                    key.role,
                    json.dumps(sorted(key.minds)),
                    key.all_minds,
                    key.created.isoformat(),
                    expires,
                    request_id or None,
                ),
            )
        self._by_digest = {**self._by_digest, digest: key}
        self._by_id = {**self._by_id, key.id: key}
        return key

    def _delete(self, key_id: str) -> bool:
        with disk.Faults(self._path, _REMEDY), self._connection:
            deleted = self._connection.execute("DELETE FROM keys WHERE id = ?", (key_id,)).rowcount
        self._by_digest = {digest: key for digest, key in self._by_digest.items() if key.id != key_id}
        self._by_id = {key.id: key for key in self._by_digest.values()}
        return bool(deleted)


def _connect(path: Path) -> sqlite3.Connection:
    with _start_errors(path), disk.Faults(path, _REMEDY):
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.touch(mode=0o600)
        return sqlite3.connect(path, timeout=_LOCK_WAIT_SECONDS)


@contextmanager
def _start_errors(path: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, sqlite3.Error) as error:
        raise StartError(f"gatekeeper: cannot use {path}: {error}") from None


def _key(
    key_id: str, display_name: str, role: int, minds: str, all_minds: int, created: str, expires: str | None
) -> Key:
    return Key(
        id=key_id,
        display_name=display_name,
        role=Role.ValueType(role),
        minds=frozenset(json.loads(minds)),
        all_minds=bool(all_minds),
        created=datetime.fromisoformat(created).astimezone(UTC),
        expires=datetime.fromisoformat(expires).astimezone(UTC) if expires else None,
    )
