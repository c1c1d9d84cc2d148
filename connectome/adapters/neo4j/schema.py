"""Numbered migrations: constraints and indexes, each brought about once, by one replica at a time."""

from __future__ import annotations

from typing import LiteralString

from neo4j import ManagedTransaction

from connectome.adapters.neo4j.database import Database
from mesh.listening import StartError

MIGRATIONS: tuple[tuple[LiteralString, ...], ...] = (
    (
        "CREATE CONSTRAINT mind_name IF NOT EXISTS FOR (m:Mind) REQUIRE m.name IS UNIQUE",
        "CREATE CONSTRAINT mind_id IF NOT EXISTS FOR (m:Mind) REQUIRE m.id IS UNIQUE",
        "CREATE CONSTRAINT document_name IF NOT EXISTS FOR (d:Document) REQUIRE d.name IS UNIQUE",
        "CREATE CONSTRAINT document_id IF NOT EXISTS FOR (d:Document) REQUIRE d.id IS UNIQUE",
        "CREATE CONSTRAINT agent_name IF NOT EXISTS FOR (a:Agent) REQUIRE a.name IS UNIQUE",
        "CREATE CONSTRAINT agent_id IF NOT EXISTS FOR (a:Agent) REQUIRE a.id IS UNIQUE",
        "CREATE CONSTRAINT concept_key IF NOT EXISTS FOR (c:Concept) REQUIRE (c.mind, c.key) IS UNIQUE",
        "CREATE CONSTRAINT concept_id IF NOT EXISTS FOR (c:Concept) REQUIRE c.id IS UNIQUE",
        "CREATE CONSTRAINT job_name IF NOT EXISTS FOR (j:Job) REQUIRE j.name IS UNIQUE",
        "CREATE CONSTRAINT entry_place IF NOT EXISTS FOR (e:JobEntry) REQUIRE e.place IS UNIQUE",
        "CREATE CONSTRAINT sequence_name IF NOT EXISTS FOR (s:Sequence) REQUIRE s.name IS UNIQUE",
        (
            "CREATE CONSTRAINT deferred_edge IF NOT EXISTS FOR (d:Deferred)"
            " REQUIRE (d.mind, d.due, d.success, d.agent, d.concept) IS UNIQUE"
        ),
        "CREATE CONSTRAINT vector_agent IF NOT EXISTS FOR (v:Vector) REQUIRE v.agent IS UNIQUE",
        "CREATE INDEX document_mind IF NOT EXISTS FOR (d:Document) ON (d.mind)",
        "CREATE INDEX agent_version IF NOT EXISTS FOR (a:Agent) ON (a.mind, a.version, a.id)",
        "CREATE INDEX agent_bundle IF NOT EXISTS FOR (a:Agent) ON (a.mind, a.bundle, a.name)",
        "CREATE INDEX handled_name IF NOT EXISTS FOR (c:Handled) ON (c.mind, c.first, c.words)",
        "CREATE INDEX removed_version IF NOT EXISTS FOR (r:Removed) ON (r.mind, r.version)",
        "CREATE INDEX deferred_due IF NOT EXISTS FOR (d:Deferred) ON (d.due)",
        "CREATE INDEX entry_state IF NOT EXISTS FOR (e:JobEntry) ON (e.job, e.state)",
        "CREATE INDEX removed_at IF NOT EXISTS FOR (r:Removed) ON (r.at)",
        "CREATE INDEX entry_document IF NOT EXISTS FOR (e:JobEntry) ON (e.document)",
        "CREATE INDEX job_updated IF NOT EXISTS FOR (j:Job) ON (j.updated)",
        "CREATE INDEX learned_handles IF NOT EXISTS FOR ()-[r:HANDLES_CONCEPT]-() ON (r.learned)",
        "CREATE INDEX learned_mentions IF NOT EXISTS FOR ()-[r:MENTIONS]-() ON (r.learned)",
        "CREATE INDEX learned_linked IF NOT EXISTS FOR ()-[r:LINKED]-() ON (r.learned)",
    ),
    ("CREATE CONSTRAINT region_number IF NOT EXISTS FOR (r:Region) REQUIRE (r.mind, r.number) IS UNIQUE",),
    ("CREATE INDEX document_pinned IF NOT EXISTS FOR (d:Document) ON (d.pinned)",),
    (
        "CREATE CONSTRAINT condemned_bundle IF NOT EXISTS FOR (c:Condemned) REQUIRE c.bundle IS UNIQUE",
        "CREATE INDEX condemned_at IF NOT EXISTS FOR (c:Condemned) ON (c.at)",
    ),
    ("CREATE CONSTRAINT lease_name IF NOT EXISTS FOR (l:Lease) REQUIRE l.name IS UNIQUE",),
)
"""None is ever changed. A statement that is run again changes nothing, for a migration may end in the middle."""
MIGRATION_SECONDS = 900.0
_READY: LiteralString = "CALL db.awaitIndexes(600)"
_LOCK: LiteralString = "MERGE (s:Schema {id: 1}) SET s.lock = true WITH s RETURN coalesce(s.version, 0)"


def migrate(database: Database) -> None:
    """Bring the database to this version's schema. StartError if it is of a newer one."""
    _define(database, "CREATE CONSTRAINT schema_id IF NOT EXISTS FOR (s:Schema) REQUIRE s.id IS UNIQUE")

    def migrating(transaction: ManagedTransaction) -> None:
        """Other replicas wait here for the lock on the node, and then find nothing to do."""
        [found] = transaction.run(_LOCK).single(strict=True)
        if found > len(MIGRATIONS):
            raise StartError(
                f"SCHEMA_TOO_NEW: the graph at MYRIAD_GRAPH was written by a newer Myriad (schema {found}, this one"
                f" knows {len(MIGRATIONS)}); start that version, or use another database"
            )
        for migration in MIGRATIONS[found:]:
            for statement in migration:
                _define(database, statement)
        if found < len(MIGRATIONS):
            database.write("", lambda other: other.run(_READY).consume(), seconds=MIGRATION_SECONDS)
            transaction.run("MATCH (s:Schema {id: 1}) SET s.version = $version", version=len(MIGRATIONS)).consume()

    database.write("", migrating, seconds=MIGRATION_SECONDS)


def _define(database: Database, statement: LiteralString) -> None:
    database.write("", lambda transaction: transaction.run(statement).consume())
