"""Vectors of the dense sense, beside the agents they belong to."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence, Set

from connectome.adapters.sqlite.database import Database, ReadDatabase
from connectome.dense import Seen, Unseen, VectorIndex


class SqliteVectorReader:
    """See `connectome.dense.VectorReader`."""

    _database: ReadDatabase

    def vector_index(self, dimensions: int) -> VectorIndex:
        from connectome.adapters.usearch_index import UsearchIndex  # noqa: PLC0415  # only with myriad[dense]

        return UsearchIndex(dimensions)

    def vectors(self, after: int, limit: int) -> Sequence[Seen]:
        statement = "SELECT agent, mind, vector FROM vectors WHERE agent > ? ORDER BY agent LIMIT ?"
        return [Seen(*row) for row in self._database.rows(statement, (after, limit))]

    def seen(self, mind: int) -> Set[int]:
        rows = self._database.rows("SELECT agent FROM vectors WHERE mind = ?", (mind,))
        return frozenset(row[0] for row in rows)

    def vector_counts(self) -> Mapping[int, int]:
        return dict(self._database.rows("SELECT mind, count(*) FROM vectors GROUP BY mind"))


class SqliteVectors(SqliteVectorReader):
    """See `connectome.dense.VectorStore`."""

    _database: Database

    def keep_model(self, model: str) -> None:
        with self._database.writing() as connection:
            connection.execute("DELETE FROM vectors WHERE model <> ?", (model,))

    def unseen(self, limit: int) -> Sequence[Unseen]:
        rows = self._database.rows(
            "SELECT a.id, a.mind, d.title, a.headings, a.text FROM agents a JOIN documents d ON d.id = a.document"
            " WHERE a.id > (SELECT coalesce(max(agent), 0) FROM vectors) ORDER BY a.id LIMIT ?",
            (limit,),
        )
        return [
            Unseen(agent, mind, "\n".join(filter(None, [title, *json.loads(headings), text])))
            for agent, mind, title, headings, text in rows
        ]

    def add_vectors(self, model: str, vectors: Sequence[Seen]) -> Sequence[Seen]:
        with self._database.writing() as connection:
            return [
                one
                for one in vectors
                if connection.execute(
                    "INSERT INTO vectors (agent, mind, model, vector)"
                    " SELECT id, mind, ?, ? FROM agents WHERE id = ? ON CONFLICT DO NOTHING RETURNING agent",
                    (model, one.vector, one.agent),
                ).fetchone()
            ]
