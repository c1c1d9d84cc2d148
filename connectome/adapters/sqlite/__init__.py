"""The embedded graph store: one SQLite database in WAL mode."""

from __future__ import annotations

from connectome.adapters.sqlite.followed import SqliteFollowedGraph
from connectome.adapters.sqlite.store import SqliteGraphStore

__all__ = ["SqliteFollowedGraph", "SqliteGraphStore"]
