"""
Numbered migrations: how a database of any released schema becomes one of this schema.

What a migration says is never changed once it was released; a new schema is a new one, and a new golden file for
`tests/contract/test_migrations.py`.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from pathlib import Path

from mesh.listening import StartError

_2 = """
CREATE TABLE minds (
    id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE, display_name TEXT NOT NULL,
    version INTEGER NOT NULL DEFAULT 0, created REAL NOT NULL);
CREATE TABLE documents (
    id INTEGER PRIMARY KEY, mind INTEGER NOT NULL, name TEXT NOT NULL UNIQUE, title TEXT NOT NULL, uri TEXT NOT NULL,
    content_hash TEXT NOT NULL, metadata TEXT NOT NULL, created REAL NOT NULL, updated REAL NOT NULL);
CREATE INDEX documents_by_mind ON documents (mind, name);
CREATE TABLE agents (
    id INTEGER PRIMARY KEY AUTOINCREMENT, mind INTEGER NOT NULL, name TEXT NOT NULL UNIQUE, document INTEGER NOT NULL,
    position INTEGER NOT NULL, headings TEXT NOT NULL, text TEXT NOT NULL, packet_location TEXT NOT NULL,
    version INTEGER NOT NULL);
CREATE INDEX agents_by_mind ON agents (mind, name);
CREATE INDEX agents_by_document ON agents (document, position);
CREATE INDEX agents_by_version ON agents (mind, version);
CREATE TABLE removed_agents (mind INTEGER NOT NULL, version INTEGER NOT NULL, agent INTEGER NOT NULL);
CREATE INDEX removed_by_mind ON removed_agents (mind, version);
CREATE TABLE concepts (
    id INTEGER PRIMARY KEY, mind INTEGER NOT NULL, key TEXT NOT NULL, first TEXT NOT NULL, words INTEGER NOT NULL,
    name TEXT NOT NULL, handled INTEGER NOT NULL DEFAULT 0, mentioned INTEGER NOT NULL DEFAULT 0, UNIQUE (mind, key));
CREATE INDEX handled_names ON concepts (mind, first, words) WHERE handled > 0;
CREATE TABLE edges (
    agent INTEGER NOT NULL, concept INTEGER NOT NULL, kind INTEGER NOT NULL, weight REAL NOT NULL DEFAULT 0.5,
    touched REAL NOT NULL DEFAULT 0, PRIMARY KEY (agent, concept)) WITHOUT ROWID;
