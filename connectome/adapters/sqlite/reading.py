"""Reads for activation."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence

from connectome.adapters.sqlite.database import Database, select
from connectome.ports import Agent, Bearer, Concept, Edge, Kind
from connectome.weights import strength
from mesh.access import MindNotFound


class SqliteReader:
    """See `connectome.ports.GraphReader`."""

    def __init__(self, database: Database) -> None:
        self._database = database

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
        statement = (
            "SELECT id, key, name, handled, mentioned FROM concepts WHERE mind = ? AND handled > 0 AND key IN ({})"
        )
        return {row[1]: Concept(*row) for row in select(self._database.reader(), statement, keys, mind)}

    def concept_names(self, ids: Collection[int]) -> Mapping[int, str]:
        return dict(select(self._database.reader(), "SELECT id, name FROM concepts WHERE id IN ({})", ids))

    def bearers(self, concepts: Collection[int], most: int) -> Mapping[int, Sequence[Bearer]]:
        found: dict[int, list[Bearer]] = {}
        now = time.time()
        connection = self._database.reader()
        for concept in concepts:
            rows: list[tuple[int, int, float, float]] = []
            for kinds in ("kind = 0", "kind > 0"):
                rows += connection.execute(
                    f"SELECT agent, kind, weight, touched FROM edges WHERE concept = ? AND {kinds}"  # noqa: S608
                    " ORDER BY kind, agent LIMIT ?",
                    (concept, most),
                )
            found[concept] = [
                Bearer(agent, Kind(kind), strength(weight, touched, now)) for agent, kind, weight, touched in rows
            ]
        return found

    def edges(self, agents: Collection[int]) -> Mapping[int, Sequence[Edge]]:
        found: defaultdict[int, list[Edge]] = defaultdict(list)
        now = time.time()
        statement = (
            "SELECT e.agent, e.concept, e.kind, e.weight, e.touched, c.handled, c.mentioned FROM edges e"
            " JOIN concepts c ON c.id = e.concept WHERE e.agent IN ({})"
            " AND (c.handled > 0 OR c.mentioned > 1) ORDER BY e.agent, e.concept"
        )
        for agent, concept, kind, weight, touched, handled, mentioned in select(
            self._database.reader(), statement, agents
        ):
            found[agent].append(Edge(concept, Kind(kind), strength(weight, touched, now), handled, mentioned))
        return found

    def agents(self, ids: Collection[int]) -> Mapping[int, Agent]:
        statement = (
            "SELECT a.id, a.name, d.name, d.title, d.uri, a.packet_location, a.text FROM agents a"
            " JOIN documents d ON d.id = a.document WHERE a.id IN ({})"
        )
        return {row[0]: Agent(*row) for row in select(self._database.reader(), statement, ids)}
