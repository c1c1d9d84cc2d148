"""A key store in a SQLite file, its table held in memory too."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from gatekeeper.adapters.database import Database
from gatekeeper.keyring import Keyring, Record
from gatekeeper.ports import Key, Limits
from myriad.type.v1.access_pb2 import Role

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
_SCHEMA_3 = """
ALTER TABLE keys ADD COLUMN requests_per_minute INTEGER NOT NULL DEFAULT 0;
ALTER TABLE keys ADD COLUMN at_once INTEGER NOT NULL DEFAULT 0;
ALTER TABLE keys ADD COLUMN daily_units INTEGER NOT NULL DEFAULT 0;
ALTER TABLE keys ADD COLUMN former BLOB;
ALTER TABLE keys ADD COLUMN former_expires TEXT;
"""
_STEPS = (_SCHEMA_1, _SCHEMA_2, _SCHEMA_3)
SCHEMA_VERSION = len(_STEPS)
_READ = """
SELECT id, digest, former, display_name, role, minds, all_minds, created, expires, former_expires, requests_per_minute,
    at_once, daily_units FROM keys
"""
_ADD = """
INSERT INTO keys (id, digest, former, display_name, role, minds, all_minds, created, expires, former_expires,
    requests_per_minute, at_once, daily_units, request) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
_REPLACE = """
UPDATE keys SET id = ?, digest = ?, former = ?, display_name = ?, role = ?, minds = ?, all_minds = ?, created = ?,
    expires = ?, former_expires = ?, requests_per_minute = ?, at_once = ?, daily_units = ? WHERE id = ?
"""


class SqliteKeyStore:
    """Reads come from memory, writes go to the file first."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._keys = Keyring()

    @classmethod
    @asynccontextmanager
    async def open(cls, path: Path) -> AsyncIterator[SqliteKeyStore]:
        """The store in the file `path`, made if it is not there. StartError."""
        async with Database.open(path, _STEPS, "make the keys anew") as database:
            store = cls(database)
            store._keys = await database.run(_read)
            yield store

    async def add(self, key: Key, digest: bytes, request_id: str) -> Key:
        return await self._database.run(self._add, Record(key, digest), request_id)

    async def find(self, digest: bytes) -> Key | None:
        return self._keys.find(digest)

    async def get(self, key_id: str) -> Key | None:
        return self._keys.get(key_id)

    async def list(self, after: str) -> Sequence[Key]:
        return self._keys.list(after)

    async def replace(self, was: Key, key: Key, digest: bytes | None = None) -> bool:
        return await self._database.run(self._replace, was, key, digest)

    async def delete(self, key_id: str) -> bool:
        return await self._database.run(self._delete, key_id)

    # What follows runs in the thread. Memory changes there too, right after the commit: a caller that stops
    # waiting cannot leave a revoked key alive.

    def _add(self, connection: sqlite3.Connection, record: Record, request_id: str) -> Key:
        made = connection.execute("SELECT id FROM keys WHERE request = ?", (request_id,)).fetchone()
        if made and (known := self._keys.get(made[0])):
            return known
        if self._keys.holds(record.digest):  # also one that opens no more, which no index knows
            raise ValueError("the digest of a key is UNIQUE")
        connection.execute(_ADD, (*_row(record), request_id or None))
        connection.commit()
        self._keys = self._keys.having(record)
        return record.key

    def _replace(self, connection: sqlite3.Connection, was: Key, key: Key, digest: bytes | None) -> bool:
        known = self._keys.record(was.id)
        if known is None or known.key != was:
            return False
        record = known.replaced(key, digest)
        connection.execute(_REPLACE, (*_row(record), key.id))
        connection.commit()
        self._keys = self._keys.having(record)
        return True

    def _delete(self, connection: sqlite3.Connection, key_id: str) -> bool:
        deleted = connection.execute("DELETE FROM keys WHERE id = ?", (key_id,)).rowcount
        connection.commit()
        self._keys = self._keys.without(key_id)
        return bool(deleted)


def _read(connection: sqlite3.Connection) -> Keyring:
    return Keyring(_record(*row) for row in connection.execute(_READ))


def _row(record: Record) -> tuple[Any, ...]:
    key = record.key
    return (
        key.id,
        record.digest,
        record.former,
        key.display_name,
        key.role,
        json.dumps(sorted(key.minds)),
        key.all_minds,
        key.created.isoformat(),
        key.expires and key.expires.isoformat(),
        key.former_expires and key.former_expires.isoformat(),
        key.limits.requests_per_minute,
        key.limits.at_once,
        key.limits.daily_units,
    )


def _record(
    key_id: str,
    digest: bytes,
    former: bytes | None,
    display_name: str,
    role: int,
    minds: str,
    all_minds: int,
    created: str,
    expires: str | None,
    former_expires: str | None,
    *limits: int,
) -> Record:
    key = Key(
        id=key_id,
        display_name=display_name,
        role=Role.ValueType(role),
        minds=frozenset(json.loads(minds)),
        all_minds=bool(all_minds),
        created=datetime.fromisoformat(created).astimezone(UTC),
        expires=datetime.fromisoformat(expires).astimezone(UTC) if expires else None,
        former_expires=datetime.fromisoformat(former_expires).astimezone(UTC) if former_expires else None,
        limits=Limits(*limits),
    )
    return Record(key, digest, former)
