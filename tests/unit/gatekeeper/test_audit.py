"""The audit log: a chain in which every change of an entry shows."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from gatekeeper.audit import Audit
from gatekeeper.errors import AuditUnwritten
from gatekeeper.keys import Keys
from mesh.access import Caller, RoleTooLow
from mesh.audit import Entry, digest, follows
from mesh.errors import ComponentUnavailable
from myriad.type.v1.access_pb2 import Role
from tests.unit.gatekeeper.test_keys import ADMIN, ADMIN_OF_A, create


async def test_each_entry_holds_the_hash_of_the_one_before(keys: Keys, log: Any) -> None:
    for _ in range(5):
        await create(keys)
    entries = log.entries
    assert [entry.number for entry in entries] == [1, 2, 3, 4, 5]
    assert all(follows(entry, before) for entry, before in zip(entries, [None, *entries[:-1]], strict=True))
    assert not follows(entries[2], entries[0])
    assert not follows(entries[1], None)


@pytest.mark.parametrize(
    "change", [{"actor": "x"}, {"details": "{}"}, {"number": 2}, {"subject": ""}, {"time": datetime.now(UTC)}]
)
async def test_an_entry_that_was_changed_follows_nothing(keys: Keys, log: Any, change: Any) -> None:
    await create(keys)
    (entry,) = log.entries
    assert follows(entry, None)
    assert not follows(replace(entry, **change), None)


async def test_of_writers_at_once_each_gets_a_number(keys: Keys, log: Any) -> None:
    await asyncio.gather(*(create(keys) for _ in range(20)))
    assert [entry.number for entry in log.entries] == list(range(1, 21))


async def test_pages_are_for_keys_of_all_minds(keys: Keys, log: Any) -> None:
    audit = Audit(log)
    for _ in range(5):
        await create(keys)
    first, token = await audit.page(ADMIN, 3, "")
    rest, end = await audit.page(ADMIN, 3, token)
    assert [*first, *rest] == log.entries
    assert end == ""
    for caller in (ADMIN_OF_A, Caller("k", Role.ROLE_ADMIN, frozenset({"minds/a*"}))):
        with pytest.raises(RoleTooLow):
            await audit.page(caller, 3, "")


async def test_a_log_that_takes_no_entry_is_tried_a_few_times(log: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    async def refuses(_: object) -> bool:
        return False

    async def at_once(_: float) -> None: ...

    monkeypatch.setattr(log, "add", refuses)
    monkeypatch.setattr("gatekeeper.audit.asyncio.sleep", at_once)
    key, _ = await create(Keys(_Nothing(), Audit(_Takes())))  # type: ignore[arg-type]
    with pytest.raises(AuditUnwritten):
        await Audit(log).record(ADMIN, "key.delete", key)


class _Nothing:
    async def add(self, key: Any, *_: object) -> Any:
        return key


class _Takes:
    async def last(self) -> None: ...

    async def add(self, _: object) -> bool:
        return True


async def test_what_waits_is_written_at_once_and_who_stopped_waiting_has_no_entry(log: Any) -> None:
    sizes = list[int]()
    add = log.add

    async def slow(entries: Sequence[Entry]) -> bool:
        await asyncio.sleep(0.01)
        sizes.append(len(entries))
        return bool(await add(entries))

    log.add = slow
    audit = Audit(log)
    waiting = [asyncio.ensure_future(audit.write("keys/k", "mind.create", str(n), "{}")) for n in range(250)]
    await asyncio.sleep(0)
    waiting[17].cancel()
    await asyncio.gather(*waiting, return_exceptions=True)
    assert sizes == [99, 100, 50]
    assert [entry.subject for entry in log.entries] == [str(n) for n in range(250) if n != 17]
    assert all(digest(entry) == entry.hash for entry in log.entries)


async def test_a_failure_is_told_to_all_who_wait_and_the_next_are_written(log: Any) -> None:
    add, broken = log.add, True

    async def sometimes(entries: Sequence[Entry]) -> bool:
        if broken:
            raise ComponentUnavailable("the store does not answer")
        return bool(await add(entries))

    log.add = sometimes
    audit = Audit(log)
    came = await asyncio.gather(*(audit.write("k", "a.b", "", "{}") for _ in range(3)), return_exceptions=True)
    assert [type(one) for one in came] == [ComponentUnavailable] * 3
    broken = False
    await audit.write("k", "a.b", "", "{}")
    assert [entry.number for entry in log.entries] == [1]


async def test_more_than_so_many_do_not_wait(log: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gatekeeper.audit.MOST_WAITING", 3)
    audit = Audit(log)
    came = await asyncio.gather(*(audit.write("k", "a.b", "", "{}") for _ in range(5)), return_exceptions=True)
    assert [type(one) for one in came] == [type(None)] * 3 + [AuditUnwritten] * 2
