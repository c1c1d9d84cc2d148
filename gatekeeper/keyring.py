"""Keys in memory: what a store knows of them, found by either secret."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from gatekeeper.ports import Key


class Record(NamedTuple):
    """A key with the digests of its secrets: the one in force, and the one before it until `key.former_expires`."""

    key: Key
    digest: bytes
    former: bytes | None = None

    def replaced(self, key: Key, digest: bytes | None) -> Record:
        """See `KeyStore.replace`."""
        if digest is None:
            return self._replace(key=key)
        return Record(key, digest, self.digest if key.former_expires else None)


class Keyring:
    """Replaced whole when something changes, so that a reader in another thread never sees half of it."""

    def __init__(self, records: Iterable[Record] = ()) -> None:
        self._records = {record.key.id: record for record in records}
        self._by_digest = {record.digest: record.key for record in self._records.values()}
        self._by_former = {record.former: record.key for record in self._records.values() if record.former}

    def find(self, digest: bytes) -> Key | None:
        if key := self._by_digest.get(digest):
            return key
        former = self._by_former.get(digest)
        return former if former and former.former_expires and former.former_expires > datetime.now(UTC) else None

    def get(self, key_id: str) -> Key | None:
        record = self._records.get(key_id)
        return record and record.key

    def record(self, key_id: str) -> Record | None:
        return self._records.get(key_id)

    def list(self, after: str) -> Sequence[Key]:
        return [self._records[key_id].key for key_id in sorted(self._records) if key_id > after]

    def holds(self, digest: bytes) -> bool:
        """Whether a secret has this digest, now or before."""
        return digest in self._by_digest or digest in self._by_former

    def having(self, record: Record) -> Keyring:
        """This, with a record that is new or takes the place of the key's."""
        return Keyring((self._records | {record.key.id: record}).values())

    def without(self, key_id: str) -> Keyring:
        return Keyring(record for record in self._records.values() if record.key.id != key_id)
