"""Keys: making, reading and revoking them."""

from __future__ import annotations

import base64
import hashlib
import re
import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from gatekeeper.errors import KeyNotFound
from gatekeeper.ports import Key, KeyStore
from mesh import names, pages, repeats
from mesh.access import ALL_MINDS, Caller, RoleTooLow
from mesh.errors import InvalidField
from mesh.scope import some_or_all
from mesh.settings import Secret
from myriad.type.v1.access_pb2 import Role

LONGEST_DISPLAY_NAME = 100
MOST_MINDS = 100
_SECRET_BYTES = 32
_SECRET = re.compile(r"myr_[A-Za-z0-9_-]{43}")
_NAME = re.compile(r"keys/([0-9a-f]{16})")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


def new_secret() -> str:
    """`myr_` and 256 random bits."""
    return "myr_" + base64.urlsafe_b64encode(secrets.token_bytes(_SECRET_BYTES)).decode().rstrip("=")


def digest(secret: str) -> bytes | None:
    """What is kept of a secret; None if this cannot be one. 256 random bits need no salt and no slow hash."""
    return hashlib.sha256(secret.encode()).digest() if _SECRET.fullmatch(secret) else None


def key_id(name: str) -> str:
    """The id in `keys/{key}`. InvalidField."""
    match = _NAME.fullmatch(name)
    if not match:
        raise InvalidField("name", "has the form keys/{key}")
    return match[1]


class Keys:
    """The keys that a caller may see: all, or those of the caller's minds only."""

    def __init__(self, store: KeyStore) -> None:
        self._store = store

    async def create(
        self,
        caller: Caller,
        *,
        display_name: str,
        role: Role.ValueType,
        minds: Sequence[str],
        all_minds: bool,
        expires: datetime | None,
        request_id: str,
    ) -> tuple[Key, Secret | None]:
        """
        Make a key and its secret; asked again with the same `request_id`, the key that was made, whose secret is gone.

        InvalidField, RoleTooLow, MindNotFound.
        """
        if len(display_name) > LONGEST_DISPLAY_NAME or _CONTROL.search(display_name):
            raise InvalidField(
                "key.display_name", f"has {LONGEST_DISPLAY_NAME} characters at most, none of them control"
            )
        if role not in Role.values() or role == Role.ROLE_UNSPECIFIED:
            raise InvalidField("key.role", "is ROLE_READER, ROLE_TEACHER or ROLE_ADMIN")
        if caller.role is not None and role > caller.role:
            raise RoleTooLow("a key makes no key with a role above its own")
        now = datetime.now(UTC)
        if expires is not None and expires <= now:
            raise InvalidField("key.expire_time", "is in the future")
        key = Key(
            id=secrets.token_hex(8),
            display_name=display_name,
            role=role,
            minds=_minds(caller, minds, all_minds),
            all_minds=all_minds,
            created=now,
            expires=expires,
        )
        secret = new_secret()
        kept = await self._store.add(key, hashlib.sha256(secret.encode()).digest(), repeats.request_id(request_id))
        if kept is key:
            return key, Secret(secret)
        if not _may_see(caller, kept) or replace(kept, id=key.id, created=key.created) != key:
            raise InvalidField("request_id", "is that of another request")
        return kept, None

    async def get(self, caller: Caller, name: str) -> Key:
        """InvalidField, KeyNotFound."""
        key = await self._store.get(key_id(name))
        if key is None or not _may_see(caller, key):
            raise KeyNotFound(name)
        return key

    async def page(self, caller: Caller, page_size: int, page_token: str) -> tuple[list[Key], str]:
        """A page of keys and the token of the next one. InvalidField."""
        size = pages.size(page_size)
        seen = [key for key in await self._store.list(pages.after(page_token)) if _may_see(caller, key)]
        return seen[:size], pages.token(seen[size - 1].id) if len(seen) > size else ""

    async def delete(self, caller: Caller, name: str) -> None:
        """Revoke a key at once. InvalidField, KeyNotFound."""
        key = await self.get(caller, name)
        if not await self._store.delete(key.id):
            raise KeyNotFound(name)


def _minds(caller: Caller, given: Sequence[str], all_minds: bool) -> frozenset[str]:
    if len(given) > MOST_MINDS:
        raise InvalidField("key.minds", f"names {MOST_MINDS} minds at most")
    if some_or_all(given, all_minds, "key.minds") is None and ALL_MINDS not in caller.minds:
        raise InvalidField("key.all_minds", "is not set: this key does not open all minds itself")
    return frozenset(caller.mind(names.mind(mind, "key.minds")) for mind in given)


def _may_see(caller: Caller, key: Key) -> bool:
    return ALL_MINDS in caller.minds or (not key.all_minds and key.minds <= caller.minds)