CREATE INDEX edges_by_concept ON edges (concept, kind, agent, weight, touched);
CREATE TABLE jobs (
    name TEXT PRIMARY KEY, state INTEGER NOT NULL, created REAL NOT NULL, updated REAL NOT NULL,
    learned INTEGER NOT NULL DEFAULT 0, unchanged INTEGER NOT NULL DEFAULT 0, failed INTEGER NOT NULL DEFAULT 0,
    agents_added INTEGER NOT NULL DEFAULT 0, agents_removed INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID;
CREATE TABLE job_entries (
    job TEXT NOT NULL, document TEXT NOT NULL, uri TEXT NOT NULL, line INTEGER NOT NULL, state INTEGER NOT NULL,
    reason TEXT NOT NULL, message TEXT NOT NULL, agents INTEGER NOT NULL, agents_added INTEGER NOT NULL,
    agents_removed INTEGER NOT NULL, PRIMARY KEY (job, document, uri, line)) WITHOUT ROWID;
CREATE INDEX failed_entries ON job_entries (job, uri, line) WHERE state = 4;
"""

_3 = """
-- Files of schema 2 have some or all of the next eight, as the version had it that opened them last.
CREATE INDEX IF NOT EXISTS entries_by_document ON job_entries (document);
CREATE INDEX IF NOT EXISTS learned_edges ON edges (agent, concept) WHERE weight <> 0.5;
CREATE TABLE IF NOT EXISTS deferred (
    due INTEGER NOT NULL, mind INTEGER NOT NULL, success INTEGER NOT NULL, agent INTEGER NOT NULL,
    concept INTEGER NOT NULL, PRIMARY KEY (due, mind, success, agent, concept)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS vectors (
    agent INTEGER PRIMARY KEY, mind INTEGER NOT NULL, model TEXT NOT NULL, vector BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS mind_requests (mind INTEGER PRIMARY KEY, request TEXT NOT NULL);
CREATE TRIGGER IF NOT EXISTS forget_request AFTER DELETE ON minds BEGIN
    DELETE FROM mind_requests WHERE mind = old.id; END;
CREATE INDEX IF NOT EXISTS vectors_by_mind ON vectors (mind);
CREATE TRIGGER IF NOT EXISTS forget_vector AFTER DELETE ON agents BEGIN DELETE FROM vectors WHERE agent = old.id; END;

-- A packet location is its bundle's URI, `#`, digits, `+` and a hash.
ALTER TABLE agents ADD COLUMN bundle TEXT
    GENERATED ALWAYS AS (rtrim(rtrim(packet_location, '0123456789abcdef+'), '#')) VIRTUAL;
CREATE INDEX agents_by_bundle ON agents (mind, bundle);

-- Of agents that were removed up to this version nothing is known any more.
ALTER TABLE minds ADD COLUMN removals_forgotten INTEGER NOT NULL DEFAULT 0;
"""

_4 = """
CREATE TABLE belongings (
    concept INTEGER PRIMARY KEY, mind INTEGER NOT NULL, region INTEGER NOT NULL, weight REAL NOT NULL);
CREATE INDEX belongings_by_region ON belongings (mind, region, weight);
CREATE TRIGGER forget_belonging AFTER DELETE ON concepts BEGIN DELETE FROM belongings WHERE concept = old.id; END;
ALTER TABLE minds ADD COLUMN regions_version INTEGER NOT NULL DEFAULT 0;
"""

_5 = """
ALTER TABLE documents ADD COLUMN pinned INTEGER NOT NULL DEFAULT 0;
CREATE INDEX pinned_documents ON documents (id) WHERE pinned = 1;
"""

_6 = """
CREATE TABLE condemned (bundle TEXT PRIMARY KEY, at REAL NOT NULL) WITHOUT ROWID;
CREATE INDEX condemned_by_time ON condemned (at);
"""

_7 = """
-- Names begin with their mind's: the indexes by which they are unique do for both.
DROP INDEX agents_by_mind;
DROP INDEX documents_by_mind;
"""

_8 = """
ALTER TABLE minds ADD COLUMN allowed_models TEXT NOT NULL DEFAULT '[]';
"""

_9 = """
-- What a passage says, see `connectome.passage`; nothing of those that were learned before: their text is read.
ALTER TABLE agents ADD COLUMN said BLOB;
"""

MIGRATIONS: Mapping[int, str] = {2: _2, 3: _3, 4: _4, 5: _5, 6: _6, 7: _7, 8: _8, 9: _9}
"""By the schema that each leads to, from the one before or from nothing."""
OLDEST, SCHEMA = min(MIGRATIONS), max(MIGRATIONS)


def migrate(connection: sqlite3.Connection, path: Path) -> None:
    """
    Bring a database to this schema, each migration in a transaction; nobody else may be doing so.

    StartError if it is newer than this software, or older than what was ever released.
    """
    found = _schema(connection, path)
    for number in (one for one in MIGRATIONS if one > found):
        connection.execute("BEGIN IMMEDIATE")
        try:
            _apply(connection, number)
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:  # SQLite undoes some by itself
                connection.execute("ROLLBACK")
            raise


def _apply(connection: sqlite3.Connection, number: int) -> None:
    for statement in _statements(MIGRATIONS[number]):
        connection.execute(statement)
    connection.execute(f"PRAGMA user_version = {number}")


def _statements(script: str) -> Iterator[str]:
    """One by one: `executescript` would commit what came before."""
    statement = ""
    for line in script.splitlines():
        statement += f"{line}\n"
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""


def _schema(connection: sqlite3.Connection, path: Path) -> int:
    found = int(connection.execute("PRAGMA user_version").fetchone()[0])
    if found > SCHEMA:
        raise StartError(
            f"SCHEMA_TOO_NEW: {path} was written by a newer Myriad (schema {found}, this one knows {SCHEMA});"
            f" start that version, or use another data folder"
        )
    if 0 < found < OLDEST:
        raise StartError(
            f"{path} is of schema {found}, whose packets have no checksums; learn its documents again in another"
            f" data folder"
        )
    return found
