"""The audit log in a SQLite file."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import astuple
from datetime import datetime
from pathlib import Path
from typing import Any

from gatekeeper.adapters.database import Database
from mesh.audit import Entry

_SCHEMA_1 = """
CREATE TABLE entries (
    number INTEGER PRIMARY KEY,
    time TEXT NOT NULL,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    subject TEXT NOT NULL,
    details TEXT NOT NULL,
    previous_hash TEXT NOT NULL,
    hash TEXT NOT NULL
);
CREATE TRIGGER entries_stay BEFORE DELETE ON entries BEGIN SELECT RAISE(ABORT, 'entries are not taken out'); END;
CREATE TRIGGER entries_stay_so BEFORE UPDATE ON entries BEGIN SELECT RAISE(ABORT, 'entries are not changed'); END;
"""
_LAST = "SELECT * FROM entries ORDER BY number DESC LIMIT 1"
_AFTER = "SELECT * FROM entries WHERE number > ? ORDER BY number LIMIT ?"


class SqliteAuditLog:
    """See `gatekeeper.ports.AuditLog`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @classmethod
    @asynccontextmanager
    async def open(cls, path: Path) -> AsyncIterator[SqliteAuditLog]:
        """The log in the file `path`, made if it is not there. StartError."""
        async with Database.open(path, (_SCHEMA_1,), "begin another one") as database:
            yield cls(database)

    async def last(self) -> Entry | None:
        found = await self._database.run(_read, _LAST, ())
        return found[0] if found else None

    async def add(self, entries: Sequence[Entry]) -> bool:
        return await self._database.run(_add, entries)

    async def list(self, after: int, limit: int) -> Sequence[Entry]:
        return await self._database.run(_read, _AFTER, (after, limit))


def _read(connection: sqlite3.Connection, query: str, arguments: tuple[int, ...]) -> list[Entry]:
    return [_entry(*row) for row in connection.execute(query, arguments)]


def _entry(number: int, time: str, *texts: Any) -> Entry:
    actor, action, subject, details, previous_hash, own_hash = texts
    return Entry(
        number=number,
        time=datetime.fromisoformat(time),
        actor=actor,
        action=action,
        subject=subject,
        details=details,
        previous_hash=previous_hash,
        hash=own_hash,
    )


def _add(connection: sqlite3.Connection, entries: Sequence[Entry]) -> bool:
    if connection.execute("SELECT 1 FROM entries WHERE number = ?", (entries[0].number,)).fetchone():
        return False
    rows = ((number, time.isoformat(), *texts) for number, time, *texts in map(astuple, entries))
    connection.executemany("INSERT INTO entries VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows)
    return True
