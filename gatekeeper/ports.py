"""What is asked of a key store."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from myriad.type.v1.access_pb2 import Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """An API key, without its secret. Times are UTC; no minds: all; no expiry: never."""

    id: str
    display_name: str
    role: Role.ValueType
    minds: frozenset[str]
    created: datetime
    expires: datetime | None


class KeyStore(Protocol):
    """Keys by id, and by the SHA-256 digest of their secret. What was written survives a crash."""

    async def add(self, key: Key, digest: bytes) -> None:
        """Keep a key; `find` knows it when this returns."""

    async def find(self, digest: bytes) -> Key | None:
        """The key with this digest. Called for every request at the edge: has to be fast."""

    async def get(self, key_id: str) -> Key | None: ...

    async def list(self, after: str) -> Sequence[Key]:
        """The keys whose ids come after `after`, in the order of their ids."""

    async def delete(self, key_id: str) -> bool:
        """Remove a key; `find` does not know it any more when this returns. Whether there was one."""
