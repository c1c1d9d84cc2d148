"""Entries of the audit log, and the rule of their hashes, for who writes the log and for who doubts it."""

from __future__ import annotations

import hashlib
from dataclasses import astuple, dataclass
from datetime import UTC, datetime

NOTHING = "0" * 64
"""The hash before the first entry."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An entry of the audit log; see `AuditEntry` in the contract."""

    number: int
    time: datetime
    actor: str
    action: str
    subject: str
    details: str
    previous_hash: str
    hash: str


def digest(entry: Entry) -> str:
    """What the `hash` of an entry has to be."""
    number, time, *texts, _ = astuple(entry)
    moment = time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    return hashlib.sha256("\n".join((str(number), moment, *texts)).encode()).hexdigest()


def follows(entry: Entry, before: Entry | None) -> bool:
    """Whether `entry` is what was written after `before`, or as the first one: each holds what the other says of it."""
    number, previous = (before.number, before.hash) if before else (0, NOTHING)
    return (entry.number, entry.previous_hash, entry.hash) == (number + 1, previous, digest(entry))
