"""Leases: nodes, written by whoever finds one free; the database's clock says until when."""

from __future__ import annotations

from typing import LiteralString

from connectome.adapters.neo4j.database import Database

_HOLD: LiteralString = """
MERGE (l:Lease {name: $name})
SET l.asked = true
WITH l, timestamp() AS now
WHERE l.holder IS NULL OR l.holder = $holder OR NOT now < l.until <= now + 2 * $milliseconds
SET l.holder = $holder, l.until = now + $milliseconds
RETURN true
"""
"""The first SET takes the lock. Who waited for it has an older `now` than the one before: hence twice."""


class Neo4jLeases:
    """See `connectome.turn.LeaseStore`."""

    _database: Database

    def hold(self, name: str, holder: str, seconds: float) -> bool:
        values = {"name": name, "holder": holder, "milliseconds": int(seconds * 1000)}
        return self._database.write("", lambda transaction: transaction.run(_HOLD, values).single() is not None)
