"""The graph store: minds, documents, agents, and the transactions that change them."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar

from google.protobuf.duration_pb2 import Duration

from connectome.adapters import messages
from connectome.adapters.sqlite.change import SqliteChange
from connectome.adapters.sqlite.condemned import condemn, keep_off
from connectome.adapters.sqlite.database import Database
from connectome.adapters.sqlite.ledger import SqliteLedger
from connectome.adapters.sqlite.reading import SqliteReader
from connectome.adapters.sqlite.regions import SqliteRegions
from connectome.adapters.sqlite.vectors import SqliteVectors
from connectome.adapters.sqlite.weights import SqliteWeights
from connectome.due import ERASE_SECONDS
from connectome.errors import DocumentNotFound, MindExists
from connectome.passage import kept
from connectome.ports import Change, Indexed, indexed
from mesh import names
from mesh.access import MindNotFound
from myriad.connectome.v1.agent_record_pb2 import AgentRecord, PacketPlace
from myriad.connectome.v1.document_record_pb2 import DocumentDifference, DocumentPlan
from myriad.connectome.v1.mind_pb2 import Mind
from myriad.genesis.v1.document_pb2 import Document
from myriad.type.v1.retention_pb2 import Retained

T = TypeVar("T")

_MIND = (
    "SELECT name, display_name, version, created, (SELECT count(*) FROM documents"
    " WHERE name > minds.name || '/documents/' AND name < minds.name || '/documents0'),"
    " (SELECT count(*) FROM agents WHERE mind = minds.id), (SELECT count(*) FROM concepts WHERE mind = minds.id),"
    " (SELECT count(*) FROM vectors WHERE mind = minds.id), allowed_models"
    " FROM minds"
)
_UPDATE_MIND = (
    "UPDATE minds SET version = version + 1, display_name = ifnull(:display_name, display_name),"
    " allowed_models = ifnull(:models, allowed_models) WHERE name = :name"
    " AND (display_name <> :display_name OR allowed_models <> :models)"
)
_DOCUMENT = (
    "SELECT name, title, uri, content_hash, metadata, created, updated, pinned,"
    " (SELECT count(*) FROM agents WHERE document = documents.id) FROM documents"
)
_AGENT_OF = "SELECT a.name, d.name, d.title, a.headings, a.packet_location FROM"
_AGENT = f"{_AGENT_OF} agents a JOIN documents d ON d.id = a.document"
_OF_DOCUMENTS = f"{_AGENT_OF} documents d CROSS JOIN agents a ON a.document = d.id"
"""Documents first: left to choose, SQLite reads all agents by name and asks of each whose it is."""


class SqliteGraphStore(SqliteReader, SqliteWeights, SqliteVectors, SqliteRegions, SqliteLedger):
    """See `connectome.stores.GraphStore`."""

    _database: Database

    def __init__(self, path: Path) -> None:
        super().__init__(Database(path))

    def close(self) -> None:
        self._database.close()

    retained: Sequence[Retained] = (
        Retained(
            store="graph",
            what="copies in unused parts of a database file of more than 64 MiB, until it is written anew",
            longest=Duration(seconds=int(ERASE_SECONDS)),
        ),
    )

    def scrub(self) -> None:
        self._database.scrub()

    def tidy(self) -> None:
        self._database.keep_clean()

    def change(self, mind: str, work: Callable[[Change], T], *, create: bool = False) -> T:
        with self._database.writing() as connection:
            if create:
                _insert_mind(connection, mind, "")
            row = connection.execute("SELECT id, version FROM minds WHERE name = ?", (mind,)).fetchone()
            if row is None:
                raise MindNotFound(mind)
            change = SqliteChange(connection, row[0], row[1] + 1)
            done = work(change)
            if change.forgotten:
                self._database.will_scrub()
            if change.written:
                connection.execute("UPDATE minds SET version = ? WHERE id = ?", (change.version, change.mind))
            else:
                change.version = row[1]
        if change.removed:
            self._database.checkpoint()
        return done

    def create_mind(self, name: str, display_name: str, request_id: str) -> Mind:
        with self._database.writing() as connection:
            if _insert_mind(connection, name, display_name):
                connection.execute(
                    "INSERT INTO mind_requests SELECT id, ? FROM minds WHERE name = ?", (request_id, name)
                )
            elif not (request_id and _made_by(connection, request_id, name, display_name)):
                raise MindExists(f"there is a mind {name!r} already", mind=name)
        return self.get_mind(name)

    def update_mind(
        self, name: str, display_name: str | None, allowed_models: Sequence[str] | None, *, create: bool = False
    ) -> Mind:
        models = None if allowed_models is None else json.dumps(allowed_models)
        with self._database.writing() as connection:
            if create:
                _insert_mind(connection, name, "")
            connection.execute(_UPDATE_MIND, {"name": name, "display_name": display_name, "models": models})
        return self.get_mind(name)

    def get_mind(self, name: str) -> Mind:
        row = self._database.row(f"{_MIND} WHERE name = ?", (name,))
        if row is None:
            raise MindNotFound(name)
        return _mind(row)

    def list_minds(self, after: str, limit: int) -> list[Mind]:
        rows = self._database.rows(f"{_MIND} WHERE name > ? ORDER BY name LIMIT ?", (after, limit))
        return [_mind(row) for row in rows]

    def delete_mind(self, name: str) -> int:
        with self._database.writing() as connection:
            entries = connection.execute("DELETE FROM job_entries WHERE job GLOB ?", (f"{name}/jobs/*",)).rowcount
            connection.execute("DELETE FROM jobs WHERE name GLOB ?", (f"{name}/jobs/*",))
            connection.execute("DELETE FROM removed_agents WHERE mind = (SELECT id FROM minds WHERE name = ?)", (name,))
            connection.execute("DELETE FROM deferred WHERE mind = (SELECT id FROM minds WHERE name = ?)", (name,))
            connection.execute("DELETE FROM minds WHERE name = ?", (name,))
            return entries

    def plan(self, documents: Sequence[DocumentPlan]) -> list[DocumentDifference]:
        statement = "SELECT name, content_hash FROM documents WHERE name IN ({})"
        hashes = dict(self._database.select(statement, [plan.document for plan in documents]))
        wanted = [agent for plan in documents for agent in plan.agents]
        existing = {row[0] for row in self._database.select("SELECT name FROM agents WHERE name IN ({})", wanted)}
        return [
            DocumentDifference(
                known=plan.document in hashes,
                unchanged=hashes.get(plan.document) == plan.content_hash,
                new_agents=[agent for agent in plan.agents if agent not in existing],
            )
            for plan in documents
        ]

    def get_document(self, name: str) -> Document:
        row = self._database.row(f"{_DOCUMENT} WHERE name = ?", (name,))
        if row is None:
            raise DocumentNotFound("there is no such document", document=name)
        return messages.document(*row)

    def list_documents(self, mind: str, after: str, limit: int) -> list[Document]:
        self.mind(mind)
        statement = f"{_DOCUMENT} WHERE name > ? AND name < ? ORDER BY name LIMIT ?"
        rows = self._database.rows(statement, (*names.within(f"{mind}/documents", after), limit))
        return [messages.document(*row) for row in rows]

    def get_agents(self, mind: str, names: Sequence[str]) -> list[AgentRecord]:
        statement = f"{_AGENT} WHERE a.mind = ? AND a.name IN ({{}})"
        rows = self._database.select(statement, names, self.mind(mind)[0])
        found = {record.agent: record for record in map(_agent, rows)}
        return [found[name] for name in names if name in found]

    def agent_ids(self, mind: str, names: Sequence[str]) -> list[int]:
        rows = self._database.select("SELECT id FROM agents WHERE mind = ? AND name IN ({})", names, self.mind(mind)[0])
        return [row[0] for row in rows]

    def list_agents(self, mind: str, document: str, after: str, limit: int) -> list[AgentRecord]:
        number = self.mind(mind)[0]
        if document:
            statement = f"{_OF_DOCUMENTS} WHERE d.mind = ? AND d.name = ? AND a.name > ? ORDER BY a.name LIMIT ?"
            rows = self._database.rows(statement, (number, document, after, limit))
        else:
            statement = f"{_AGENT} WHERE a.name > ? AND a.name < ? ORDER BY a.name LIMIT ?"
            rows = self._database.rows(statement, (*names.within(f"{mind}/agents", after), limit))
        return [_agent(row) for row in rows]

    def pinned_agents(self, after: str, limit: int) -> list[AgentRecord]:
        rows = self._database.rows(
            f"{_OF_DOCUMENTS} WHERE d.pinned = 1 AND a.name > ? ORDER BY a.name LIMIT ?", (after, limit)
        )
        return [_agent(row) for row in rows]

    def packets(
        self, mind: str, bundles: Collection[str] | None, after: tuple[str, str], limit: int
    ) -> list[PacketPlace]:
        number, (last, agent) = self.mind(mind)[0], after
        statement = (
            "SELECT name, packet_location FROM agents INDEXED BY agents_by_bundle WHERE mind = ? AND bundle {} ?"
            " AND (bundle > ? OR name > ?) ORDER BY bundle, name LIMIT ?"
        )
        found: list[PacketPlace] = []
        wanted = [(">=", last)] if bundles is None else [("=", one) for one in sorted(set(bundles)) if one >= last]
        for compared, bundle in wanted:
            values = (number, bundle, last, agent, limit - len(found))
            rows = self._database.rows(statement.format(compared), values)
            found += [PacketPlace(agent=name, packet_location=location) for name, location in rows]
            if len(found) == limit:
                break
        return found

    def relocate(self, mind: str, places: Sequence[PacketPlace]) -> None:
        with self._database.writing() as connection:
            keep_off(connection, (place.packet_location for place in places))
            moved = connection.executemany(
                "UPDATE agents SET packet_location = ?2 WHERE name = ?1 AND ?3 IN ('', packet_location)",
                [
                    (place.agent, place.packet_location, place.moved_from)
                    for place in places
                    if names.parent(place.agent) == mind
                ],
            )
            if moved.rowcount > 0:
                connection.execute("UPDATE minds SET version = version + 1 WHERE name = ?", (mind,))

    def condemn(self, mind: str, bundles: Collection[str]) -> list[str]:
        with self._database.writing() as connection:
            return condemn(connection, mind, bundles)

    def hold(self, name: str, holder: str, seconds: float) -> bool:
        """No other process writes here."""
        return True

    def as_of(self, seconds: int) -> SqliteReader:
        return SqliteReader(self._database, seconds)

    def version(self, mind: str) -> int:
        return self.mind(mind)[1]

    def agent_count(self, mind: str) -> int:
        statement = "SELECT count(*) FROM agents WHERE mind = (SELECT id FROM minds WHERE name = ?)"
        return int(self._database.row(statement, (mind,))[0])

    def texts_since(self, mind: str, version: int) -> Iterator[Indexed]:
        statement = (
            "SELECT a.id, d.title, a.headings, a.text, a.said FROM agents a JOIN documents d ON d.id = a.document"
            " WHERE a.mind = (SELECT id FROM minds WHERE name = ?) AND a.version > ?"
        )
        with self._database.reading() as connection:
            for agent, title, headings, text, said in connection.execute(statement, (mind, version)):
                yield indexed(agent, kept(said, [title, *json.loads(headings)], text), text)

    def removed_since(self, mind: str, version: int) -> list[int] | None:
        row = self._database.row("SELECT id, removals_forgotten FROM minds WHERE name = ?", (mind,))
        if row is None or version < row[1]:
            return None
        statement = "SELECT agent FROM removed_agents WHERE mind = ? AND version > ?"
        return [agent for (agent,) in self._database.rows(statement, (row[0], version))]


def _insert_mind(connection: sqlite3.Connection, name: str, display_name: str) -> bool:
    inserted = connection.execute(
        "INSERT INTO minds (name, display_name, created) VALUES (?, ?, ?) ON CONFLICT (name) DO NOTHING",
        (name, display_name, time.time()),
    )
    return inserted.rowcount == 1


def _made_by(connection: sqlite3.Connection, request_id: str, name: str, display_name: str) -> bool:
    statement = (
        "SELECT 1 FROM minds JOIN mind_requests ON mind = id WHERE request = ? AND name = ? AND display_name = ?"
    )
    return connection.execute(statement, (request_id, name, display_name)).fetchone() is not None


def _mind(row: tuple[Any, ...]) -> Mind:
    return messages.mind(*(*row[:-1], json.loads(row[-1])))


def _agent(row: tuple[Any, ...]) -> AgentRecord:
    name, document, title, headings, packet_location = row
    return AgentRecord(
        agent=name,
        document=document,
        title=title,
        heading_path=json.loads(headings),
        packet_location=packet_location,
    )
