"""Bundles that are about to be deleted, and where no packet may be said to lie any more."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Collection, Iterable

from connectome.adapters.condemned import bundles_of, conflict, digest
from connectome.adapters.sqlite.database import select
from connectome.ports import CONDEMNED_SECONDS


def condemn(connection: sqlite3.Connection, mind: str, bundles: Collection[str]) -> list[str]:
    """See `connectome.ports.AgentStore`; the connection is writing."""
    statement = (
        "SELECT DISTINCT bundle FROM agents INDEXED BY agents_by_bundle"
        " WHERE mind = (SELECT id FROM minds WHERE name = ?) AND bundle IN ({})"
    )
    needed = {bundle for (bundle,) in select(connection, statement, bundles, mind)}
    now, condemned = time.time(), sorted(set(bundles) - needed)
    connection.execute("DELETE FROM condemned WHERE at < ?", (now - CONDEMNED_SECONDS,))
    marks = [(digest(one), now) for one in condemned]
    connection.executemany("REPLACE INTO condemned (bundle, at) VALUES (?, ?)", marks)
    return condemned


def keep_off(connection: sqlite3.Connection, locations: Iterable[str]) -> None:
    """Conflict if one of these packet locations is in a condemned bundle."""
    bundles = {digest(bundle) for bundle in bundles_of(locations)}
    if list(select(connection, "SELECT 1 FROM condemned WHERE bundle IN ({})", bundles)):
        raise conflict()
