"""Hebbian weights in the database: on the edges themselves, and deferred."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Sequence

from connectome.adapters.sqlite.database import Database, select
from connectome.ports import LearnedEdge
from connectome.weights import current, weight_of, written_at
from language.keys import key
from mesh.access import MindNotFound
from myriad.connectome.v1.mind_pb2 import Weight


class SqliteWeights:
    """See `connectome.ports.WeightStore`."""

    _database: Database

    def list_weights(self, mind: str, after: tuple[str, str], limit: int, *, now: float | None = None) -> list[Weight]:
        row = self._database.row("SELECT id FROM minds WHERE name = ?", (mind,))
        if row is None:
            raise MindNotFound(mind)
        rows = self._database.rows(
            "SELECT a.name, c.name, e.weight, e.touched FROM edges e INDEXED BY learned_edges"
            " CROSS JOIN agents a ON a.id = e.agent CROSS JOIN concepts c ON c.id = e.concept"
            " WHERE e.weight <> 0.5 AND a.mind = ? AND (a.name, c.name) > (?, ?) ORDER BY a.name, c.name LIMIT ?",
            (row[0], *after, limit),
        )
        return [_weight(*found, now=now) for found in rows]

    def deferrals(self, now: float) -> list[tuple[str, int]]:
        return self._database.rows(
            "SELECT DISTINCT m.name, d.due FROM deferred d JOIN minds m ON m.id = d.mind WHERE d.due <= ?"
            " ORDER BY d.due, m.name",
            (now,),
        )


class SqliteWeightChange:
    """What `connectome.ports.Change` says of weights."""

    _connection: sqlite3.Connection
    mind: int
    written: bool

    def edges_of(self, agents: Collection[str]) -> Sequence[LearnedEdge]:
        statement = (
            "SELECT e.agent, e.concept, c.key, e.weight, e.touched FROM agents a JOIN edges e ON e.agent = a.id"
            " JOIN concepts c ON c.id = e.concept WHERE a.mind = ? AND a.name IN ({})"
        )
        return sorted(LearnedEdge(*row) for row in select(self._connection, statement, sorted(set(agents)), self.mind))

    def learned_of(self, agents: Collection[int]) -> Sequence[LearnedEdge]:
        statement = (
            "SELECT e.agent, e.concept, c.key, e.weight, e.touched FROM edges e JOIN concepts c ON c.id = e.concept"
            " WHERE e.weight <> 0.5 AND e.agent IN ({})"
        )
        return sorted(LearnedEdge(*row) for row in select(self._connection, statement, sorted(agents)))

    def set_weights(self, edges: Iterable[tuple[int, int, float]], at: float) -> None:
        rows = [(weight, at, agent, concept) for agent, concept, weight in edges]
        self.written |= bool(rows)
        self._connection.executemany(
            "UPDATE edges SET weight = ?, touched = max(touched, ?) WHERE agent = ? AND concept = ?", rows
        )

    def restore_weights(self, weights: Iterable[Weight]) -> None:
        rows = [(one.weight, written_at(one), self.mind, one.agent, self.mind, key(one.concept)) for one in weights]
        self.written |= bool(rows)
        self._connection.executemany(
            "UPDATE edges SET weight = ?, touched = ? WHERE agent = (SELECT id FROM agents WHERE mind = ? AND name = ?)"
            " AND concept = (SELECT id FROM concepts WHERE mind = ? AND key = ?)",
            rows,
        )

    def defer(self, edges: Iterable[LearnedEdge], success: bool, due: int) -> None:
        self._connection.executemany(
            "INSERT OR IGNORE INTO deferred (due, mind, success, agent, concept) VALUES (?, ?, ?, ?, ?)",
            [(due, self.mind, success, edge.agent, edge.concept) for edge in edges],
        )

    def take_deferred(self, due: int, success: bool) -> Sequence[LearnedEdge]:
        which = (due, self.mind, success)
        rows = self._connection.execute(
            "SELECT e.agent, e.concept, c.key, e.weight, e.touched FROM deferred d"
            " JOIN edges e ON e.agent = d.agent AND e.concept = d.concept JOIN concepts c ON c.id = e.concept"
            " WHERE d.due = ? AND d.mind = ? AND d.success = ?",
            which,
        ).fetchall()
        self._connection.execute("DELETE FROM deferred WHERE due = ? AND mind = ? AND success = ?", which)
        return [LearnedEdge(*row) for row in rows]

    def reset_weights(self) -> int:
        reset = self._connection.execute(
            "UPDATE edges INDEXED BY learned_edges SET weight = 0.5, touched = 0"
            " WHERE weight <> 0.5 AND agent IN (SELECT id FROM agents WHERE mind = ?)",
            (self.mind,),
        ).rowcount
        dropped = self._connection.execute("DELETE FROM deferred WHERE mind = ?", (self.mind,)).rowcount
        self.written |= reset + dropped > 0
        return reset


def _weight(agent: str, concept: str, weight: float, touched: float, *, now: float | None) -> Weight:
    return weight_of(agent, concept, weight if now is None else current(weight, touched, now), touched)
