"""The ledger of learning jobs."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Sequence

from connectome.adapters.sqlite.database import Database
from connectome.errors import JobNotFound
from myriad.genesis.v1.document_pb2 import DocumentResult, Job

SHOWN_FAILURES = 100


class SqliteLedger:
    """Jobs and what became of their documents; see `connectome.ports.GraphStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def open_job(self, name: str) -> Job:
        now = time.time()
        with self._database.writing() as connection:
            connection.execute(
                "INSERT INTO jobs (name, state, created, updated) VALUES (?, ?, ?, ?)"
                " ON CONFLICT (name) DO UPDATE SET state = excluded.state, updated = excluded.updated",
                (name, Job.STATE_RUNNING, now, now),
            )
            return _job(connection, name)

    def record(self, name: str, entries: Sequence[DocumentResult]) -> Job:
        with self._database.writing() as connection:
            _touch(connection, name)
            connection.executemany(
                "INSERT OR REPLACE INTO job_entries VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [
                    (
                        name,
                        entry.document,
                        entry.uri,
                        entry.line,
                        entry.state,
                        entry.reason,
                        entry.message,
                        entry.agents,
                        entry.agents_added,
                        entry.agents_removed,
                    )
                    for entry in entries
                ],
            )
            return _job(connection, name)

    def close_job(self, name: str, failed: bool) -> Job:
        with self._database.writing() as connection:
            _touch(connection, name)
            state = Job.STATE_FAILED if failed else Job.STATE_SUCCEEDED
            connection.execute("UPDATE jobs SET state = ? WHERE name = ?", (state, name))
            return _job(connection, name)

    def get_job(self, name: str) -> Job:
        return _job(self._database.reader(), name)


def _touch(connection: sqlite3.Connection, name: str) -> None:
    if not connection.execute("UPDATE jobs SET updated = ? WHERE name = ?", (time.time(), name)).rowcount:
        raise JobNotFound("there is no such job", job=name)


def _job(connection: sqlite3.Connection, name: str) -> Job:
    row = connection.execute("SELECT state, created, updated FROM jobs WHERE name = ?", (name,)).fetchone()
    if row is None:
        raise JobNotFound("there is no such job", job=name)
    job = Job(name=name, state=row[0])
    job.create_time.FromNanoseconds(int(row[1] * 1e9))
    job.update_time.FromNanoseconds(int(row[2] * 1e9))
    counts = (
        "SELECT state, count(*), sum(agents_added), sum(agents_removed) FROM job_entries WHERE job = ? GROUP BY state"
    )
    for state, count, added, removed in connection.execute(counts, (name,)):
        job.learned += count if state == DocumentResult.STATE_LEARNED else 0
        job.unchanged += count if state == DocumentResult.STATE_UNCHANGED else 0
        job.failed += count if state == DocumentResult.STATE_FAILED else 0
        job.agents_added += added
        job.agents_removed += removed
    failures = connection.execute(
        "SELECT document, uri, line, reason, message FROM job_entries WHERE job = ? AND state = ?"
        " ORDER BY uri, line, document LIMIT ?",
        (name, DocumentResult.STATE_FAILED, SHOWN_FAILURES),
    )
    job.failures.extend(
        DocumentResult(
            document=document, uri=uri, line=line, reason=reason, message=message, state=DocumentResult.STATE_FAILED
        )
        for document, uri, line, reason, message in failures
    )
    return job
