"""The graph store: minds, documents, agents, and the transactions that change them."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Any, LiteralString, TypeVar

from neo4j import Driver, ManagedTransaction

from connectome.adapters import messages
from connectome.adapters.neo4j.change import Neo4jChange
from connectome.adapters.neo4j.condemned import condemn, keep_off
from connectome.adapters.neo4j.database import Database, batches
from connectome.adapters.neo4j.ids import Ids
from connectome.adapters.neo4j.leases import Neo4jLeases
from connectome.adapters.neo4j.ledger import Neo4jLedger
from connectome.adapters.neo4j.reading import Neo4jReader
from connectome.adapters.neo4j.regions import Neo4jRegions
from connectome.adapters.neo4j.schema import migrate
from connectome.adapters.neo4j.vectors import Neo4jVectorIndex, Neo4jVectors, drop_index
from connectome.adapters.neo4j.weights import Neo4jWeights
from connectome.errors import DocumentNotFound, MindExists
from connectome.passage import kept
from connectome.ports import Bookmarks, Change, Indexed, indexed
from mesh import names
from mesh.access import MindNotFound
from mesh.dependencies import Dependency
from myriad.connectome.v1.agent_record_pb2 import AgentRecord, PacketPlace
from myriad.connectome.v1.document_record_pb2 import DocumentDifference, DocumentPlan
from myriad.connectome.v1.mind_pb2 import Mind
from myriad.genesis.v1.document_pb2 import Document
from myriad.type.v1.retention_pb2 import Retained

T = TypeVar("T")
PAGE = 1_000
REMOVALS_KEPT_SECONDS = 24 * 3600.0
"""A lexical index that has not caught up for so long is written anew."""
_MIND: LiteralString = """
RETURN m.name, m.display_name, m.version, m.created, m.documents, m.agents, m.concepts, m.vectors,
    coalesce(m.allowed_models, [])
"""
_NEW_MIND: LiteralString = """
MERGE (m:Mind {name: $name})
ON CREATE SET m.id = $id, m.display_name = $display_name, m.request = $request, m.created = $now, m.version = 0,
    m.documents = 0, m.agents = 0, m.concepts = 0, m.vectors = 0, m.removals_since = 0
RETURN m.id = $id OR $request <> '' AND m.request = $request AND m.display_name = $display_name
"""
_UPDATE_MIND: LiteralString = """
MATCH (m:Mind {name: $name})
WHERE m.display_name <> $display_name OR coalesce(m.allowed_models, []) <> $models
SET m.version = m.version + 1, m.display_name = coalesce($display_name, m.display_name),
    m.allowed_models = coalesce($models, m.allowed_models)
"""
_LOCK: LiteralString = "MATCH (m:Mind {name: $name}) SET m.changing = true RETURN m.id, m.version"
"""Setting takes the lock: who comes next waits here, and then reads the version that this one has made."""
_CHANGED: LiteralString = """
MATCH (m:Mind {id: $mind})
SET m.version = $version, m.documents = m.documents + $documents, m.agents = m.agents + $agents,
    m.concepts = m.concepts + $concepts,
    m.unhandled_since = CASE WHEN $unhandled THEN $version ELSE m.unhandled_since END
"""
_DELETE_MIND: LiteralString = """
MATCH (m:Mind {name: $name})
CALL (m) {
    MATCH (r:Removed {mind: m.id}) WHERE r.version >= 0 DELETE r
}
CALL (m) {
    MATCH (d:Deferred {mind: m.id}) WHERE d.due >= 0 AND d.success IN [true, false] AND d.agent >= 0 AND d.concept >= 0
    DELETE d
}
CALL (m) {
    MATCH (r:Region {mind: m.id}) WHERE r.number >= 0 DETACH DELETE r
}
WITH m, m.id AS id
DELETE m RETURN id
"""
_DELETE_JOBS: LiteralString = """
MATCH (j:Job) WHERE j.name > $after AND j.name < $end
CALL (j) {
    OPTIONAL MATCH (e:JobEntry {job: j.name}) WHERE e.state IS NOT NULL
    DELETE e, j
    RETURN count(e) AS entries
} IN TRANSACTIONS OF 10 ROWS
RETURN sum(entries)
"""
_DOCUMENT: LiteralString = """
RETURN d.name, d.title, d.uri, d.content_hash, d.metadata, d.created, d.updated, coalesce(d.pinned, false),
    COUNT { (d)<-[:BELONGS_TO]-() }
