"""Reads for activation."""

from __future__ import annotations

import json
import time
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence

from connectome.adapters.sqlite.database import ReadDatabase
from connectome.passage import Passage, kept
from connectome.ports import OPENING, Agent, Bearer, Concept, Edge, Found, Kind, MindAt, Wanted
from connectome.weights import NEUTRAL, quarter, strength
from mesh.access import MindNotFound

KINDS = tuple(Kind)


class SqliteReader:
    """See `connectome.ports.GraphReader`."""

    def __init__(self, database: ReadDatabase, as_of: int | None = None) -> None:
        self._database = database
        self._as_of = as_of

    def mind(self, name: str) -> MindAt:
        row = self._database.row("SELECT id, version, allowed_models FROM minds WHERE name = ?", (name,))
        if row is None:
            raise MindNotFound(name)
        return MindAt(row[0], row[1], tuple(json.loads(row[2])))

    def read(self, wanted: Wanted, most: int) -> Found:
        concepts = self._concepts(wanted.mind, wanted.keys) if wanted.keys else {}
        bearing = [*wanted.bearers, *(concept.id for concept in concepts.values())]
        return Found(
            self._bearers(bearing, most) if bearing else {},
            self._edges(wanted.edges, most) if wanted.edges else {},
            self._agents(wanted.agents) if wanted.agents else {},
            self._names(bearing) if bearing else {},
            self._longest(wanted.mind, wanted.words) if wanted.words else {},
            concepts,
        )

    def text_version(self, mind: str) -> int:
        row = self._database.row(
            "SELECT max(removals_forgotten, coalesce((SELECT max(version) FROM agents WHERE mind = minds.id), 0),"
            " coalesce((SELECT max(version) FROM removed_agents WHERE mind = minds.id), 0)) FROM minds WHERE name = ?",
            (mind,),
        )
        if row is None:
            raise MindNotFound(mind)
        return int(row[0])

    def _longest(self, mind: int, first_words: Collection[str]) -> Mapping[str, int]:
        statement = (  # one step into the index for each word, however many names begin with it
            "SELECT value, (SELECT words FROM concepts WHERE mind = ?1 AND first = value AND handled > 0"
            " ORDER BY words DESC LIMIT 1) AS longest FROM json_each(?2) WHERE longest IS NOT NULL"
        )
        return dict(self._database.rows(statement, (mind, json.dumps(sorted(first_words)))))

    def _concepts(self, mind: int, keys: Collection[str]) -> Mapping[str, Concept]:
        statement = "SELECT id, key, name, handled, mentioned FROM concepts WHERE mind = ? AND key IN ({})"
        return {row[1]: Concept(*row) for row in self._database.select(statement, keys, mind)}

    def _names(self, ids: Collection[int]) -> Mapping[int, str]:
        return dict(self._database.select("SELECT id, name FROM concepts WHERE id IN ({})", ids))

    def _bearers(self, concepts: Collection[int], most: int) -> Mapping[int, Sequence[Bearer]]:
        found: defaultdict[int, list[Bearer]] = defaultdict(list)
        now = self._when()
        half = (
            "SELECT e.concept, e.agent, e.kind, e.weight, e.touched FROM json_each(?2) CROSS JOIN concepts c"
            " ON c.id = value CROSS JOIN edges e ON e.concept = c.id AND"
        )
        handles, others = "e.kind = 0 WHERE c.handled <= ?1", "e.kind > 0 WHERE c.mentioned <= ?1"
        # In two halves, so that none of a hub's edges is read; both come in the order of the index.
        statement = f"{half} {handles} UNION ALL {half} {others}"
        rows = self._database.rows(statement, (most, json.dumps(list(concepts))))
        for concept, agent, kind, weight, touched in rows:
            counts = 1.0 if weight == NEUTRAL else strength(weight, touched, now)
            found[concept].append(Bearer(agent, KINDS[kind], counts))
        return found

    def _edges(self, agents: Collection[int], most: int) -> Mapping[int, Sequence[Edge]]:
        found: defaultdict[int, list[Edge]] = defaultdict(list)
        now = self._when()
        statement = (
            "SELECT e.agent, e.concept, c.key, e.kind, e.weight, e.touched, c.handled, c.mentioned FROM edges e"
            " JOIN concepts c ON c.id = e.concept WHERE"
            " (c.handled BETWEEN 1 AND ?1 OR c.handled = 0 AND c.mentioned BETWEEN 2 AND ?1) AND e.agent IN ({})"
            " ORDER BY e.agent, e.concept"
        )
        rows = self._database.select(statement, agents, most)
        for agent, concept, key, kind, weight, touched, handled, mentioned in rows:
            counts = 1.0 if weight == NEUTRAL else strength(weight, touched, now)
            found[agent].append(Edge(concept, key, KINDS[kind], counts, handled, mentioned))
        return found

    def _agents(self, ids: Collection[int]) -> Mapping[int, Agent]:
        statement = (
            "SELECT a.id, a.name, d.name, d.title, d.uri, a.packet_location, a.headings, a.said,"
            " iif(a.said IS NULL, a.text, substr(a.text, 1, ?)) FROM agents a"
            " JOIN documents d ON d.id = a.document WHERE a.id IN ({})"
        )
        return {row[0]: _agent(*row) for row in self._database.select(statement, ids, OPENING)}

    def _when(self) -> int:
        """As of when weights are read: the beginning of this quarter of an hour, unless another time is wanted."""
        return quarter(time.time()) if self._as_of is None else self._as_of


def _agent(  # a row's columns
    one: int, name: str, document: str, title: str, uri: str, location: str, headings: str, said: bytes, text: str
) -> Agent:
    what = kept(said, () if said else [title, *json.loads(headings)], text)
    return Agent(one, name, document, title, uri, location, text[:OPENING], Passage(what))
