"""Vectors of the dense sense, found by Neo4j's own vector index, one a mind: minds do not see each other's."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence, Set
from typing import LiteralString

from neo4j import ManagedTransaction

from connectome.adapters.neo4j.database import Database
from connectome.dense import Seen, Unseen
from connectome.ports import Hit

_UNSEEN: LiteralString = """
MATCH (a:Unread) WITH a LIMIT $limit
MATCH (a)-[:BELONGS_TO]->(d:Document)
RETURN a.id, a.mind, d.title, a.headings, a.text ORDER BY a.id
"""
_ADD: LiteralString = """
UNWIND $vectors AS new
MATCH (a:Unread {id: new.agent})
REMOVE a:Unread
CREATE (v:Vector:$(new.label) {agent: a.id, mind: a.mind, model: $model, embedding: new.embedding})
WITH v.mind AS mind, count(v) AS added, collect(v.agent) AS agents
MATCH (m:Mind {id: mind})
SET m.vectors = m.vectors + added
WITH agents UNWIND agents AS agent
RETURN agent
"""
_OTHER_MODELS: LiteralString = """
MATCH (v:Vector) WHERE v.model <> $model
CALL (v) {
    MATCH (a:Agent {id: v.agent}) SET a:Unread
    WITH a MATCH (m:Mind {id: a.mind}) SET m.vectors = m.vectors - 1
    DELETE v
} IN TRANSACTIONS OF 1000 ROWS
"""
_NEAREST: LiteralString = """
CALL db.index.vector.queryNodes($index, $limit, $vector) YIELD node, score
RETURN node.agent, 2 * score - 1
"""
_COUNTS: LiteralString = "MATCH (m:Mind) WHERE m.vectors > 0 RETURN m.id, m.vectors"
_INDEXES: LiteralString = """
SHOW VECTOR INDEXES YIELD name, options RETURN name, options.indexConfig['vector.dimensions']
"""
_MAKE = """
CREATE VECTOR INDEX {name} IF NOT EXISTS FOR (v:{label}) ON (v.embedding)
OPTIONS {{indexConfig: {{
    `vector.dimensions`: {dimensions}, `vector.similarity_function`: 'cosine', `vector.quantization.enabled`: false
}}}}
"""


class Neo4jVectors:
    """See `connectome.dense.VectorStore`."""

    _database: Database

    def keep_model(self, model: str) -> None:
        self._database.command(_OTHER_MODELS, model=model)

    def unseen(self, limit: int) -> Sequence[Unseen]:
        return [
            Unseen(agent, mind, "\n".join(filter(None, [title, *headings, text])))
            for agent, mind, title, headings, text in self._database.rows(_UNSEEN, limit=limit)
        ]

    def add_vectors(self, model: str, vectors: Sequence[Seen]) -> Sequence[Seen]:
        rows = [{"agent": one.agent, "label": _label(one.mind), "embedding": _floats(one.vector)} for one in vectors]

        def write(transaction: ManagedTransaction) -> set[int]:
            return {row[0] for row in transaction.run(_ADD, vectors=rows, model=model).values()}

        written = self._database.write("", write)
        return [one for one in vectors if one.agent in written]

    def vectors(self, after: int, limit: int) -> Sequence[Seen]:
        query: LiteralString = """
            MATCH (v:Vector) WHERE v.agent > $after
            RETURN v.agent, v.mind, v.embedding ORDER BY v.agent LIMIT $limit
        """
        rows = self._database.rows(query, after=after, limit=limit)
        return [Seen(agent, mind, _bytes(embedding)) for agent, mind, embedding in rows]

    def seen(self, mind: int) -> Set[int]:
        query: LiteralString = "MATCH (v:Vector:$($label)) RETURN v.agent"
        return frozenset(row[0] for row in self._database.rows(query, label=_label(mind)))

    def vector_counts(self) -> Mapping[int, int]:
        return dict(self._database.rows(_COUNTS))


class Neo4jVectorIndex:
    """See `connectome.dense.VectorIndex`: it lies with the vectors, of which nothing is to be copied."""

    def __init__(self, database: Database, dimensions: int) -> None:
        self._database = database
        self._dimensions = dimensions
        for name, of in database.rows(_INDEXES):
            if of != dimensions:  # another model's
                _drop(database, name)
        for mind in self.counts():
            self._make(mind)

    def add(self, vectors: Sequence[Seen]) -> None:
        for mind in {one.mind for one in vectors}:
            self._make(mind)

    def keep_only(self, mind: int, agents: Set[int]) -> None:
        """Vectors go with their agents, in one transaction."""

    def counts(self) -> Mapping[int, int]:
        return dict(self._database.rows(_COUNTS))

    def search(self, mind: int, vector: bytes, limit: int) -> list[Hit]:
        rows = self._database.rows(_NEAREST, index=_index(mind), limit=limit, vector=_floats(vector))
        return sorted((Hit(agent, score) for agent, score in rows), key=lambda hit: (-hit.score, hit.agent))

    def _make(self, mind: int) -> None:
        statement = _MAKE.format(name=_index(mind), label=_label(mind), dimensions=self._dimensions)
        self._database.command(statement)
        self._database.command("CALL db.awaitIndex($name, 300)", name=_index(mind))


def drop_index(database: Database, mind: int) -> None:
    """With a mind goes its index."""
    if _index(mind) in {name for name, _ in database.rows(_INDEXES)}:
        _drop(database, _index(mind))


def _drop(database: Database, name: str) -> None:
    database.command(f"DROP INDEX `{name}` IF EXISTS")


def _index(mind: int) -> str:
    return f"vectors_{mind}"


def _label(mind: int) -> str:
    return f"VectorsOf{mind}"


def _floats(vector: bytes) -> list[float]:
    return list(struct.unpack(f"<{len(vector) // 2}e", vector))


def _bytes(floats: Sequence[float]) -> bytes:
    return struct.pack(f"<{len(floats)}e", *floats)
