"""One transaction on one mind."""

from __future__ import annotations

import json
import time
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, LiteralString

from neo4j import ManagedTransaction

from connectome.adapters.messages import times
from connectome.adapters.neo4j.condemned import keep_off
from connectome.adapters.neo4j.database import batches
from connectome.adapters.neo4j.ids import Ids
from connectome.adapters.neo4j.weights import Neo4jWeightChange
from connectome.passage import Passage, kept
from connectome.ports import Kind, Known, NewAgent, Removal
from myriad.connectome.v1.agent_record_pb2 import RemovedAgent
from myriad.genesis.v1.document_pb2 import Document

_KNOWN: LiteralString = """
UNWIND $documents AS name
MATCH (d:Document {name: name})
RETURN name, d.id, [(d)<-[:BELONGS_TO]-(a) | [a.name, a.id]]
"""
_NEW_DOCUMENTS: LiteralString = """
UNWIND $documents AS new
CREATE (d:Document {mind: $mind})
SET d += new
"""
_SAME_DOCUMENTS: LiteralString = """
UNWIND $documents AS new
MATCH (d:Document {id: new.id})
SET d += new, d.updated = $now
"""
_ADD_AGENTS: LiteralString = """
UNWIND $agents AS new
MATCH (d:Document {id: new.document})
CREATE (a:Agent:Unread)-[:BELONGS_TO]->(d)
SET a = new.agent
"""
_SAID: LiteralString = """
UNWIND $agents AS id
MATCH (a:Agent {id: id})-[:BELONGS_TO]->(d:Document)
RETURN id, a.said, d.title, a.headings, a.text
"""
_PLACE: LiteralString = """
UNWIND $positions AS place
MATCH (a:Agent {id: place[0]}) WHERE a.position <> place[1]
SET a.position = place[1]
"""
_GOING: LiteralString = """
UNWIND $agents AS id
MATCH (a:Agent {id: id})
RETURN id, a.name, a.packet_location, [(a)-[r:HANDLES_CONCEPT|MENTIONS|LINKED]->(c) | [c.id, type(r)]]
"""
_REMOVE_AGENTS: LiteralString = """
UNWIND $agents AS id
MATCH (a:Agent {id: id})
OPTIONAL MATCH (v:Vector {agent: id})
DETACH DELETE a, v
CREATE (:Removed {mind: $mind, version: $version, agent: id, at: $at})
WITH count(v) AS vectors
MATCH (m:Mind {id: $mind}) SET m.vectors = m.vectors - vectors
"""
_NEW_CONCEPTS: LiteralString = """
UNWIND $concepts AS new
CREATE (:Concept {mind: $mind, id: new[0], key: new[1], name: new[2], handled: new[3], mentioned: new[4]})
"""
_COUNT: LiteralString = """
UNWIND $counts AS count
MATCH (c:Concept {id: count[0]})
SET c.handled = c.handled + count[1], c.mentioned = c.mentioned + count[2]
"""
_HANDLED: LiteralString = """
UNWIND $concepts AS id
MATCH (c:Concept {id: id}) WHERE NOT c:Handled
SET c:Handled, c.first = split(c.key, ' ')[0], c.words = size(split(c.key, ' '))
"""
_UNHANDLED: LiteralString = """
UNWIND $concepts AS id
MATCH (c:Concept {id: id}) WHERE c.handled = 0
WITH c, c:Handled AS was
REMOVE c:Handled
WITH c, was
CALL (c) {
    MATCH (c)<-[r:LINKED]-() DELETE r RETURN count(r) AS links
}
SET c.mentioned = c.mentioned - links
RETURN c.id, c.key, c.name, c.mentioned, links, was
"""
_UNUSED: LiteralString = "UNWIND $concepts AS id MATCH (c:Concept {id: id}) DETACH DELETE c"
_HANDLED_SINCE: LiteralString = """
MATCH (a:Agent {mind: $mind}) WHERE a.version > $version AND a.id IS NOT NULL
MATCH (a)-[:HANDLES_CONCEPT]->(c)
RETURN DISTINCT c.key
"""
_NAMES: Mapping[Kind, LiteralString] = {
    Kind.HANDLES: "HANDLES_CONCEPT",
    Kind.MENTIONS: "MENTIONS",
    Kind.LINKED: "LINKED",
}
_NEW_EDGES: Mapping[Kind, LiteralString] = {
    kind: f"""
UNWIND $edges AS edge
MATCH (a:Agent {{id: edge[0]}})
UNWIND edge[1] AS concept
MATCH (c:Concept {{id: concept}})
CREATE (a)-[:{name}]->(c)
"""
    for kind, name in _NAMES.items()
}
_PRESENT: LiteralString = """
UNWIND $agents AS id
MATCH (a:Agent {id: id})
RETURN id, [(a)-[:HANDLES_CONCEPT|MENTIONS|LINKED]->(c) | c.id]
"""


