"""Reads for activation."""

from __future__ import annotations

import time
from collections.abc import Collection, Sequence
from typing import Any, LiteralString

from connectome.adapters.neo4j.database import Database
from connectome.passage import Passage, kept
from connectome.ports import OPENING, Agent, Bearer, Concept, Edge, Found, Kind, MindAt, Wanted
from connectome.weights import quarter, strength
from mesh.access import MindNotFound

KINDS = tuple(Kind)
_BEARERS: LiteralString = """
        [(c)<-[r:HANDLES_CONCEPT]-(a) WHERE c.handled <= $most | [0, a.id, r.weight, r.touched]],
        [(c)<-[r:MENTIONS]-(a) WHERE c.mentioned <= $most | [1, a.id, r.weight, r.touched]],
        [(c)<-[r:LINKED]-(a) WHERE c.mentioned <= $most | [2, a.id, r.weight, r.touched]]
"""
_READ: LiteralString = f"""
RETURN COLLECT {{
    UNWIND $wanted.words AS first
    CALL (first) {{
        MATCH (c:Handled {{mind: $wanted.mind, first: first}}) WHERE c.words > 0
        RETURN c.words AS longest ORDER BY c.mind DESC, c.first DESC, c.words DESC LIMIT 1
    }}
    RETURN [first, longest]
}}, COLLECT {{
    UNWIND $wanted.keys AS key
    MATCH (c:Concept {{mind: $wanted.mind, key: key}})
    RETURN [c.id, c.name, key, c.handled, c.mentioned, {_BEARERS}]
}}, COLLECT {{
    UNWIND $wanted.bearers AS id
    MATCH (c:Concept {{id: id}})
    RETURN [id, c.name, {_BEARERS}]
}}, COLLECT {{
    UNWIND $wanted.edges AS id
    MATCH (a:Agent {{id: id}})
    RETURN [id, [
        (a)-[r:HANDLES_CONCEPT|MENTIONS|LINKED]->(c)
        WHERE 1 <= c.handled <= $most OR c.handled = 0 AND 2 <= c.mentioned <= $most |
        [c.id, c.key, CASE type(r) WHEN 'HANDLES_CONCEPT' THEN 0 WHEN 'MENTIONS' THEN 1 ELSE 2 END,
         c.handled, c.mentioned, r.weight, r.touched]
    ]]
}}, COLLECT {{
    UNWIND $wanted.agents AS id
    MATCH (a:Agent {{id: id}})-[:BELONGS_TO]->(d:Document)
    RETURN [id, a.name, d.name, d.title, d.uri, a.packet_location, a.headings, a.said,
            CASE WHEN a.said IS NULL THEN a.text ELSE left(a.text, $opening) END]
}}
"""


class Neo4jReader:
    """See `connectome.ports.GraphReader`. What is read after a mind is read is as new as that."""

    def __init__(self, database: Database, as_of: int | None = None) -> None:
        self._database = database
        self._as_of = as_of
        self._bookmarks: Collection[str] = ()

    def mind(self, name: str) -> MindAt:
        self._bookmarks = self._database.known(name)
        rows = self._rows("MATCH (m:Mind {name: $name}) RETURN m.id, m.version, m.allowed_models", name=name)
        if not rows:
            raise MindNotFound(name)
        [[number, version, allowed_models]] = rows
        return MindAt(number, version, tuple(allowed_models or ()))

    def read(self, wanted: Wanted, most: int) -> Found:
        # In one map: for lists of another order of size the server would make another plan, which takes half a second.
        values = {name: value if name == "mind" else list(value) for name, value in wanted._asdict().items()}
        [[longest, named, bearers, edges, agents]] = self._rows(_READ, most=most, opening=OPENING, wanted=values)
        now = self._when()
        bearing = [*bearers, *([one, name, *by_kind] for one, name, _, _, _, *by_kind in named)]
        return Found(
            {concept: _bearers(now, by_kind) for concept, _, *by_kind in bearing},
            {agent: [_edge(now, *one) for one in sorted(found)] for agent, found in edges},
            {row[0]: _agent(*row) for row in agents},
            {concept: name for concept, name, *_ in bearing},
            dict(longest),
            {key: Concept(one, key, name, *counts) for one, name, key, *counts, _, _, _ in named},
        )

    def _rows(self, query: LiteralString, **values: Any) -> list[list[Any]]:
        return self._database.rows_after(self._bookmarks, query, **values)

    def _when(self) -> int:
        """As of when weights are read: the beginning of this quarter of an hour, unless another time is wanted."""
        return quarter(time.time()) if self._as_of is None else self._as_of


def _bearers(now: int, by_kind: Sequence[Sequence[Any]]) -> list[Bearer]:
    return [
        Bearer(agent, KINDS[kind], 1.0 if weight is None else strength(weight, touched, now))
        for of_kind in by_kind
        for kind, agent, weight, touched in sorted(of_kind)
    ]


def _edge(
    now: int, concept: int, key: str, kind: int, handled: int, mentioned: int, weight: float | None, touched: float
) -> Edge:
    return Edge(
        concept, key, KINDS[kind], 1.0 if weight is None else strength(weight, touched, now), handled, mentioned
    )


def _agent(  # a row's columns
    one: int,
    name: str,
    document: str,
    title: str,
    uri: str,
    location: str,
    headings: Sequence[str],
    said: bytes | None,
    text: str,
) -> Agent:
    what = kept(said, [title, *headings], text)
    return Agent(one, name, document, title, uri, location, text[:OPENING], Passage(what))
