"""Hebbian weights: on the edges themselves where they are not neutral, and deferred."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any, LiteralString

from neo4j import ManagedTransaction

from connectome.adapters.neo4j.database import Database, batches
from connectome.ports import LearnedEdge
from connectome.weights import current, weight_of, written_at
from language.keys import key
from mesh.access import MindNotFound
from myriad.connectome.v1.mind_pb2 import Weight

_LIST: LiteralString = """
MATCH (m:Mind {name: $mind})
CALL (m) {
    MATCH (a)-[r:HANDLES_CONCEPT {learned: m.id}]->(c) RETURN a.name AS agent, c.name AS concept, r
    UNION ALL
    MATCH (a)-[r:MENTIONS {learned: m.id}]->(c) RETURN a.name AS agent, c.name AS concept, r
    UNION ALL
    MATCH (a)-[r:LINKED {learned: m.id}]->(c) RETURN a.name AS agent, c.name AS concept, r
}
WITH agent, concept, r WHERE agent > $agent OR agent = $agent AND concept > $concept
RETURN agent, concept, r.weight, r.touched ORDER BY agent, concept LIMIT $limit
"""
_OF_AGENTS: LiteralString = """
UNWIND $agents AS name
MATCH (a:Agent {name: name, mind: $mind})-[r:HANDLES_CONCEPT|MENTIONS|LINKED]->(c:Concept)
RETURN a.id, c.id, c.key, coalesce(r.weight, 0.5), coalesce(r.touched, 0.0)
"""
_LEARNED_OF: LiteralString = """
UNWIND $agents AS id
MATCH (a:Agent {id: id})-[r:HANDLES_CONCEPT|MENTIONS|LINKED]->(c:Concept) WHERE r.weight IS NOT NULL
RETURN a.id, c.id, c.key, r.weight, coalesce(r.touched, 0.0)
"""
_SET: LiteralString = """
UNWIND $edges AS edge
MATCH (a:Agent {id: edge[0]})-[r:HANDLES_CONCEPT|MENTIONS|LINKED]->(c:Concept {id: edge[1]})
SET r.weight = edge[2], r.learned = $mind,
    r.touched = CASE WHEN coalesce(r.touched, 0.0) > $at THEN r.touched ELSE $at END
"""
_RESTORE: LiteralString = """
UNWIND $weights AS new
MATCH (a:Agent {name: new[0], mind: $mind})-[r:HANDLES_CONCEPT|MENTIONS|LINKED]->(c:Concept) WHERE c.key = new[1]
SET r.weight = new[2], r.touched = new[3], r.learned = $mind
"""
_DEFER: LiteralString = """
UNWIND $edges AS edge
MERGE (:Deferred {mind: $mind, due: $due, success: $success, agent: edge[0], concept: edge[1]})
"""
_TAKE: LiteralString = """
MATCH (d:Deferred {mind: $mind, due: $due, success: $success}) WHERE d.agent >= 0 AND d.concept >= 0
WITH d, d.agent AS agent, d.concept AS concept
DELETE d
WITH agent, concept
MATCH (a:Agent {id: agent})-[r:HANDLES_CONCEPT|MENTIONS|LINKED]->(c:Concept {id: concept})
RETURN agent, concept, c.key, coalesce(r.weight, 0.5), coalesce(r.touched, 0.0)
"""
_RESET: LiteralString = """
CALL () {
    MATCH ()-[r:HANDLES_CONCEPT {learned: $mind}]->() RETURN r
    UNION ALL
    MATCH ()-[r:MENTIONS {learned: $mind}]->() RETURN r
    UNION ALL
    MATCH ()-[r:LINKED {learned: $mind}]->() RETURN r
}
REMOVE r.weight, r.touched, r.learned
RETURN count(r)
"""
_DROP: LiteralString = """
MATCH (d:Deferred {mind: $mind}) WHERE d.due >= 0 AND d.success IN [true, false] AND d.agent >= 0 AND d.concept >= 0
DELETE d RETURN count(d)
"""


class Neo4jWeights:
    """See `connectome.ports.WeightStore`."""

    _database: Database

    def list_weights(self, mind: str, after: tuple[str, str], limit: int, *, now: float | None = None) -> list[Weight]:
        if not self._database.rows("MATCH (m:Mind {name: $mind}) RETURN m.id", mind, mind=mind):
            raise MindNotFound(mind)
        agent, concept = after
        rows = self._database.rows(_LIST, mind, mind=mind, agent=agent, concept=concept, limit=limit)
        return [_weight(*row, now=now) for row in rows]

    def deferrals(self, now: float) -> list[tuple[str, int]]:
        query: LiteralString = """
            MATCH (d:Deferred) WHERE d.due <= $now WITH DISTINCT d.mind AS mind, d.due AS due
            MATCH (m:Mind {id: mind}) RETURN m.name AS name, due ORDER BY due, name
        """
        return [(name, due) for name, due in self._database.rows(query, now=now)]


class Neo4jWeightChange:
    """What `connectome.ports.Change` says of weights."""

    _transaction: ManagedTransaction
    mind: int
    written: bool

    def edges_of(self, agents: Collection[str]) -> Sequence[LearnedEdge]:
        rows = self._run(_OF_AGENTS, agents=sorted(set(agents)), mind=self.mind)
        return sorted(LearnedEdge(*row) for row in rows)

    def learned_of(self, agents: Collection[int]) -> Sequence[LearnedEdge]:
        rows = (row for piece in batches(sorted(agents)) for row in self._run(_LEARNED_OF, agents=piece))
        return sorted(LearnedEdge(*row) for row in rows)

    def set_weights(self, edges: Iterable[tuple[int, int, float]], at: float) -> None:
        for piece in batches(edges):
            self.written = True
            self._run(_SET, edges=piece, at=at, mind=self.mind)

    def restore_weights(self, weights: Iterable[Weight]) -> None:
        for piece in batches([one.agent, key(one.concept), one.weight, written_at(one)] for one in weights):
            self.written = True
            self._run(_RESTORE, weights=piece, mind=self.mind)

    def defer(self, edges: Iterable[LearnedEdge], success: bool, due: int) -> None:
        for piece in batches([edge.agent, edge.concept] for edge in edges):
            self._run(_DEFER, edges=piece, mind=self.mind, due=due, success=success)

    def take_deferred(self, due: int, success: bool) -> Sequence[LearnedEdge]:
        rows = self._run(_TAKE, mind=self.mind, due=due, success=success)
        return sorted(LearnedEdge(*row) for row in rows)

    def reset_weights(self) -> int:
        [[reset]] = self._run(_RESET, mind=self.mind)
        [[dropped]] = self._run(_DROP, mind=self.mind)
        self.written |= reset + dropped > 0
        return int(reset)

    def _run(self, query: LiteralString, **values: Any) -> list[list[Any]]:
        return self._transaction.run(query, values).values()


def _weight(agent: str, concept: str, weight: float, touched: float, *, now: float | None) -> Weight:
    return weight_of(agent, concept, weight if now is None else current(weight, touched, now), touched)
