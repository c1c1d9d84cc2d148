"""What is asked of a key store."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from myriad.type.v1.access_pb2 import Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """An API key, without its secret: it opens `minds`, or all. Times are UTC; no expiry: never."""

    id: str
    display_name: str
    role: Role.ValueType
    minds: frozenset[str]
    all_minds: bool
    created: datetime
    expires: datetime | None


class KeyStore(Protocol):
    """Keys by id, and by the SHA-256 digest of their secret. What was written survives a crash."""

    async def add(self, key: Key, digest: bytes, request_id: str) -> Key:
        """
        Keep a key; `find` knows it when this returns.

        If a request with this id made one before, that one is returned and this one is not kept. No request has the
        empty id.
        """

    async def find(self, digest: bytes) -> Key | None:
        """The key with this digest. Called for every request at the edge: has to be fast."""

    async def get(self, key_id: str) -> Key | None: ...

    async def list(self, after: str) -> Sequence[Key]:
        """The keys whose ids come after `after`, in the order of their ids."""

    async def delete(self, key_id: str) -> bool:
        """Remove a key; `find` does not know it any more when this returns. Whether there was one."""


class News(Protocol):
    """Word of changed keys among gatekeepers that share a store."""

    async def tell(self, removed: str) -> bool:
        """Say that keys changed, and what the store calls the one that is gone; whether all gatekeepers know."""

    def follow(self) -> AsyncGenerator[Collection[str] | None, None]:
        """
        At once, and with each change, what is gone; None if there is nothing new. ComponentUnavailable.

        Whoever asks for the next one has made the last one his own.
        """


class Placing(Protocol):
    """The DLM, which knows where agents are, and shall be."""

    async def locate(self, agent: str) -> str:
        """
        `address:port` of the host that a question for an agent goes to; Envoy knows it. No agent: any host will do.

        ComponentUnavailable if it takes too long, NO_HOST_READY.
        """
