"""The contract of an audit log."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from gatekeeper.adapters.s3 import S3KeyStore
from gatekeeper.adapters.s3_audit import S3AuditLog
from gatekeeper.adapters.sqlite_audit import SqliteAuditLog
from gatekeeper.audit import following
from gatekeeper.ports import AuditLog
from mesh.audit import Entry
from tests.servers import S3

Open = Callable[[], AbstractAsyncContextManager[AuditLog]]


@pytest.fixture(params=["sqlite", "s3"])
def open_log(request: pytest.FixtureRequest, tmp_path: Path) -> Open:
    if request.param == "sqlite":
        return lambda: SqliteAuditLog.open(tmp_path / "audit.db")
    bucket: S3 = request.getfixturevalue("bucket")
    return lambda: S3AuditLog.open(f"s3://{bucket.bucket}/keys", bucket.endpoint)


@pytest.fixture
def bucket(s3: S3, monkeypatch: pytest.MonkeyPatch) -> S3:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", s3.access_key)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", s3.secret_key)
    monkeypatch.setenv("AWS_DEFAULT_REGION", s3.region)
    return s3


def entries(count: int) -> list[Entry]:
    made: list[Entry] = []
    for number in range(count):
        last = made[-1] if made else None
        made.append(following(last, datetime.now(UTC), "keys/k – “ü”", "key.update", f"keys/{number}", '{"a": 1}'))
    return made


async def test_entries_come_back_as_they_went_in_and_in_order(open_log: Open) -> None:
    chain = entries(12)
    async with open_log() as log:
        assert await log.last() is None
        assert list(await log.list(0, 10)) == []
        for entry in chain:
            assert await log.add([entry])
            assert await log.last() == entry
    async with open_log() as log:
        assert await log.last() == chain[-1]
        assert list(await log.list(0, 5)) == chain[:5]
        assert list(await log.list(5, 100)) == chain[5:]


async def test_an_entry_is_never_written_over(open_log: Open) -> None:
    first, second = entries(2)
    async with open_log() as log:
        assert await log.add([first])
        assert not await log.add([replace(first, actor="somebody else")])
        assert await log.last() == first
        assert await log.add([second])
        assert not await log.add([first])
        assert list(await log.list(0, 10)) == [first, second]


async def test_what_is_written_at_once_is_listed_from_any_entry_on(open_log: Open) -> None:
    chain = entries(130)
    async with open_log() as log:
        for start, end in ((0, 1), (1, 101), (101, 104), (104, 130)):
            assert await log.add(chain[start:end])
            assert await log.last() == chain[end - 1]
    async with open_log() as log:
        for after, limit in ((0, 200), (0, 3), (1, 5), (55, 60), (99, 2), (100, 1), (103, 30), (130, 10)):
            assert list(await log.list(after, limit)) == chain[after : after + limit]


async def test_of_entries_written_at_once_all_are_kept_or_none(open_log: Open) -> None:
    chain = entries(3)
    async with open_log() as log:
        assert await log.add(chain[:1])
        assert not await log.add([replace(one, actor="somebody else") for one in chain])
        assert list(await log.list(0, 10)) == chain[:1]


async def test_of_entries_with_one_number_at_once_one_is_kept(open_log: Open) -> None:
    (first,) = entries(1)
    async with open_log() as log:
        kept = await asyncio.gather(*(log.add([replace(first, actor=str(number))]) for number in range(5)))
        assert sorted(kept) == [False] * 4 + [True]
        assert len(await log.list(0, 10)) == 1


async def test_who_wrote_elsewhere_is_seen(bucket: S3) -> None:
    where = f"s3://{bucket.bucket}/keys", bucket.endpoint
    first, second = entries(2)
    async with S3AuditLog.open(*where) as one, S3AuditLog.open(*where) as another:
        assert await one.add([first])
        assert await another.last() == first
        assert await another.add([second])
        assert await one.last() == second


async def test_the_log_lies_beside_the_keys_and_is_none(bucket: S3, caplog: pytest.LogCaptureFixture) -> None:
    where = f"s3://{bucket.bucket}/keys", bucket.endpoint
    async with S3AuditLog.open(*where) as log:
        await log.add(entries(1))
    async with S3KeyStore.open(*where, None) as store:
        assert list(await store.list("")) == []
        assert store._known == {}


async def test_sqlite_itself_changes_no_entry_and_takes_none_out(tmp_path: Path) -> None:
    async with SqliteAuditLog.open(tmp_path / "audit.db") as log:
        await log.add(entries(1))
    connection = sqlite3.connect(tmp_path / "audit.db")
    for statement in ("DELETE FROM entries", "UPDATE entries SET actor = 'x'"):
        with pytest.raises(sqlite3.IntegrityError, match="entries are not"):
            connection.execute(statement)
    connection.close()
