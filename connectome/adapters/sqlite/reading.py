"""Reads for activation."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence

from connectome.adapters.sqlite.database import Database, select
from connectome.ports import Agent, Bearer, Concept, Edge, Kind
from connectome.weights import quarter, strength
from mesh.access import MindNotFound

KINDS = tuple(Kind)


class SqliteReader:
    """See `connectome.ports.GraphReader`."""

    def __init__(self, database: Database, as_of: int | None = None) -> None:
        self._database = database
        self._as_of = as_of

    def mind(self, name: str) -> tuple[int, int]:
        row = self._database.reader().execute("SELECT id, version FROM minds WHERE name = ?", (name,)).fetchone()
        if row is None:
            raise MindNotFound(name)
        return row[0], row[1]

    def longest_names(self, mind: int, first_words: Collection[str]) -> Mapping[str, int]:
        statement = (
            "SELECT first, max(words) FROM concepts WHERE mind = ? AND handled > 0 AND first IN ({}) GROUP BY first"
        )
        return dict(select(self._database.reader(), statement, first_words, mind))

    def concepts(self, mind: int, keys: Collection[str]) -> Mapping[str, Concept]:
        statement = "SELECT id, key, name, handled, mentioned FROM concepts WHERE mind = ? AND key IN ({})"
        return {row[1]: Concept(*row) for row in select(self._database.reader(), statement, keys, mind)}

    def concept_names(self, ids: Collection[int]) -> Mapping[int, str]:
        return dict(select(self._database.reader(), "SELECT id, name FROM concepts WHERE id IN ({})", ids))

    def bearers(self, concepts: Collection[int], most: int) -> Mapping[int, Sequence[Bearer]]:
        found: defaultdict[int, list[Bearer]] = defaultdict(list)
        now = self._when()
        statement = (
            "SELECT e.concept, e.agent, e.kind, e.weight, e.touched FROM concepts c JOIN edges e ON e.concept = c.id"
            " WHERE (e.kind = 0 AND c.handled <= ?1 OR e.kind > 0 AND c.mentioned <= ?1) AND c.id IN ({})"
            " ORDER BY e.concept, e.kind, e.agent"
        )
        for concept, agent, kind, weight, touched in select(self._database.reader(), statement, concepts, most):
            found[concept].append(Bearer(agent, KINDS[kind], strength(weight, touched, now)))
        return found

    def edges(self, agents: Collection[int], most: int) -> Mapping[int, Sequence[Edge]]:
        found: defaultdict[int, list[Edge]] = defaultdict(list)
        now = self._when()
        statement = (
            "SELECT e.agent, e.concept, c.key, e.kind, e.weight, e.touched, c.handled, c.mentioned FROM edges e"
            " JOIN concepts c ON c.id = e.concept WHERE"
            " (c.handled BETWEEN 1 AND ?1 OR c.handled = 0 AND c.mentioned BETWEEN 2 AND ?1) AND e.agent IN ({})"
            " ORDER BY e.agent, e.concept"
        )
        rows = select(self._database.reader(), statement, agents, most)
        for agent, concept, key, kind, weight, touched, handled, mentioned in rows:
            found[agent].append(Edge(concept, key, KINDS[kind], strength(weight, touched, now), handled, mentioned))
        return found

    def agents(self, ids: Collection[int]) -> Mapping[int, Agent]:
        statement = (
            "SELECT a.id, a.name, d.name, d.title, d.uri, a.packet_location, a.text FROM agents a"
            " JOIN documents d ON d.id = a.document WHERE a.id IN ({})"
        )
        return {row[0]: Agent(*row) for row in select(self._database.reader(), statement, ids)}

    def _when(self) -> int:
        """As of when weights are read: the beginning of this quarter of an hour, unless another time is wanted."""
        return quarter(time.time()) if self._as_of is None else self._as_of
