"""The ledger of learning jobs."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Sequence

from connectome.adapters.messages import job
from connectome.adapters.sqlite.database import Database
from connectome.errors import JobCancelled, JobNotFound
from connectome.ports import JOB_SECONDS, SHOWN_FAILURES
from mesh import names
from mesh.errors import reason_name
from myriad.genesis.v1.document_pb2 import DocumentResult, Job

_FAILED = DocumentResult.STATE_FAILED
_ADD_COUNTS = """
UPDATE jobs SET learned = learned + ?, unchanged = unchanged + ?, failed = failed + ?,
    agents_added = agents_added + ?, agents_removed = agents_removed + ? WHERE name = ?
"""
_JOB = "SELECT name, state, created, updated, learned, unchanged, failed, agents_added, agents_removed FROM jobs"
_COUNTED = (DocumentResult.STATE_LEARNED, DocumentResult.STATE_UNCHANGED, _FAILED)


class SqliteLedger:
    """See `connectome.ports.JobLedger`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def open_job(self, name: str) -> Job:
        now = time.time()
        with self._database.writing() as connection:
            connection.execute(
                "INSERT INTO jobs (name, state, created, updated) VALUES (?, ?, ?, ?)"
                " ON CONFLICT (name) DO UPDATE SET state = excluded.state, updated = excluded.updated WHERE state <> ?",
                (name, Job.STATE_RUNNING, now, now, Job.STATE_CANCELLED),
            )
            opened = _job(connection, name)
        if opened.state == Job.STATE_CANCELLED:
            raise JobCancelled(name)
        return opened

    def record(self, name: str, entries: Sequence[DocumentResult]) -> Job:
        with self._database.writing() as connection:
            _touch(connection, name)
            counts = [_record(connection, name, entry) for entry in entries]
            if counts:
                connection.execute(_ADD_COUNTS, (*map(sum, zip(*counts, strict=True)), name))
            return _job(connection, name)

    def close_job(self, name: str, failed: bool) -> Job:
        with self._database.writing() as connection:
            _touch(connection, name)
            _end(connection, name, Job.STATE_FAILED if failed else Job.STATE_SUCCEEDED)
            return _job(connection, name)

    def cancel_job(self, name: str) -> Job:
        with self._database.writing() as connection:
            _end(connection, name, Job.STATE_CANCELLED)
            return _job(connection, name)

    def forget_entries(self, documents: Sequence[str]) -> int:
        with self._database.writing() as connection:
            return sum(
                connection.execute("DELETE FROM job_entries WHERE document = ?", (document,)).rowcount
                for document in documents
            )

    def forget_jobs(self, now: float) -> None:
        """Take away the jobs whose time is over."""
        with self._database.writing() as connection:
            gone = connection.execute(
                "DELETE FROM jobs WHERE updated < ? RETURNING name", (now - JOB_SECONDS,)
            ).fetchall()
            connection.executemany("DELETE FROM job_entries WHERE job = ?", gone)

    def get_job(self, name: str) -> Job:
        with self._database.reading() as connection:
            return _job(connection, name)

    def list_jobs(self, mind: str, after: str, limit: int) -> list[Job]:
        statement = f"{_JOB} WHERE name > ? AND name < ? ORDER BY name LIMIT ?"
        rows = self._database.rows(statement, (*names.within(f"{mind}/jobs", after), limit))
        return [job(*(*row, ())) for row in rows]


def _record(connection: sqlite3.Connection, name: str, entry: DocumentResult) -> list[int]:
    """Write one entry; what it adds to the job's counts, less what the entry that it replaces had added."""
    place = (name, entry.document, entry.uri, entry.line)
    replaced = connection.execute(
        "DELETE FROM job_entries WHERE job = ? AND document = ? AND uri = ? AND line = ?"
        " RETURNING state, agents_added, agents_removed",
        place,
    ).fetchone()
    changed = entry.added_agent_count, entry.removed_agent_count
    reason = reason_name(entry.reason)
    connection.execute(
        "INSERT INTO job_entries VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (*place, entry.state, reason, entry.message, entry.agent_count, *changed),
    )
    now, before = _counts(entry.state, *changed), _counts(*(replaced or (0, 0, 0)))
    return [one - other for one, other in zip(now, before, strict=True)]


def _counts(state: int, added: int, removed: int) -> list[int]:
    return [*(int(state == one) for one in _COUNTED), added, removed]


def _touch(connection: sqlite3.Connection, name: str) -> None:
    if not connection.execute("UPDATE jobs SET updated = ? WHERE name = ?", (time.time(), name)).rowcount:
        raise JobNotFound("there is no such job", job=name)


def _end(connection: sqlite3.Connection, name: str, state: Job.State.ValueType) -> None:
    """Of a job that is open."""
    connection.execute("UPDATE jobs SET state = ? WHERE name = ? AND state = ?", (state, name, Job.STATE_RUNNING))


def _job(connection: sqlite3.Connection, name: str) -> Job:
    row = connection.execute(f"{_JOB} WHERE name = ?", (name,)).fetchone()
    if row is None:
        raise JobNotFound("there is no such job", job=name)
    failures = connection.execute(
        f"SELECT document, uri, line, reason, message FROM job_entries WHERE job = ? AND state = {_FAILED}"  # noqa: S608
        " ORDER BY uri, line LIMIT ?",
        (name, SHOWN_FAILURES),
    )
    return job(*(*row, failures))
