"""The graph on a server: Neo4j 5, one server or a cluster."""

from __future__ import annotations

from connectome.adapters.neo4j.store import Neo4jGraphStore

__all__ = ["Neo4jGraphStore"]
