"""The audit log: a chain in which every change of an entry shows."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from gatekeeper.audit import Audit
from gatekeeper.errors import AuditUnwritten
from gatekeeper.keys import Keys
from mesh.access import Caller, RoleTooLow
from mesh.audit import follows
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
