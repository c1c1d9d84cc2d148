"""The ledger of learning jobs."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Sequence
from typing import Any, LiteralString

from neo4j import ManagedTransaction

from connectome.adapters.messages import job
from connectome.adapters.neo4j.database import Database, batches
from connectome.errors import JobCancelled, JobNotFound
from mesh import names
from mesh.errors import reason_name
from myriad.genesis.v1.document_pb2 import DocumentResult, Job

SHOWN_FAILURES = 100
JOB_SECONDS = 7 * 24 * 3600.0
"""A job that has not gone on for so long is no more, with all it says of documents."""
_OPEN: LiteralString = """
MERGE (j:Job {name: $name})
ON CREATE SET j.created = $now, j.learned = 0, j.unchanged = 0, j.failed = 0, j.added = 0, j.removed = 0
WITH j WHERE coalesce(j.state, $state) <> $cancelled
SET j.state = $state, j.updated = $now
"""
_END: LiteralString = "MATCH (j:Job {name: $name, state: $running}) SET j.state = $state"
_TOUCH: LiteralString = "MATCH (j:Job {name: $name}) SET j.updated = $now RETURN j.name"
_REPLACED: LiteralString = """
UNWIND $entries AS entry
MERGE (e:JobEntry {place: entry.place})
WITH e, entry, e.state AS state, e.added AS added, e.removed AS removed
SET e += entry
RETURN state, added, removed
"""
_COUNT: LiteralString = """
MATCH (j:Job {name: $name})
SET j.learned = j.learned + $learned, j.unchanged = j.unchanged + $unchanged, j.failed = j.failed + $failed,
    j.added = j.added + $added, j.removed = j.removed + $removed
