"""What keys used, in a SQLite file; of today in memory too."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from gatekeeper.adapters.database import Database
from gatekeeper.ports import KEPT_DAYS, Usage

_SCHEMA_1 = """
CREATE TABLE usage (
    day TEXT NOT NULL,
    key TEXT NOT NULL,
    queries INTEGER NOT NULL,
    recalls INTEGER NOT NULL,
    units INTEGER NOT NULL,
    PRIMARY KEY (day, key)
) WITHOUT ROWID;
CREATE TABLE batches (name TEXT PRIMARY KEY, time TEXT NOT NULL) WITHOUT ROWID;
CREATE INDEX batches_by_time ON batches (time);
"""
_CHARGE = """
INSERT INTO usage VALUES (?, ?, ?, ?, ?) ON CONFLICT (day, key) DO UPDATE SET
    queries = queries + excluded.queries, recalls = recalls + excluded.recalls, units = units + excluded.units
"""
BATCH_KEPT = timedelta(hours=1)


class SqliteUsageStore:
    """See `gatekeeper.ports.UsageStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._spent = Counter[tuple[date, str]]()
        """Units by day and key; of days that are over only until the next charge."""

    @classmethod
    @asynccontextmanager
    async def open(cls, path: Path) -> AsyncIterator[SqliteUsageStore]:
        """The store in the file `path`, made if it is not there. StartError."""
        async with Database.open(path, (_SCHEMA_1,), "begin to count anew") as database:
            store, today = cls(database), _today()
            store._remember(await database.run(_read, today, today))
            yield store

    async def charge(self, batch: str, charges: Sequence[Usage]) -> None:
        await self._database.run(self._charge, batch, charges)

    def spent(self, key_id: str) -> int:
        return self._spent[_today(), key_id]

    async def list(self, first: date, last: date) -> Sequence[Usage]:
        return await self._database.run(_read, first, last)

    def _charge(self, connection: sqlite3.Connection, batch: str, charges: Sequence[Usage]) -> None:
        # In the thread, memory too: a caller that stops waiting makes no difference.
        now = datetime.now(UTC)
        connection.execute("DELETE FROM batches WHERE time < ?", ((now - BATCH_KEPT).isoformat(),))
        if connection.execute("INSERT OR IGNORE INTO batches VALUES (?, ?)", (batch, now.isoformat())).rowcount:
            rows = ((one.day.isoformat(), one.key, one.queries, one.recalls, one.units) for one in charges)
            connection.executemany(_CHARGE, rows)
            oldest = now.date() - timedelta(days=KEPT_DAYS)
            connection.execute("DELETE FROM usage WHERE day < ?", (oldest.isoformat(),))
            connection.commit()
            self._remember(charges)

    def _remember(self, used: Sequence[Usage]) -> None:
        today = _today()
        self._spent = Counter({place: units for place, units in self._spent.items() if place[0] >= today})
        for one in used:
            self._spent[one.day, one.key] += one.units


def _read(connection: sqlite3.Connection, first: date, last: date) -> list[Usage]:
    query = "SELECT * FROM usage WHERE day BETWEEN ? AND ? ORDER BY day, key"
    rows = connection.execute(query, (first.isoformat(), last.isoformat()))
    return [Usage(date.fromisoformat(day), *rest) for day, *rest in rows]


def _today() -> date:
    return datetime.now(UTC).date()
