"""Regions: nodes that concepts belong to."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any, LiteralString

from neo4j import ManagedTransaction

from connectome.adapters.neo4j.database import Database, batches
from connectome.ports import Kind
from connectome.regions import Belonging, Tie, strength
from mesh.access import MindNotFound
from myriad.connectome.v1.mind_pb2 import Region

CONCEPTS_A_READ = 2_000
_TO_DIVIDE: LiteralString = """
MATCH (m:Mind) WHERE coalesce(m.regions_version, 0) <> m.version RETURN m.name ORDER BY m.name
"""
_TIES: LiteralString = """
MATCH (c:Concept {mind: $mind}) WHERE c.key > $after AND 2 <= c.handled + c.mentioned <= $most
WITH c ORDER BY c.key LIMIT $limit
RETURN c.key, c.id, [(c)<-[:HANDLES_CONCEPT]-(a) | a.id], [(c)<-[:MENTIONS|LINKED]-(a) | a.id] ORDER BY c.key
"""
_BELONGINGS: LiteralString = """
MATCH (r:Region {mind: $mind}) WHERE r.number >= 0
MATCH (r)<-[b:BELONGS_TO]-(c:Concept)
RETURN c.id, r.number, b.weight
"""
_LOCK: LiteralString = "MATCH (m:Mind {id: $mind}) SET m.lock = true"
"""Several replicas may find regions at once: the SET makes one wait for the other."""
_REGIONS: LiteralString = "UNWIND $numbers AS number MERGE (:Region {mind: $mind, number: number})"
_LEAVE: LiteralString = """
UNWIND $concepts AS id
MATCH (c:Concept {id: id, mind: $mind})-[b:BELONGS_TO]->(:Region)
DELETE b
"""
_BELONG: LiteralString = """
UNWIND $belongings AS new
MATCH (c:Concept {id: new.concept, mind: $mind})
MATCH (r:Region {mind: $mind, number: new.region})
CREATE (c)-[:BELONGS_TO {weight: new.weight}]->(r)
"""
_FOUND: LiteralString = """
MATCH (m:Mind {id: $mind}) SET m.regions_version = $version
WITH m
MATCH (r:Region {mind: m.id}) WHERE r.number >= 0 AND NOT EXISTS { (r)<-[:BELONGS_TO]-() }
DELETE r
"""
_LIST: LiteralString = """
MATCH (r:Region {mind: $mind}) WHERE r.number > $after AND EXISTS { (r)<-[:BELONGS_TO]-() }
WITH r ORDER BY r.number LIMIT $limit
RETURN r.number, COUNT { (r)<-[:BELONGS_TO]-() },
    COLLECT { MATCH (r)<-[b:BELONGS_TO]-(c) RETURN c.name ORDER BY b.weight DESC, c.id LIMIT 5 }
ORDER BY r.number
"""


class Neo4jRegions:
    """See `connectome.regions.RegionStore`."""

    _database: Database

    def minds_to_divide(self) -> list[str]:
        return [row[0] for row in self._database.rows(_TO_DIVIDE)]

    def ties(self, mind: str, most: int) -> Iterator[Tie]:
        values = {"mind": self._found(mind)[0], "most": most, "limit": CONCEPTS_A_READ}
        after = ""
        while page := self._database.rows(_TIES, mind, after=after, **values):
            for _, concept, handling, naming in page:
                for kind, agents in ((Kind.HANDLES, handling), (Kind.MENTIONS, naming)):
                    yield from (Tie(agent, concept, strength(kind)) for agent in agents)
            after = page[-1][0]

    def belongings(self, mind: str) -> Sequence[Belonging]:
        return [Belonging(*row) for row in self._database.rows(_BELONGINGS, mind, mind=self._found(mind)[0])]

    def put_belongings(self, mind: str, version: int, belongings: Sequence[Belonging], none: Collection[int]) -> None:
        number = self._found(mind)[0]
        for gone in batches(sorted(none)):
            self._run(mind, number, (_LEAVE, {"mind": number, "concepts": gone}))
        for piece in batches(belongings):
            self._run(
                mind,
                number,
                (_REGIONS, {"mind": number, "numbers": sorted({one.region for one in piece})}),
                (_LEAVE, {"mind": number, "concepts": [one.concept for one in piece]}),
                (_BELONG, {"mind": number, "belongings": [one._asdict() for one in piece]}),
            )
        self._run(mind, number, (_FOUND, {"mind": number, "version": version}))

    def regions_version(self, mind: str) -> int:
        return self._found(mind)[1]

    def list_regions(self, mind: str, after: int, limit: int) -> list[Region]:
        rows = self._database.rows(_LIST, mind, mind=self._found(mind)[0], after=after, limit=limit)
        return [
            Region(name=f"{mind}/regions/{number}", concept_count=count, concepts=names)
            for number, count, names in rows
        ]

    def _found(self, mind: str) -> tuple[int, int]:
        """A mind's id, and the version that its regions are of."""
        query: LiteralString = "MATCH (m:Mind {name: $name}) RETURN m.id, coalesce(m.regions_version, 0)"
        for number, version in self._database.rows(query, mind, name=mind):
            return number, version
        raise MindNotFound(mind)

    def _run(self, mind: str, number: int, *statements: tuple[LiteralString, dict[str, Any]]) -> None:
        """In one transaction, while no other writes to the mind."""

        def write(transaction: ManagedTransaction) -> None:
            transaction.run(_LOCK, {"mind": number}).consume()
            for statement, values in statements:
                transaction.run(statement, values).consume()

        self._database.write(mind, write)