"""
_JOB: LiteralString = """
MATCH (j:Job {name: $name})
CALL (j) {
    MATCH (e:JobEntry {job: j.name, state: $failed})
    WITH e ORDER BY e.uri, e.line LIMIT $limit
    RETURN collect([e.document, e.uri, e.line, e.reason, e.message]) AS failures
}
RETURN j.state, j.created, j.updated, j.learned, j.unchanged, j.failed, j.added, j.removed, failures
"""
_LISTED: LiteralString = """
MATCH (j:Job) WHERE j.name > $after AND j.name < $end
RETURN j.name, j.state, j.created, j.updated, j.learned, j.unchanged, j.failed, j.added, j.removed
ORDER BY j.name LIMIT $limit
"""
_FORGET: LiteralString = (
    "UNWIND $documents AS document MATCH (e:JobEntry {document: document}) DELETE e RETURN count(e)"
)
_FORGET_JOBS: LiteralString = """
MATCH (j:Job) WHERE j.updated < $before
CALL (j) {
    OPTIONAL MATCH (e:JobEntry {job: j.name}) WHERE e.state IS NOT NULL
    DELETE e, j
} IN TRANSACTIONS OF 10 ROWS
"""
_COUNTED = {
    "learned": DocumentResult.STATE_LEARNED,
    "unchanged": DocumentResult.STATE_UNCHANGED,
    "failed": DocumentResult.STATE_FAILED,
}


class Neo4jLedger:
    """Jobs and what became of their documents; see `connectome.ports.JobLedger`."""

    _database: Database

    def open_job(self, name: str) -> Job:
        def write(transaction: ManagedTransaction) -> Job:
            given = {"state": Job.STATE_RUNNING, "cancelled": Job.STATE_CANCELLED}
            transaction.run(_OPEN, {"name": name, "now": time.time(), **given}).consume()
            return _job(name, _read(transaction, name))

        opened = self._database.write(names.parent(name), write)
        if opened.state == Job.STATE_CANCELLED:
            raise JobCancelled(name)
        return opened

    def record(self, name: str, entries: Sequence[DocumentResult]) -> Job:
        def write(transaction: ManagedTransaction) -> Job:
            _touch(transaction, name)
            for piece in batches(_last_of_each(entries)):
                _record(transaction, name, piece)
            return _job(name, _read(transaction, name))

        return self._database.write(names.parent(name), write)

    def close_job(self, name: str, failed: bool) -> Job:
        def write(transaction: ManagedTransaction) -> Job:
            _touch(transaction, name)
            _end(transaction, name, Job.STATE_FAILED if failed else Job.STATE_SUCCEEDED)
            return _job(name, _read(transaction, name))

        return self._database.write(names.parent(name), write)

    def cancel_job(self, name: str) -> Job:
        def write(transaction: ManagedTransaction) -> Job:
            _end(transaction, name, Job.STATE_CANCELLED)
            return _job(name, _read(transaction, name))

        return self._database.write(names.parent(name), write)

    def get_job(self, name: str) -> Job:
        failed = DocumentResult.STATE_FAILED
        return _job(name, self._database.rows(_JOB, names.parent(name), name=name, failed=failed, limit=SHOWN_FAILURES))

    def list_jobs(self, mind: str, after: str, limit: int) -> list[Job]:
        after, end = names.within(f"{mind}/jobs", after)
        rows = self._database.rows(_LISTED, mind, after=after, end=end, limit=limit)
        return [job(*(*row, ())) for row in rows]

    def forget_entries(self, documents: Sequence[str]) -> int:
        def write(transaction: ManagedTransaction) -> int:
            return sum(transaction.run(_FORGET, documents=piece).single(strict=True)[0] for piece in batches(documents))

        return self._database.write(names.parent(documents[0]), write) if documents else 0

    def forget_jobs(self, now: float) -> None:
        """Take away the jobs whose time is over."""
        self._database.command(_FORGET_JOBS, before=now - JOB_SECONDS)


def _last_of_each(entries: Sequence[DocumentResult]) -> list[DocumentResult]:
    return list({(entry.document, entry.uri, entry.line): entry for entry in entries}.values())


def _record(transaction: ManagedTransaction, name: str, entries: Sequence[DocumentResult]) -> None:
    """Write entries, and add to the job's counts what they say, less what those that they replace had said."""
    rows = [
        {
            "place": _place(name, entry),
            "job": name,
            "document": entry.document,
            "uri": entry.uri,
            "line": entry.line,
            "state": entry.state,
            "reason": reason_name(entry.reason),
            "message": entry.message,
            "agents": entry.agent_count,
            "added": entry.added_agent_count,
            "removed": entry.removed_agent_count,
        }
        for entry in entries
    ]
    replaced = [row for row in transaction.run(_REPLACED, entries=rows).values() if row[0] is not None]
    now = [[entry.state, entry.added_agent_count, entry.removed_agent_count] for entry in entries]
    added, before = _counts(now), _counts(replaced)
    transaction.run(_COUNT, {"name": name, **{count: added[count] - before[count] for count in added}}).consume()


def _counts(entries: Sequence[Sequence[int]]) -> dict[str, int]:
    """What entries (state, added, removed) come to."""
    counts = {count: sum(entry[0] == state for entry in entries) for count, state in _COUNTED.items()}
    return counts | {"added": sum(entry[1] for entry in entries), "removed": sum(entry[2] for entry in entries)}


def _place(name: str, entry: DocumentResult) -> str:
    """Of a fixed size, since where a document lies may have a name too long for an index."""
    return hashlib.sha256("\n".join([name, entry.document, entry.uri, str(entry.line)]).encode()).hexdigest()


def _touch(transaction: ManagedTransaction, name: str) -> None:
    if not transaction.run(_TOUCH, name=name, now=time.time()).values():
        raise JobNotFound("there is no such job", job=name)


def _end(transaction: ManagedTransaction, name: str, state: Job.State.ValueType) -> None:
    """Of a job that is open."""
    transaction.run(_END, name=name, running=Job.STATE_RUNNING, state=state).consume()


def _read(transaction: ManagedTransaction, name: str) -> list[list[Any]]:
    return transaction.run(_JOB, name=name, failed=DocumentResult.STATE_FAILED, limit=SHOWN_FAILURES).values()


def _job(name: str, rows: Sequence[Sequence[Any]]) -> Job:
    if not rows:
        raise JobNotFound("there is no such job", job=name)
    [row] = rows
    return job(name, *row)
