"""Keys: making, reading, changing and revoking them."""

from __future__ import annotations

import base64
import hashlib
import re
import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from gatekeeper.audit import Audit
from gatekeeper.errors import KeyChanged, KeyNotFound
from gatekeeper.ports import Key, KeyStore, Limits
from mesh import names, pages, rates, repeats
from mesh.access import ALL_MINDS, Caller, MindNotFound, RoleTooLow
from mesh.errors import InvalidField
from mesh.scope import some_or_all
from mesh.settings import Secret
from myriad.type.v1.access_pb2 import Role

LONGEST_DISPLAY_NAME = 100
MOST_MINDS = 100
MOST_AT_ONCE = 1_000
MOST_UNITS = 10**12
LONGEST_OVERLAP = timedelta(days=30)
UPDATABLE = (
    "display_name",
    "minds",
    "all_minds",
    "expire_time",
    "limits.requests_per_minute",
    "limits.max_concurrent_queries",
    "limits.daily_units",
)
"""The paths of what may be changed in a key."""
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


def key_id(name: str, field: str = "name") -> str:
    """The id in `keys/{key}`. InvalidField."""
    match = _NAME.fullmatch(name)
    if not match:
        raise InvalidField(field, "has the form keys/{key}")
    return match[1]


class Keys:
    """The keys that a caller may see: all, or those of the caller's minds only."""

    def __init__(self, store: KeyStore, audit: Audit) -> None:
        self._store = store
        self._audit = audit

    async def create(
        self,
        caller: Caller,
        *,
        display_name: str,
        role: Role.ValueType,
        minds: Sequence[str],
        all_minds: bool,
        expires: datetime | None,
        limits: Limits,
        request_id: str,
    ) -> tuple[Key, Secret | None]:
        """
        Make a key and its secret; asked again with the same `request_id`, the key that was made, whose secret is gone.

        InvalidField, RoleTooLow, MindNotFound.
        """
        if role not in Role.values() or role == Role.ROLE_UNSPECIFIED:
            raise InvalidField("key.role", "is ROLE_READER, ROLE_TEACHER or ROLE_ADMIN")
        if caller.role is not None and role > caller.role:
            raise RoleTooLow("a key makes no key with a role above its own")
        now = datetime.now(UTC)
        key = Key(
            id=secrets.token_hex(8),
            display_name=display_name,
            role=role,
            minds=_minds(caller, minds, all_minds),
            all_minds=all_minds,
            created=now,
            expires=expires,
            limits=limits,
        )
        _check(key, now)
        secret = new_secret()
        kept = await self._store.add(key, hashlib.sha256(secret.encode()).digest(), repeats.request_id(request_id))
        if kept is key:
            try:  # after the key is there, for a repeated request makes none; before anybody has its secret
                await self._audit.record(caller, "key.create", key)
            except BaseException:
                await self._store.delete(key.id)
                raise
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
        seen = await self.visible(caller, pages.after(page_token))
        return list(seen[:size]), pages.token(seen[size - 1].id) if len(seen) > size else ""

    async def visible(self, caller: Caller, after: str = "") -> Sequence[Key]:
        """Those that the caller may see, whose ids come after `after`."""
        return [key for key in await self._store.list(after) if _may_see(caller, key)]

    async def update(self, caller: Caller, name: str, changed: Key, paths: Sequence[str]) -> Key:
        """
        Take from `changed` what the paths name, each one of `UPDATABLE`.

        InvalidField, KeyNotFound, MindNotFound, RoleTooLow, KeyChanged.
        """
        key = await self._changeable(caller, name)
        minds, all_minds = key.minds, key.all_minds
        if "minds" in paths or "all_minds" in paths:
            all_minds = changed.all_minds if "all_minds" in paths else all_minds
            minds = _minds(caller, [*(changed.minds if "minds" in paths else minds)], all_minds)
        limits = {
            "requests_per_minute": "limits.requests_per_minute",
            "at_once": "limits.max_concurrent_queries",
            "daily_units": "limits.daily_units",
        }
        taken = {field: getattr(changed.limits, field) for field, path in limits.items() if path in paths}
        now_key = replace(
            key,
            display_name=changed.display_name if "display_name" in paths else key.display_name,
            minds=minds,
            all_minds=all_minds,
            expires=changed.expires if "expire_time" in paths else key.expires,
            limits=replace(key.limits, **taken),
        )
        if now_key == key:
            return key
        # A key whose time is over may be renamed; a new time lies ahead.
        _check(now_key, datetime.now(UTC) if now_key.expires != key.expires else None)
        await self._audit.record(caller, "key.update", now_key)
        if not await self._store.replace(key, now_key):
            raise KeyChanged(name)
        return now_key

    async def rotate(self, caller: Caller, name: str, overlap: timedelta) -> tuple[Key, Secret]:
        """
        Give a key another secret; the one before it opens for `overlap` too.

        InvalidField, KeyNotFound, RoleTooLow, KeyChanged.
        """
        if not timedelta() <= overlap <= LONGEST_OVERLAP:
            raise InvalidField("overlap", f"is {LONGEST_OVERLAP.days} days at most, and not negative")
        key = await self._changeable(caller, name)
        rotated = replace(key, former_expires=datetime.now(UTC) + overlap if overlap else None)
        secret = new_secret()
        await self._audit.record(caller, "key.rotate", rotated)
        if not await self._store.replace(key, rotated, hashlib.sha256(secret.encode()).digest()):
            raise KeyChanged(name)
        return rotated, Secret(secret)

    async def delete(self, caller: Caller, name: str) -> None:
        """Revoke a key at once. InvalidField, KeyNotFound."""
        key = await self.get(caller, name)
        await self._audit.record(caller, "key.delete", key)
        if not await self._store.delete(key.id):
            raise KeyNotFound(name)

    async def _changeable(self, caller: Caller, name: str) -> Key:
        """A key that the caller may change, and whose secret it may have: it does no more than the caller."""
        key = await self.get(caller, name)
        if caller.role is not None and key.role > caller.role:
            raise RoleTooLow("a key changes no key with a role above its own")
        return key


