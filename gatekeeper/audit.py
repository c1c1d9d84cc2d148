"""The audit log: who changed which key, each entry with the hash of the one before it."""

from __future__ import annotations

import asyncio
import hashlib
import json
import random
from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import UTC, datetime

from gatekeeper.errors import AuditUnwritten
from gatekeeper.ports import AuditLog, Key
from mesh import pages
from mesh.access import ALL_MINDS, Caller, RoleTooLow
from mesh.audit import NOTHING, Entry, digest
from myriad.type.v1.access_pb2 import Role

ATTEMPTS = 10
"""Of gatekeepers that write at once one is first; the others take the next numbers."""


class Audit:
    """Writes entries, and reads them to those who may see all."""

    def __init__(self, log: AuditLog) -> None:
        self._log = log

    async def record(self, caller: Caller, action: str, key: Key) -> None:
        """Write that `caller` makes `key` what it is now. AuditUnwritten."""
        actor = f"keys/{caller.key}" if caller.key else caller.component or "gatekeeper"
        for attempt in range(ATTEMPTS):
            last = await self._log.last()
            entry = following(last, datetime.now(UTC), actor, action, f"keys/{key.id}", details(key))
            if await self._log.add(entry):
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
        "name": _hashed(key.display_name),
        "role": Role.Name(key.role),
        "minds": sorted(map(_hashed, key.minds)),
        "all_minds": key.all_minds,
        "expires": key.expires and key.expires.isoformat(),
        "former_expires": key.former_expires and key.former_expires.isoformat(),
        "limits": asdict(key.limits),
    }
    return json.dumps(said, sort_keys=True, separators=(",", ":"))


def _hashed(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()[:16]
