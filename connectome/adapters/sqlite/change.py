"""One transaction on one mind."""

from __future__ import annotations

import json
import sqlite3
import time
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence

from connectome.adapters.messages import times
from connectome.adapters.sqlite.condemned import keep_off
from connectome.adapters.sqlite.database import VARIABLES, chunks, select
from connectome.adapters.sqlite.weights import SqliteWeightChange
from connectome.passage import Passage, kept
from connectome.ports import Kind, Known, NewAgent, Removal
from mesh.names import within
from myriad.connectome.v1.agent_record_pb2 import RemovedAgent
from myriad.genesis.v1.document_pb2 import Document

_ROWS_A_STATEMENT = VARIABLES // 3


class SqliteChange(SqliteWeightChange):
    """See `connectome.ports.Change`."""

    def __init__(self, connection: sqlite3.Connection, mind: int, version: int) -> None:
        self._connection = connection
        self.mind = mind
        self.version = version
        self.written = False
        self.removed = False
        self.forgotten = False

    def documents(self, limit: int) -> list[str]:
        [mind] = self._connection.execute("SELECT name FROM minds WHERE id = ?", (self.mind,)).fetchone()
        statement = "SELECT name FROM documents WHERE name > ? AND name < ? ORDER BY name LIMIT ?"
        return [row[0] for row in self._connection.execute(statement, (*within(f"{mind}/documents", ""), limit))]

    def known(self, documents: Collection[str]) -> dict[str, Known]:
        rows = select(self._connection, "SELECT name, id FROM documents WHERE name IN ({})", documents)
        statement = "SELECT name, id FROM agents WHERE document = ?"
        return {name: Known(one, dict(self._connection.execute(statement, (one,)))) for name, one in rows}

    def put_documents(self, documents: Sequence[Document]) -> list[int]:
        self.written |= bool(documents)
        return [self._put(document) for document in documents]

    def remove_documents(self, documents: Collection[int]) -> None:
        if not documents:
            return
        self.written = self.forgotten = True
        self._connection.executemany("DELETE FROM documents WHERE id = ?", [(one,) for one in documents])

    def add_agents(self, agents: Sequence[NewAgent]) -> list[int]:
        self.written |= bool(agents)
        keep_off(self._connection, (agent.packet_location for agent in agents))
        return [
            self._connection.execute(
                "INSERT INTO agents (mind, name, document, position, headings, text, said, packet_location, version)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id",
                (
                    self.mind,
                    agent.name,
                    agent.document,
                    agent.position,
                    json.dumps(list(agent.headings), ensure_ascii=False),
                    agent.text,
                    agent.said,
                    agent.packet_location,
                    self.version,
                ),
            ).fetchone()[0]
            for agent in agents
        ]

    def passages(self, agents: Collection[int]) -> Mapping[int, Passage]:
        statement = (
            "SELECT a.id, a.said, d.title, a.headings, a.text FROM agents a JOIN documents d ON d.id = a.document"
            " WHERE a.id IN ({})"
        )
        return {
            one: Passage(kept(said, [title, *json.loads(headings)], text))
            for one, said, title, headings, text in select(self._connection, statement, sorted(agents))
        }

    def place_agents(self, positions: Iterable[tuple[int, int]]) -> None:
        self._connection.executemany(
            "UPDATE agents SET position = ?2 WHERE id = ?1 AND position <> ?2", list(positions)
        )

    def remove_agents(self, agents: Collection[int], removal: Removal) -> None:
        if not agents:
            return
        self.written = self.removed = True
        concepts: set[int] = set()
        for piece in chunks(sorted(agents)):
            marks = ",".join("?" * len(piece))
            removal.agents += [
                RemovedAgent(agent=name, packet_location=location)
                for name, location in self._connection.execute(
                    f"DELETE FROM agents WHERE id IN ({marks}) RETURNING name, packet_location",  # noqa: S608
                    piece,
                )
            ]
            gone = Counter[tuple[int, bool]](
                (concept, bool(handles))
                for concept, handles in self._connection.execute(
                    f"DELETE FROM edges WHERE agent IN ({marks}) RETURNING concept, kind = 0",  # noqa: S608
                    piece,
                )
            )
            removal.links += gone.total()
            self._count(gone, -1)
            concepts.update(concept for concept, _ in gone)
            self._connection.executemany(
                "INSERT INTO removed_agents (mind, version, agent) VALUES (?, ?, ?)",
                [(self.mind, self.version, agent) for agent in piece],
            )
        self._unlink(concepts, removal)

    def concept_ids(self, names: Mapping[str, str]) -> dict[str, int]:
        statement = "SELECT key, id FROM concepts WHERE mind = ? AND key IN ({})"
        found: dict[str, int] = dict(select(self._connection, statement, names, self.mind))
        columns = 5
        for piece in chunks(((key, name) for key, name in names.items() if key not in found), VARIABLES // columns):
            added = self._connection.execute(
                "INSERT INTO concepts (mind, key, first, words, name) VALUES"  # noqa: S608
                f" {','.join(['(?,?,?,?,?)'] * len(piece))} RETURNING key, id",
                [
                    value
                    for key, name in piece
                    for value in (self.mind, key, key.split(" ", 1)[0], key.count(" ") + 1, name)
                ],
            )
            found.update(added)
        return found

    def add_edges(self, edges: Iterable[tuple[int, int, Kind]]) -> None:
        counts: Counter[tuple[int, bool]] = Counter()
        for piece in chunks(edges, _ROWS_A_STATEMENT):
            added = self._connection.execute(
                f"INSERT INTO edges (agent, concept, kind) VALUES {','.join(['(?,?,?)'] * len(piece))}"  # noqa: S608
                " ON CONFLICT DO NOTHING RETURNING concept, kind = 0",
                [value for edge in piece for value in edge],
            )
            counts.update((concept, bool(handles)) for concept, handles in added)
        self._count(counts, 1)

    def handled_keys(self) -> Iterable[str]:
        statement = "SELECT key FROM concepts WHERE mind = ? AND handled > 0"
        return (row[0] for row in self._connection.execute(statement, (self.mind,)))

    def handled_since(self, version: int) -> Iterable[str] | None:
        statement = (
            "SELECT DISTINCT c.key FROM agents a CROSS JOIN edges e ON e.agent = a.id AND e.kind = 0"
            " CROSS JOIN concepts c ON c.id = e.concept WHERE a.mind = ? AND a.version > ?"
        )
        return (row[0] for row in self._connection.execute(statement, (self.mind, version)))

    def forget_removed(self, version: int) -> None:
        which = (self.mind, version)
        if self._connection.execute("DELETE FROM removed_agents WHERE mind = ? AND version <= ?", which).rowcount:
            self._connection.execute("UPDATE minds SET removals_forgotten = ?2 WHERE id = ?1", which)

    def _put(self, document: Document) -> int:
        now = time.time()
        metadata = json.dumps(dict(sorted(document.metadata.items())))
        row = self._connection.execute(
            "INSERT INTO documents (mind, name, title, uri, content_hash, metadata, created, updated, pinned)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (name) DO UPDATE SET title = excluded.title,"
            " uri = excluded.uri, content_hash = excluded.content_hash, metadata = excluded.metadata,"
            " updated = ?, pinned = excluded.pinned RETURNING id",
            (
                self.mind,
                document.name,
                document.title,
                document.uri,
                document.content_hash,
                metadata,
                *times(document, now),
                document.pinned,
                now,
            ),
        ).fetchone()
        return int(row[0])

    def _count(self, counts: Mapping[tuple[int, bool], int], sign: int) -> None:
        for column, handles in (("handled", True), ("mentioned", False)):
            self._connection.executemany(
                f"UPDATE concepts SET {column} = {column} + ? WHERE id = ?",  # noqa: S608
                [(sign * count, concept) for (concept, kind), count in counts.items() if kind is handles],
            )

    def _unlink(self, concepts: Collection[int], removal: Removal) -> None:
        """Of concepts that nobody handles now, drop the links that linking made; then those that nobody uses."""
        for piece in chunks(sorted(concepts)):
            marks = ",".join("?" * len(piece))
            removal.unhandled.update(
                row[0]
                for row in self._connection.execute(
                    f"SELECT key FROM concepts WHERE handled = 0 AND id IN ({marks})",  # noqa: S608
                    piece,
                )
            )
            dropped = Counter(
                (row[0], False)
                for row in self._connection.execute(
                    f"DELETE FROM edges WHERE kind = {Kind.LINKED:d} AND concept IN"  # noqa: S608
                    f" (SELECT id FROM concepts WHERE handled = 0 AND id IN ({marks})) RETURNING concept",
                    piece,
                )
            )
            removal.links += dropped.total()
            self._count(dropped, -1)
            removal.concepts += [
                row[0]
                for row in self._connection.execute(
                    f"DELETE FROM concepts WHERE handled = 0 AND mentioned = 0 AND id IN ({marks}) RETURNING name",  # noqa: S608
                    piece,
                )
            ]