def _check(key: Key, now: datetime | None) -> None:
    """InvalidField if what a key is called, when it ends, if that is new, or what it may use breaks its rule."""
    if len(key.display_name) > LONGEST_DISPLAY_NAME or _CONTROL.search(key.display_name):
        raise InvalidField("key.display_name", f"has {LONGEST_DISPLAY_NAME} characters at most, none of them control")
    if now and key.expires is not None and key.expires <= now:
        raise InvalidField("key.expire_time", "is in the future")
    if key.limits.requests_per_minute not in (0, *rates.PER_MINUTE):
        raise InvalidField("key.limits.requests_per_minute", rates.rule(key.limits.requests_per_minute))
    if not 0 <= key.limits.at_once <= MOST_AT_ONCE:
        raise InvalidField("key.limits.max_concurrent_queries", f"is {MOST_AT_ONCE:,} at most, and not negative")
    if not 0 <= key.limits.daily_units <= MOST_UNITS:
        raise InvalidField("key.limits.daily_units", f"is {MOST_UNITS:,} at most, and not negative")


def _minds(caller: Caller, given: Sequence[str], all_minds: bool) -> frozenset[str]:
    if len(given) > MOST_MINDS:
        raise InvalidField("key.minds", f"names {MOST_MINDS} minds at most")
    if some_or_all(given, all_minds, "key.minds") is None and ALL_MINDS not in caller.minds:
        raise InvalidField("key.all_minds", "is not set: this key does not open all minds itself")
    return frozenset(_mind(caller, mind) for mind in given)


def _mind(caller: Caller, given: str) -> str:
    """A mind, or the beginning of the names of minds. InvalidField, MindNotFound."""
    if not given.endswith("*"):
        return caller.mind(names.mind(given, "key.minds"))
    begins = given[:-1].removeprefix("minds/")
    if not begins:
        raise InvalidField("key.minds", "names minds; all_minds says all")
    # With a letter after it it is a name, whatever it ends with.
    wanted = names.mind(f"{begins}a", "key.minds")[:-1] + "*"
    if not caller.may_see(wanted):
        raise MindNotFound(wanted)
    return wanted


def _may_see(caller: Caller, key: Key) -> bool:
    return ALL_MINDS in caller.minds or (not key.all_minds and all(map(caller.may_see, key.minds)))
