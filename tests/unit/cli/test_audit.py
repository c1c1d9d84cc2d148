"""The audit log, doubted: what was changed, taken out or put in shows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from cli.audit import verified
from cli.errors import Failure
from mesh.audit import NOTHING, Entry, digest

Log = list[dict[str, Any]]


def log(count: int) -> Log:
    """As REST gives it."""
    given: Log = []
    last = NOTHING
    for number in range(1, count + 1):
        # With microseconds and without: JSON leaves out zeros.
        time = datetime(2026, 11, 29, tzinfo=UTC) + timedelta(microseconds=number % 2 * 123_000)
        entry = Entry(
            number=number,
            time=time,
            actor="keys/a",
            action="key.create",
            subject="keys/b",
            details='{"a":"ü"}',
            previous_hash=last,
            hash="",
        )
        last = digest(entry)
        entry = replace(entry, hash=last)
        given.append(
            {
                "number": str(entry.number),
                "time": entry.time.isoformat().replace("+00:00", "Z"),
                "actor": entry.actor,
                "action": entry.action,
                "subject": entry.subject,
                "details": entry.details,
                "previousHash": entry.previous_hash,
                "hash": entry.hash,
            }
        )
    return given


def test_a_whole_log_is_told_by_its_length_and_its_last_hash() -> None:
    assert verified(log(5), "") == (5, log(5)[-1]["hash"])
    assert verified([], "") == (0, NOTHING)


def changed(**fields: Any) -> Callable[[Log], Log]:
    return lambda entries: [*entries[:2], {**entries[2], **fields}, *entries[3:]]


@pytest.mark.parametrize(
    "forge",
    [
        lambda entries: entries[1:],
        lambda entries: [*entries[:2], *entries[3:]],
        lambda entries: [*entries[:3], entries[2], *entries[3:]],
        lambda entries: [entries[1], entries[0], *entries[2:]],
        changed(actor="keys/c"),
        changed(time="2026-11-29T00:00:01Z"),
        changed(time="no time"),
        changed(number="x"),
        changed(number=None),
        changed(hash="0" * 64),
        changed(details="{}"),
    ],
)
def test_whatever_was_changed_taken_out_or_put_in_shows(forge: Callable[[Log], Log]) -> None:
    with pytest.raises(Failure, match=r"was changed: entry [1-4] "):
        verified(forge(log(5)), "")


def test_a_log_that_was_cut_off_or_written_anew_shows_by_a_hash_that_was_kept() -> None:
    whole = log(5)
    assert verified(whole, whole[2]["hash"])[0] == 5
    with pytest.raises(Failure, match="no entry has the hash"):
        verified(whole[:3], whole[-1]["hash"])
