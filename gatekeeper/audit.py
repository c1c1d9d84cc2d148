"""The audit log: who changed what, each entry with the hash of the one before it."""

from __future__ import annotations

import asyncio
import hashlib
import json
import random
from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import UTC, datetime
from typing import NamedTuple

from gatekeeper.errors import AuditUnwritten
from gatekeeper.ports import MOST_ENTRIES, AuditLog, Key
from mesh import pages
from mesh.access import ALL_MINDS, Caller, RoleTooLow
from mesh.audit import NOTHING, Entry, digest
from myriad.type.v1.access_pb2 import Role

ATTEMPTS = 10
"""Of gatekeepers that write at once one is first; the others take the next numbers."""
MOST_WAITING = 10_000


class Unwritten(NamedTuple):
    """What is to become an entry, and who waits for it."""

    actor: str
    action: str
    subject: str
    details: str
    done: asyncio.Future[None]


class Audit:
    """Writes entries, many at once if many wait, and reads them to those who may see all."""

    def __init__(self, log: AuditLog) -> None:
        self._log = log
        self._last: Entry | None = None
        """The newest that was seen."""
        self._waiting: list[Unwritten] = []
        self._writing: asyncio.Task[None] | None = None

    async def record(self, caller: Caller, action: str, key: Key) -> None:
        """Write that `caller` makes `key` what it is now. AuditUnwritten."""
        actor = f"keys/{caller.key}" if caller.key else caller.component or "gatekeeper"
        await self.write(actor, action, f"keys/{key.id}", details(key))

    async def write(self, actor: str, action: str, subject: str, details: str) -> None:
        """Returns when the entry is there for good. AuditUnwritten."""
        if len(self._waiting) >= MOST_WAITING:
            raise AuditUnwritten
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(Unwritten(actor, action, subject, details, done))
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write_waiting())
        await done

    async def _write_waiting(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting[:MOST_ENTRIES], self._waiting[MOST_ENTRIES:]
            failed: Exception | None = None
            try:
                await self._add([one for one in batch if not one.done.done()])
            except Exception as error:  # whoever waits is told
                failed = error
            for one in batch:
                if one.done.done():
                    continue
                if failed:
                    one.done.set_exception(failed)
                else:
                    one.done.set_result(None)

    async def _add(self, batch: Sequence[Unwritten]) -> None:
        if not batch:
            return
        for attempt in range(ATTEMPTS):
            self._last = self._last if self._last and not attempt else await self._log.last()
            entries: list[Entry] = []
            for one in batch:
                before = entries[-1] if entries else self._last
                entries.append(following(before, datetime.now(UTC), one.actor, one.action, one.subject, one.details))
            if await self._log.add(entries):
                self._last = entries[-1]
                return
            await asyncio.sleep(random.uniform(0, 0.01 * 2**attempt))
        raise AuditUnwritten

    async def page(self, caller: Caller, page_size: int, page_token: str) -> tuple[Sequence[Entry], str]:
        """A page of entries and the token of the next one. RoleTooLow, InvalidField."""
        if ALL_MINDS not in caller.minds:
            raise RoleTooLow("the audit log is for keys that open all minds")
        size = pages.size(page_size)
        found = await self._log.list(pages.number_after(page_token), size + 1)
        return found[:size], pages.token(str(found[size - 1].number)) if len(found) > size else ""


def following(last: Entry | None, now: datetime, actor: str, action: str, subject: str, details: str) -> Entry:
    """The entry after `last`."""
    entry = Entry(
        number=last.number + 1 if last else 1,
        time=now,
        actor=actor,
        action=action,
        subject=subject,
        details=details,
        previous_hash=last.hash if last else NOTHING,
        hash="",
    )
    return replace(entry, hash=digest(entry))


def details(key: Key) -> str:
    """
    What an entry says of a key. Names that people gave are hashed: a mind may be forgotten, and the log stays.

    A name that somebody guesses can be told from its hash, which is why it says which mind it was.
    """
    said = {
        "name": hashed(key.display_name),
        "role": Role.Name(key.role),
        "minds": sorted(map(hashed, key.minds)),
        "all_minds": key.all_minds,
        "expires": key.expires and key.expires.isoformat(),
        "former_expires": key.former_expires and key.former_expires.isoformat(),
        "limits": asdict(key.limits),
    }
    return json.dumps(said, sort_keys=True, separators=(",", ":"))


def hashed(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()[:16]
