"""Ids: whole numbers that no other node of the kind ever has, taken from the database a block at a time."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import LiteralString

from neo4j import ManagedTransaction

from connectome.adapters.neo4j.database import Database

BLOCK = 10_000
_TAKE: LiteralString = """
MERGE (s:Sequence {name: $kind})
SET s.taking = true
WITH s SET s.last = coalesce(s.last, 0) + $size
RETURN s.last
"""
"""The first SET takes the lock."""


class Ids:
    """The ids of one kind of node. What is left of a block when a process ends is never used."""

    def __init__(self, database: Database, kind: str) -> None:
        self._database = database
        self._kind = kind
        self._lock = threading.Lock()
        self._left = range(0)

    def take(self, count: int) -> Sequence[int]:
        """So many new ids, in ascending order."""
        with self._lock:
            if count > len(self._left):
                self._left = self._block(max(count, BLOCK))
            taken, self._left = self._left[:count], self._left[count:]
            return taken

    def _block(self, size: int) -> range:
        def take(transaction: ManagedTransaction) -> int:
            return int(transaction.run(_TAKE, kind=self._kind, size=size).single(strict=True)[0])

        last = self._database.write("", take)
        return range(last - size + 1, last + 1)
