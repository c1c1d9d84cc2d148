"""Authentication: which key a request carries, and whether it is good."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime

from gatekeeper.errors import KeyExpired, KeyInvalid, KeyMissing
from gatekeeper.keys import digest, key_id
from gatekeeper.ports import Key, KeyStore

AUTHORIZATION = "authorization"
API_KEY = "x-api-key"


class Authentication:
    """Tells who calls by what a request carries."""

    def __init__(self, store: KeyStore) -> None:
        self._store = store

    async def key(self, headers: Mapping[str, str]) -> Key:
        """The key in a request's headers (names in lower case). KeyMissing, KeyInvalid, KeyExpired."""
        presented = set(_presented(headers))
        if not presented:
            raise KeyMissing
        if len(presented) > 1:
            raise KeyInvalid(f"{AUTHORIZATION} and {API_KEY} carry different keys: send one")
        hashed = digest(presented.pop())
        key = await self._store.find(hashed) if hashed else None
        return _good(key)

    async def bad(self, names: Iterable[str]) -> list[str]:
        """Which of these keys are unknown, revoked, or over. InvalidField."""
        found = []
        for name in names:
            try:
                await self.check(name)
            except (KeyInvalid, KeyExpired):
                found.append(name)
        return found

    async def check(self, name: str) -> None:
        """Whether the key of this name is still good. InvalidField, KeyInvalid, KeyExpired."""
        _good(await self._store.get(key_id(name)))


def _good(key: Key | None) -> Key:
    if key is None:
        raise KeyInvalid("this API key is unknown or revoked")
    if key.expires is not None and key.expires <= datetime.now(UTC):
        raise KeyExpired("this API key's time is over", expire_time=key.expires.isoformat())
    return key


def _presented(headers: Mapping[str, str]) -> Iterator[str]:
    # RFC 9110 §11.1: the scheme's name has no case. Another scheme than Bearer carries no key of ours.
    scheme, _, token = headers.get(AUTHORIZATION, "").strip().partition(" ")
    if scheme.lower() == "bearer" and token.strip():
        yield token.strip()
    if given := headers.get(API_KEY, "").strip():
        yield given
