"""What is asked of the stores of keys, of what they used and of who changed them, and of the DLM."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from mesh.audit import Entry
from myriad.type.v1.access_pb2 import Role

KEPT_DAYS = 400
"""So that a year can be compared with the one before."""
MOST_ENTRIES = 100
"""Of the audit log, written at once."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a key may use; 0: no limit of its own."""

    requests_per_minute: int = 0
    at_once: int = 0
    """Questions, recalls and replays under way."""
    daily_units: int = 0
    """Cognitive units from midnight to midnight, UTC."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """
    An API key, without its secrets: it opens `minds`, or all. Times are UTC; no expiry: never.

    One of the minds that ends with `*` stands for all whose names begin so.
    """

    id: str
    display_name: str
    role: Role.ValueType
    minds: frozenset[str]
    all_minds: bool
    created: datetime
    expires: datetime | None
    former_expires: datetime | None = None
    """Until when the secret before the last rotation opens too."""
    limits: Limits = Limits()


class KeyStore(Protocol):
    """Keys by id, and by the SHA-256 digest of their secret. What was written survives a crash."""

    async def add(self, key: Key, digest: bytes, request_id: str) -> Key:
        """
        Keep a key; `find` knows it when this returns.

        If a request with this id made one before, that one is returned and this one is not kept. No request has the
        empty id.
        """

    async def find(self, digest: bytes) -> Key | None:
        """
        The key with this digest, or whose former secret has it and opens still.

        Called for every request at the edge: has to be fast.
        """

    async def get(self, key_id: str) -> Key | None: ...

    async def list(self, after: str) -> Sequence[Key]:
        """The keys whose ids come after `after`, in the order of their ids."""

    async def replace(self, was: Key, key: Key, digest: bytes | None = None) -> bool:
        """
        Keep `key` in the place of `was`, which has its id; False if there is no such key any more, or another.

        With a `digest` the secret is another from now on; that of `was` opens until `key.former_expires`, if there is
        such a time, and none before it does. All gatekeepers know when this returns.
        """

    async def delete(self, key_id: str) -> bool:
        """Remove a key; `find` does not know it any more when this returns. Whether there was one."""


@dataclass(frozen=True, slots=True, order=True)
class Usage:
    """What a key used on a day, UTC."""

    day: date
    key: str
    """Its id."""
    queries: int = 0
    recalls: int = 0
    units: int = 0


class UsageStore(Protocol):
    """What keys used. What was charged survives a crash; days are kept for `KEPT_DAYS`."""

    async def charge(self, batch: str, charges: Sequence[Usage]) -> None:
        """Add to what there is, unless a batch of this name was charged in the last hour."""

    def spent(self, key_id: str) -> int:
        """The units of today, of a second ago at most. Called for every question at the edge: from memory."""

    async def list(self, first: date, last: date) -> Sequence[Usage]:
        """Of these days and those between, in order."""


class AuditLog(Protocol):
    """Entries, numbered from 1 without a gap. They are added, and never changed."""

    async def last(self) -> Entry | None:
        """The newest, as far as is known; None if there is none."""

    async def add(self, entries: Sequence[Entry]) -> bool:
        """
        Keep entries that follow each other, `MOST_ENTRIES` at most, all or none.

        None if there is one of the first one's number already: then `last` is that one or a later one.
        """

    async def list(self, after: int, limit: int) -> Sequence[Entry]:
        """At most so many with greater numbers, in order."""


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
