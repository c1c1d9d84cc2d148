from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from gatekeeper.audit import Audit
from gatekeeper.keys import Keys
from gatekeeper.ports import Key
from mesh.audit import Entry


@dataclass
class DictKeyStore:
    """A key store that forgets everything when the test ends."""

    by_digest: dict[bytes, Key] = field(default_factory=dict)
    by_request: dict[str, Key] = field(default_factory=dict)

    async def add(self, key: Key, digest: bytes, request_id: str) -> Key:
        if request_id and (made := self.by_request.setdefault(request_id, key)) is not key:
            return made
        self.by_digest[digest] = key
        return key

    async def find(self, digest: bytes) -> Key | None:
        return self.by_digest.get(digest)

    async def get(self, key_id: str) -> Key | None:
        return next((key for key in self.by_digest.values() if key.id == key_id), None)

    async def list(self, after: str) -> Sequence[Key]:
        return sorted((key for key in self.by_digest.values() if key.id > after), key=lambda key: key.id)

    async def replace(self, was: Key, key: Key, digest: bytes | None = None) -> bool:
        had = next((one for one, known in self.by_digest.items() if known == was), None)
        if had is None:
            return False
        if digest is None:
            self.by_digest[had] = key
        else:
            del self.by_digest[had]
            self.by_digest[digest] = key
        return True

    async def delete(self, key_id: str) -> bool:
        before = len(self.by_digest)
        self.by_digest = {digest: key for digest, key in self.by_digest.items() if key.id != key_id}
        return len(self.by_digest) < before


@pytest.fixture
def store() -> DictKeyStore:
    return DictKeyStore()


@dataclass
class ListAuditLog:
    """An audit log that forgets everything when the test ends."""

    entries: list[Entry] = field(default_factory=list)

    async def last(self) -> Entry | None:
        return self.entries[-1] if self.entries else None

    async def add(self, entries: Sequence[Entry]) -> bool:
        if entries[0].number != len(self.entries) + 1:
            return False
        self.entries += entries
        return True

    async def list(self, after: int, limit: int) -> Sequence[Entry]:
        return self.entries[after : after + limit]


@pytest.fixture
def log() -> ListAuditLog:
    return ListAuditLog()


@pytest.fixture
def keys(store: DictKeyStore, log: ListAuditLog) -> Keys:
    return Keys(store, Audit(log))
