"""Traces in a file: what bounds it, and that what is purged leaves it."""

from __future__ import annotations

import asyncio
import multiprocessing
from collections.abc import Iterator
from pathlib import Path

import pytest

from mesh.disk import StorageFull
from orchestrator.adapters import sqlite
from orchestrator.adapters.sqlite import SqliteTraceStore
from tests.contract.test_trace_store import record


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteTraceStore]:
    one = SqliteTraceStore(tmp_path / "traces.db")
    yield one
    one.close()


def name(number: int) -> str:
    return f"minds/m/answers/a{number}"


async def test_the_oldest_goes_when_there_are_too_many(
    store: SqliteTraceStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "KEPT_RECORDS", 10)
    for number in range(12):
        await store.keep(record(name(number), age=100 - number))
    assert [await store.read(name(number)) is not None for number in range(12)] == [False] * 2 + [True] * 10


async def test_the_oldest_goes_when_they_take_too_many_bytes(
    store: SqliteTraceStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "KEPT_BYTES", 2500)
    for number in range(3):
        kept = record(name(number), age=100 - number)
        kept.answer.text = "x" * 1000
        await store.keep(kept)
    assert [await store.read(name(number)) is not None for number in range(3)] == [False, True, True]


async def test_what_is_purged_leaves_the_files(store: SqliteTraceStore, tmp_path: Path) -> None:
    for number in range(40):
        kept = record(name(number), f"d{number % 2}")
        kept.answer.text = ("zarquonia " if number % 2 else "lena ") * (number * 20 + 1)
        await store.keep(kept)
    assert holding(tmp_path, b"zarquonia")
    assert await store.purge("minds/m", ["minds/m/documents/d1"]) == 20
    assert not holding(tmp_path, b"zarquonia")
    assert not holding(tmp_path, b"documents/d1")
    assert holding(tmp_path, b"lena")


def holding(folder: Path, word: bytes) -> list[Path]:
    return [path for path in folder.iterdir() if word in path.read_bytes()]


async def test_what_is_old_goes_though_nobody_asks(store: SqliteTraceStore, monkeypatch: pytest.MonkeyPatch) -> None:
    await store.keep(record(name(1), age=10))
    monkeypatch.setattr(sqlite, "KEPT_SECONDS", 5.0)
    monkeypatch.setattr(sqlite, "TIDY_SECONDS", 0.0)
    tidying = asyncio.create_task(store.keep_tidy())
    await asyncio.sleep(0.1)
    tidying.cancel()
    monkeypatch.setattr(sqlite, "KEPT_SECONDS", 3600.0)
    assert await store.read(name(1)) is None


async def test_what_the_disk_does_not_take_is_lost_and_counted(
    store: SqliteTraceStore, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def full(*_: object) -> None:
        raise StorageFull(tmp_path)

    monkeypatch.setattr(store, "_keep", full)
    await store.keep(record(name(1)))
    assert (store.lost, await store.read(name(1))) == (1, None)


def keeping(folder: Path, first: int) -> None:
    async def work() -> None:
        store = SqliteTraceStore(folder / "traces.db")
        for number in range(first, first + 50):
            await store.keep(record(name(number), "d1"))
        store.close()

    asyncio.run(work())


async def test_processes_that_start_and_write_at_once_lose_nothing(tmp_path: Path) -> None:
    spawn = multiprocessing.get_context("spawn")
    processes = [spawn.Process(target=keeping, args=(tmp_path, first)) for first in (0, 50, 100)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
        assert process.exitcode == 0
    store = SqliteTraceStore(tmp_path / "traces.db")
    assert all([await store.read(name(number)) for number in range(150)])
    store.close()