"""
_DOCUMENTS: LiteralString = (
    "MATCH (d:Document) WHERE d.name > $after AND d.name < $end WITH d ORDER BY d.name LIMIT $limit"
)
_AGENT: LiteralString = "RETURN a.name, d.name, d.title, a.headings, a.packet_location"
_AGENTS: LiteralString = """
MATCH (a:Agent) WHERE a.name > $after AND a.name < $end WITH a ORDER BY a.name LIMIT $limit
MATCH (a)-[:BELONGS_TO]->(d:Document)
"""
_AGENTS_OF_DOCUMENT: LiteralString = """
MATCH (d:Document {name: $document})<-[:BELONGS_TO]-(a:Agent) WHERE a.name > $after AND a.name < $end
WITH d, a ORDER BY a.name LIMIT $limit
"""
_PINNED: LiteralString = """
MATCH (d:Document {pinned: true})<-[:BELONGS_TO]-(a:Agent) WHERE a.name > $after WITH d, a ORDER BY a.name LIMIT $limit
"""
_PACKETS: LiteralString = """
MATCH (a:Agent {mind: $mind}) WHERE a.bundle >= $bundle AND a.name > '' AND (a.bundle > $bundle OR a.name > $agent)
RETURN a.name, a.packet_location ORDER BY a.mind, a.bundle, a.name LIMIT $limit
"""
"""Ordered as the index is, the mind first: so a page is read, and no more."""
_PACKETS_IN: LiteralString = """
UNWIND $bundles AS bundle
MATCH (a:Agent {mind: $mind, bundle: bundle}) WHERE a.name > '' AND (bundle > $bundle OR a.name > $agent)
RETURN a.name, a.packet_location ORDER BY bundle, a.name LIMIT $limit
"""
_RELOCATE: LiteralString = """
UNWIND $places AS place
MATCH (a:Agent {name: place.agent}) WHERE place.moved_from IN ['', a.packet_location]
SET a.packet_location = place.location, a.bundle = place.bundle
RETURN count(a)
"""
_TEXTS: LiteralString = """
MATCH (a:Agent {mind: $mind})
WHERE a.version >= $version AND a.id IS NOT NULL AND (a.version > $version OR a.id > $after)
WITH a ORDER BY a.mind, a.version, a.id LIMIT $limit
MATCH (a)-[:BELONGS_TO]->(d:Document)
RETURN a.version, a.id, d.title, a.headings, a.text, a.said ORDER BY a.version, a.id
"""
_TIDY: LiteralString = """
MATCH (r:Removed) WHERE r.at < $before
CALL (r) {
    MATCH (m:Mind {id: r.mind}) WHERE m.removals_since < r.version SET m.removals_since = r.version
    DELETE r
} IN TRANSACTIONS OF 1000 ROWS
"""


class Neo4jGraphStore(Neo4jReader, Neo4jWeights, Neo4jVectors, Neo4jRegions, Neo4jLedger, Neo4jLeases):
    """See `connectome.stores.GraphStore`."""

    def __init__(self, driver: Driver, bookmarks: Bookmarks, dependency: Dependency) -> None:
        super().__init__(Database(driver, bookmarks, dependency))
        migrate(self._database)
        self._ids = {kind: Ids(self._database, kind) for kind in ("mind", "document", "agent", "concept")}

    @property
    def dependency(self) -> Dependency:
        """Whether it answers, as whoever asks has found."""
        return self._database.dependency

    def ask(self) -> None:
        """See whether it answers. OSError, which says why not."""
        self._database.ask()

    def close(self) -> None:
        self._database.close()

    def as_of(self, seconds: int) -> Neo4jReader:
        return Neo4jReader(self._database, seconds)

    def vector_index(self, dimensions: int) -> Neo4jVectorIndex:
        return Neo4jVectorIndex(self._database, dimensions)

    def change(self, mind: str, work: Callable[[Change], T], *, create: bool = False) -> T:
        def write(transaction: ManagedTransaction) -> T:
            if not (locked := transaction.run(_LOCK, name=mind).values()) and create:
                transaction.run(_NEW_MIND, self._new_mind(mind, "", "")).consume()
                locked = transaction.run(_LOCK, name=mind).values()
            if not locked:
                raise MindNotFound(mind)
            [[number, version]] = locked
            change = Neo4jChange(transaction, number, version + 1, self._ids)
            done = work(change)
            change.finish()
            if change.written:
                counts = {kind: change.counts[kind] for kind in ("documents", "agents", "concepts")}
                made = {"mind": number, "version": change.version, "unhandled": bool(change.unhandled)}
                transaction.run(_CHANGED, {**made, **counts}).consume()
            else:
                change.version = version
            return done

        return self._database.write(mind, write)

    def delete_mind(self, name: str) -> int:
        jobs = {"after": f"{name}/jobs/", "end": f"{name}/jobs0"}
        entries = self._database.command(_DELETE_JOBS, name, **jobs)[0][0]

        def write(transaction: ManagedTransaction) -> list[list[Any]]:
            return transaction.run(_DELETE_MIND, name=name).values()

        for (mind,) in self._database.write(name, write):
            drop_index(self._database, mind)
        return int(entries)

    retained: Sequence[Retained] = (
        Retained(
            store="graph",
            what="records in Neo4j's files until it writes others over them, and in its transaction logs",
            setting="db.tx_log.rotation.retention_policy",
        ),
    )

    def scrub(self) -> None:
        """Neo4j writes over what was removed when it needs the room, and keeps its log as long as it is told to."""

    def tidy(self) -> None:
        self._database.command(_TIDY, before=time.time() - REMOVALS_KEPT_SECONDS)

    def create_mind(self, name: str, display_name: str, request_id: str) -> Mind:
        values = self._new_mind(name, display_name, request_id)

        def write(transaction: ManagedTransaction) -> bool:
            """Whether the mind is new, or was made by this very request."""
            return bool(transaction.run(_NEW_MIND, values).single(strict=True)[0])

        if not self._database.write(name, write):
            raise MindExists(f"there is a mind {name!r} already", mind=name)
        return self.get_mind(name)

    def update_mind(
        self, name: str, display_name: str | None, allowed_models: Sequence[str] | None, *, create: bool = False
    ) -> Mind:
        values = {"name": name, "display_name": display_name, "models": allowed_models}

        def write(transaction: ManagedTransaction) -> None:
            if not transaction.run(_LOCK, name=name).values() and create:
                transaction.run(_NEW_MIND, self._new_mind(name, "", "")).consume()
            transaction.run(_UPDATE_MIND, values).consume()

        self._database.write(name, write)
        return self.get_mind(name)

    def get_mind(self, name: str) -> Mind:
        for row in self._database.rows("MATCH (m:Mind {name: $name})" + _MIND, name, name=name):
            return messages.mind(*row)
        raise MindNotFound(name)

    def list_minds(self, after: str, limit: int) -> list[Mind]:
        query: LiteralString = "MATCH (m:Mind) WHERE m.name > $after WITH m ORDER BY m.name LIMIT $limit"
        return [messages.mind(*row) for row in self._database.rows(query + _MIND, after=after, limit=limit)]

    def plan(self, documents: Sequence[DocumentPlan]) -> list[DocumentDifference]:
        if not documents:
            return []
        mind = names.parent(documents[0].document)
        query: LiteralString = "UNWIND $names AS name MATCH (d:Document {name: name}) RETURN name, d.content_hash"
        hashes = dict(self._database.rows(query, mind, names=[plan.document for plan in documents]))
        existing = set[str]()
        query = "UNWIND $names AS name MATCH (a:Agent {name: name}) RETURN name"
        for piece in batches(agent for plan in documents for agent in plan.agents):
            existing.update(row[0] for row in self._database.rows(query, mind, names=piece))
        return [
            DocumentDifference(
                known=plan.document in hashes,
                unchanged=hashes.get(plan.document) == plan.content_hash,
                new_agents=[agent for agent in plan.agents if agent not in existing],
            )
            for plan in documents
        ]

    def get_document(self, name: str) -> Document:
        for row in self._database.rows("MATCH (d:Document {name: $name})" + _DOCUMENT, names.parent(name), name=name):
            return messages.document(*row)
        raise DocumentNotFound("there is no such document", document=name)

    def list_documents(self, mind: str, after: str, limit: int) -> list[Document]:
        self._number(mind)
        after, end = names.within(f"{mind}/documents", after)
        query: LiteralString = _DOCUMENTS + _DOCUMENT + " ORDER BY d.name"
        return [messages.document(*row) for row in self._database.rows(query, mind, after=after, end=end, limit=limit)]

    def get_agents(self, mind: str, names: Sequence[str]) -> list[AgentRecord]:
        number = self._number(mind)
        query: LiteralString = (
            "UNWIND $names AS name MATCH (a:Agent {name: name, mind: $number})-[:BELONGS_TO]->(d:Document)" + _AGENT
        )
        found = {
            row[0]: _agent(*row)
            for piece in batches(names)
            for row in self._database.rows(query, mind, number=number, names=piece)
        }
        return [found[name] for name in names if name in found]

    def agent_ids(self, mind: str, names: Sequence[str]) -> list[int]:
        number = self._number(mind)
        query: LiteralString = "UNWIND $names AS name MATCH (a:Agent {name: name, mind: $number}) RETURN a.id"
        pages = (self._database.rows(query, mind, number=number, names=piece) for piece in batches(names))
        return [row[0] for rows in pages for row in rows]

    def list_agents(self, mind: str, document: str, after: str, limit: int) -> list[AgentRecord]:
        self._number(mind)
        after, end = names.within(f"{mind}/agents", after)
        query: LiteralString = (_AGENTS_OF_DOCUMENT if document else _AGENTS) + _AGENT + " ORDER BY a.name"
        rows = self._database.rows(query, mind, document=document, after=after, end=end, limit=limit)
        return [_agent(*row) for row in rows]

    def pinned_agents(self, after: str, limit: int) -> list[AgentRecord]:
        query: LiteralString = _PINNED + _AGENT + " ORDER BY a.name"
        return [_agent(*row) for row in self._database.rows(query, after=after, limit=limit)]

    def packets(
        self, mind: str, bundles: Collection[str] | None, after: tuple[str, str], limit: int
    ) -> list[PacketPlace]:
        query = _PACKETS if bundles is None else _PACKETS_IN
        bundle, agent = after
        wanted = [one for one in bundles or () if one >= bundle]
        rows = self._database.rows(
            query, mind, mind=self._number(mind), bundles=wanted, bundle=bundle, agent=agent, limit=limit
        )
        return [PacketPlace(agent=name, packet_location=location) for name, location in rows]

    def relocate(self, mind: str, places: Sequence[PacketPlace]) -> None:
        rows = [
            {
                "agent": place.agent,
                "moved_from": place.moved_from,
                "location": place.packet_location,
                "bundle": place.packet_location.rpartition("#")[0],
            }
            for place in places
            if names.parent(place.agent) == mind
        ]

        def write(transaction: ManagedTransaction) -> None:
            transaction.run(_LOCK, name=mind).consume()
            keep_off(transaction, (place.packet_location for place in places))
            if sum(transaction.run(_RELOCATE, places=piece).single(strict=True)[0] for piece in batches(rows)):
                transaction.run("MATCH (m:Mind {name: $name}) SET m.version = m.version + 1", name=mind).consume()

        self._database.write(mind, write)

    def condemn(self, mind: str, bundles: Collection[str]) -> list[str]:
        return self._database.write(mind, lambda transaction: condemn(transaction, mind, bundles))

    def version(self, mind: str) -> int:
        return self.as_of(0).mind(mind)[1]

    def text_version(self, mind: str) -> int:
        query: LiteralString = """
            MATCH (m:Mind {name: $name})
            RETURN [m.removals_since,
                head(COLLECT { MATCH (a:Agent {mind: m.id}) WHERE a.version >= 0 AND a.id IS NOT NULL
                    RETURN a.version ORDER BY a.version DESC, a.id DESC LIMIT 1 }),
                head(COLLECT { MATCH (r:Removed {mind: m.id}) WHERE r.version >= 0
                    RETURN r.version ORDER BY r.version DESC LIMIT 1 })]
        """
        for (versions,) in self._database.rows(query, mind, name=mind):
            return int(max(version for version in versions if version is not None))
        raise MindNotFound(mind)

    def agent_count(self, mind: str) -> int:
        return self.get_mind(mind).agent_count

    def texts_since(self, mind: str, version: int) -> Iterator[Indexed]:
        number, reached = self._number(mind), (version + 1, -1)
        while page := self._database.rows(_TEXTS, mind, mind=number, version=reached[0], after=reached[1], limit=PAGE):
            for _, agent, title, headings, text, said in page:
                yield indexed(agent, kept(said, [title, *headings], text), text)
            reached = page[-1][0], page[-1][1]

    def removed_since(self, mind: str, version: int) -> list[int] | None:
        query: LiteralString = """
            MATCH (m:Mind {name: $name}) WHERE m.removals_since <= $version
            RETURN COLLECT { MATCH (r:Removed {mind: m.id}) WHERE r.version > $version RETURN r.agent }
        """
        for (agents,) in self._database.rows(query, mind, name=mind, version=version):
            return list(agents)
        return None

    def _number(self, mind: str) -> int:
        return self.as_of(0).mind(mind)[0]

    def _new_mind(self, name: str, display_name: str, request_id: str) -> dict[str, Any]:
        [new] = self._ids["mind"].take(1)
        return {"name": name, "id": new, "display_name": display_name, "request": request_id, "now": time.time()}


def _agent(name: str, document: str, title: str, headings: Sequence[str], packet_location: str) -> AgentRecord:
    return AgentRecord(
        agent=name, document=document, title=title, heading_path=headings, packet_location=packet_location
    )