class Neo4jChange(Neo4jWeightChange):
    """See `connectome.ports.Change`."""

    def __init__(self, transaction: ManagedTransaction, mind: int, version: int, ids: Mapping[str, Ids]) -> None:
        self._transaction = transaction
        self._ids = ids
        self._new = set[int]()
        """Agents written in this transaction: none of them has an edge yet."""
        self._unwritten: dict[int, tuple[str, str]] = {}
        """Concepts by id, with key and name, that are written with their first edges."""
        self.mind = mind
        self.version = version
        self.written = False
        self.counts = Counter[str]()
        """By kind of node: how many there are more."""
        self._called: dict[int, str] = {}
        """Keys of concepts by id, of those that are written to."""
        self.unhandled = set[str]()
        """Keys of concepts that somebody handled before, and nobody after this."""

    def documents(self, limit: int) -> list[str]:
        query: LiteralString = "MATCH (d:Document {mind: $mind}) RETURN d.name LIMIT $limit"
        return [row[0] for row in self._run(query, mind=self.mind, limit=limit)]

    def known(self, documents: Collection[str]) -> dict[str, Known]:
        rows = (row for piece in batches(documents) for row in self._run(_KNOWN, documents=piece))
        return {name: Known(number, dict(agents)) for name, number, agents in rows}

    def put_documents(self, documents: Sequence[Document]) -> list[int]:
        self.written |= bool(documents)
        names = [document.name for document in documents]
        known = {name: one.id for name, one in self.known(names).items()}
        new = [name for name in names if name not in known]
        ids = known | dict(zip(new, self._ids["document"].take(len(new)), strict=True))
        rows = [_row(document, ids[document.name]) for document in documents]
        now = time.time()
        # Each a microsecond after the one before: an archive has them in the order in which they were made.
        fresh = [
            row | dict(zip(("created", "updated"), times(one, now + place * 1e-6), strict=True))
            for place, (row, one) in enumerate(zip(rows, documents, strict=True))
            if one.name not in known
        ]
        same = [row for row in rows if row["name"] in known]
        for query, some in ((_NEW_DOCUMENTS, fresh), (_SAME_DOCUMENTS, same)):
            for piece in batches(some):
                self._run(query, documents=piece, mind=self.mind, now=now)
        self.counts["documents"] += len(new)
        return [ids[name] for name in names]

    def remove_documents(self, documents: Collection[int]) -> None:
        self.written |= bool(documents)
        for piece in batches(documents):
            self._run("UNWIND $documents AS id MATCH (d:Document {id: id}) DELETE d", documents=piece)
        self.counts["documents"] -= len(documents)

    def add_agents(self, agents: Sequence[NewAgent]) -> list[int]:
        self.written |= bool(agents)
        keep_off(self._transaction, (agent.packet_location for agent in agents))
        ids = list(self._ids["agent"].take(len(agents)))
        rows = (
            {
                "document": agent.document,
                "agent": {
                    "id": number,
                    "mind": self.mind,
                    "name": agent.name,
                    "position": agent.position,
                    "headings": list(agent.headings),
                    "text": agent.text,
                    "said": agent.said,
                    "packet_location": agent.packet_location,
                    "bundle": agent.packet_location.rpartition("#")[0],
                    "version": self.version,
                },
            }
            for number, agent in zip(ids, agents, strict=True)
        )
        for piece in batches(rows):
            self._run(_ADD_AGENTS, agents=piece)
        self.counts["agents"] += len(ids)
        self._new.update(ids)
        return ids

    def passages(self, agents: Collection[int]) -> Mapping[int, Passage]:
        rows = (row for piece in batches(sorted(agents)) for row in self._run(_SAID, agents=piece))
        return {one: Passage(kept(said, [title, *headings], text)) for one, said, title, headings, text in rows}

    def place_agents(self, positions: Iterable[tuple[int, int]]) -> None:
        for piece in batches(positions):
            self._run(_PLACE, positions=piece)

    def remove_agents(self, agents: Collection[int], removal: Removal) -> None:
        if not agents:
            return
        self.written = True
        concepts: Counter[tuple[int, bool]] = Counter()
        for piece in batches(sorted(agents)):
            for _, name, location, edges in sorted(self._run(_GOING, agents=piece)):
                removal.agents.append(RemovedAgent(agent=name, packet_location=location))
                concepts.update((concept, kind == _NAMES[Kind.HANDLES]) for concept, kind in edges)
            self._run(_REMOVE_AGENTS, agents=piece, mind=self.mind, version=self.version, at=time.time())
        self.counts["agents"] -= len(agents)
        removal.links += concepts.total()
        self._count(concepts, -1)
        self._unlink({concept for concept, _ in concepts}, removal)

    def concept_ids(self, names: Mapping[str, str]) -> dict[str, int]:
        found: dict[str, int] = {}
        query: LiteralString = "UNWIND $keys AS key MATCH (c:Concept {mind: $mind, key: key}) RETURN key, c.id"
        for piece in batches(names):
            found |= dict(self._run(query, mind=self.mind, keys=piece))
        new = [key for key in names if key not in found]
        ids = dict(zip(new, self._ids["concept"].take(len(new)), strict=True))
        self._unwritten |= {number: (key, names[key]) for key, number in ids.items()}
        self.counts["concepts"] += len(new)
        found |= ids
        self._called |= {number: key for key, number in found.items()}
        return found

    def add_edges(self, edges: Iterable[tuple[int, int, Kind]]) -> None:
        given = list(edges)
        older = {agent for agent, _, _ in given} - self._new
        present = {
            (agent, concept)
            for piece in batches(sorted(older))
            for agent, concepts in self._run(_PRESENT, agents=piece)
            for concept in concepts
        }
        counts: Counter[tuple[int, bool]] = Counter()
        by_kind: dict[Kind, defaultdict[int, list[int]]] = {kind: defaultdict(list) for kind in Kind}
        for agent, concept, kind in given:
            if (agent, concept) not in present:
                by_kind[kind][agent].append(concept)
                counts[concept, kind is Kind.HANDLES] += 1
        self._write_concepts(counts)
        for kind, of_agents in by_kind.items():
            for piece in batches(of_agents.items()):
                self._run(_NEW_EDGES[kind], edges=piece)

    def finish(self) -> None:
        """Write what waits still."""
        self._write_concepts({})

    def forget_removed(self, version: int) -> None:
        """Not at once: other replicas have indexes of their own, see `Neo4jGraphStore.tidy`."""

    def handled_keys(self) -> Iterable[str]:
        query: LiteralString = "MATCH (c:Handled {mind: $mind}) WHERE c.first > '' AND c.words > 0 RETURN c.key"
        return (row[0] for row in self._transaction.run(query, mind=self.mind))

    def handled_since(self, version: int) -> Iterable[str] | None:
        query: LiteralString = "MATCH (m:Mind {id: $mind}) RETURN coalesce(m.unhandled_since, 0)"
        [[unhandled_since]] = self._run(query, mind=self.mind)
        if unhandled_since > version:
            return None
        return [row[0] for row in self._run(_HANDLED_SINCE, mind=self.mind, version=version)]

    def _write_concepts(self, counts: Mapping[tuple[int, bool], int]) -> None:
        """New concepts are written with what they count; it is added to that of those that there were."""
        rows = (
            (number, key, name, counts.get((number, True), 0), counts.get((number, False), 0))
            for number, (key, name) in self._unwritten.items()
        )
        for piece in batches(rows):
            self._run(_NEW_CONCEPTS, concepts=piece, mind=self.mind)
        self._count({one: count for one, count in counts.items() if one[0] not in self._unwritten}, 1)
        self._unwritten = {}
        for handled in batches(sorted(concept for concept, handles in counts if handles)):
            self._run(_HANDLED, concepts=handled)
            self.unhandled.difference_update(self._called[concept] for concept in handled)

    def _count(self, counts: Mapping[tuple[int, bool], int], sign: int) -> None:
        """Count the edges of concepts, by whether they handle it."""
        changed = sorted({concept for concept, _ in counts})
        rows = ([one, sign * counts.get((one, True), 0), sign * counts.get((one, False), 0)] for one in changed)
        for piece in batches(rows):
            self._run(_COUNT, counts=piece)

    def _unlink(self, concepts: Collection[int], removal: Removal) -> None:
        """Of concepts that nobody handles now, drop the links that linking made; then those that nobody uses."""
        for piece in batches(sorted(concepts)):
            unused = []
            for concept, key, name, mentioned, links, was in sorted(self._run(_UNHANDLED, concepts=piece)):
                removal.unhandled.add(key)
                self.unhandled.update([key] if was else [])
                removal.links += links
                if not mentioned:
                    removal.concepts.append(name)
                    unused.append(concept)
            self._run(_UNUSED, concepts=unused)
            self.counts["concepts"] -= len(unused)


def _row(document: Document, number: int) -> dict[str, Any]:
    return {
        "id": number,
        "name": document.name,
        "title": document.title,
        "uri": document.uri,
        "content_hash": document.content_hash,
        "metadata": json.dumps(dict(sorted(document.metadata.items()))),
        "pinned": document.pinned or None,
    }
