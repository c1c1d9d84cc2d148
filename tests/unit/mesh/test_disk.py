"""What failures of the disk mean."""

from __future__ import annotations

import errno
import os
import sqlite3
from pathlib import Path

import grpc
import pytest

from mesh import disk
from mesh.disk import StorageDamaged, StorageFull, StorageHeld


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_no_room_is_a_reason_to_try_again(number: int, tmp_path: Path) -> None:
    with pytest.raises(StorageFull) as raised, disk.Faults(tmp_path):
        raise OSError(number, os.strerror(number))
    assert (raised.value.code, raised.value.reason_name) == (grpc.StatusCode.UNAVAILABLE, "STORAGE_FULL")
    assert raised.value.retry_seconds
    assert str(tmp_path) not in raised.value.message


def test_a_database_without_room_is_told(tmp_path: Path) -> None:
    database = sqlite3.connect(tmp_path / "a.db")
    database.execute("PRAGMA max_page_count = 2")
    database.execute("CREATE TABLE t (content BLOB)")
    with pytest.raises(StorageFull), disk.Faults(tmp_path / "a.db"):
        database.execute("INSERT INTO t VALUES (zeroblob(100000))")
    database.close()


def test_a_damaged_database_is_told_with_its_file_and_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    path.write_bytes(b"no database at all" * 100)
    database = sqlite3.connect(path)
    with pytest.raises(StorageDamaged) as raised, disk.Faults(path, "learn the documents again"):
        database.execute("PRAGMA user_version")
    assert (raised.value.code, raised.value.reason_name) == (grpc.StatusCode.DATA_LOSS, "STORAGE_DAMAGED")
    assert str(path) in raised.value.text
    assert raised.value.text.endswith("restore it from a backup, or move it away and learn the documents again")
    assert str(path) not in raised.value.message
    database.close()


def test_a_database_that_another_holds_is_a_reason_to_try_again(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    first, second = (sqlite3.connect(path, timeout=0, isolation_level=None) for _ in range(2))
    first.execute("BEGIN EXCLUSIVE")
    with pytest.raises(StorageHeld) as raised, disk.Faults(path):
        second.execute("BEGIN IMMEDIATE")
    assert raised.value.code is grpc.StatusCode.UNAVAILABLE
    assert raised.value.retry_seconds
    assert str(path) in raised.value.text
    assert str(path) not in raised.value.message
    assert raised.value.reason_name not in disk.seen
    for connection in (first, second):
        connection.close()


@pytest.mark.parametrize("error", [FileNotFoundError(errno.ENOENT, "gone"), sqlite3.OperationalError("locked")])
def test_other_failures_stay_what_they_are(error: Exception, tmp_path: Path) -> None:
    with pytest.raises(type(error)), disk.Faults(tmp_path):
        raise error
