"""The graph as another process of this machine writes it."""

from __future__ import annotations

from pathlib import Path

from connectome.adapters.sqlite.database import ReadDatabase
from connectome.adapters.sqlite.reading import SqliteReader
from connectome.adapters.sqlite.vectors import SqliteVectorReader


class SqliteFollowedGraph(SqliteReader, SqliteVectorReader):
    """See `connectome.stores.FollowedGraph`."""

    _database: ReadDatabase

    def __init__(self, path: Path) -> None:
        super().__init__(ReadDatabase(path))

    def close(self) -> None:
        self._database.close()

    def as_of(self, seconds: int) -> SqliteReader:
        return SqliteReader(self._database, seconds)
