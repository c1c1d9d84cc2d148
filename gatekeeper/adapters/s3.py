"""A key store in a bucket, its keys held in memory too: an object is a key that is in force."""

from __future__ import annotations

import asyncio
import hashlib
import json
import random
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, aclosing, asynccontextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any, NamedTuple, TypeVar

import structlog
from botocore.exceptions import BotoCoreError, ClientError

from gatekeeper.keyring import Keyring, Record
from gatekeeper.ports import Key, Limits, News
from mesh.adapters import s3
from mesh.adapters.s3 import CALLS_AT_ONCE, Bucket
from mesh.dependencies import Dependency
from mesh.errors import ComponentUnavailable
from mesh.settings import SettingError
from mesh.tasks import background
from myriad.type.v1.access_pb2 import Role

log = structlog.get_logger()
LOOK_SECONDS = 5.0
"""How often is looked which keys there are: so old is what a gatekeeper knows, if it hears no news."""
STALE_SECONDS = 300.0
"""After so long without the bucket and without news no key counts."""
_NOT_THERE = ("404", "NoSuchKey")
_CHANGED = ("409", "412", "PreconditionFailed", "ConditionalRequestConflict")
R = TypeVar("R")


class KeysUnknown(ComponentUnavailable):
    """Where the keys are does not answer."""

    def __init__(self) -> None:
        super().__init__("the store of keys does not answer; try again")


class _Known(NamedTuple):
    etag: str
    record: Record


class _Objects:
    """What lies in a bucket below a prefix. BotoCoreError, ClientError."""

    def __init__(self, bucket: Bucket) -> None:
        self._client = bucket.client
        self._bucket = bucket.name
        self._prefix = bucket.prefix

    def etags(self) -> dict[str, str]:
        """By name, of all that there is; not of what lies deeper."""
        listing = self._client.get_paginator("list_objects_v2")
        pages = listing.paginate(Bucket=self._bucket, Prefix=self._prefix, Delimiter="/")
        found = (one for page in pages for one in page.get("Contents", ()))
        return {one["Key"].removeprefix(self._prefix): one["ETag"] for one in found}

    def read(self, name: str) -> tuple[str, bytes] | None:
        """The ETag and the content of an object, if it is there."""
        try:
            found = self._client.get_object(Bucket=self._bucket, Key=self._prefix + name)
            return found["ETag"], found["Body"].read()
        except ClientError as error:
            if s3.code(error) in _NOT_THERE:
                return None
            raise

    def add(self, name: str, content: bytes) -> str | None:
        """Write an object, unless there is one of this name; its ETag if there was none."""
        return self._put(name, content, IfNoneMatch="*")

    def replace(self, name: str, content: bytes, etag: str) -> str | None:
        """Write an object in the place of the one that has this ETag; the new one's if it was there."""
        return self._put(name, content, IfMatch=etag)

    def _put(self, name: str, content: bytes, **condition: str) -> str | None:
        try:
            done = self._client.put_object(Bucket=self._bucket, Key=self._prefix + name, Body=content, **condition)
        except ClientError as error:
            if s3.code(error) in (*_CHANGED, *_NOT_THERE):
                return None
            raise
        return str(done["ETag"])

    def delete(self, name: str) -> None:
        self._client.delete_object(Bucket=self._bucket, Key=self._prefix + name)


class S3KeyStore:
    """
    Reads come from memory, writes go to the bucket first.

    Any number of gatekeepers use it: each looks again when it hears that keys changed, and every few seconds. A key
    that was removed stays removed whatever becomes of the news.
    """

    def __init__(
        self, objects: _Objects, thread: ThreadPoolExecutor, dependency: Dependency, news: News | None
    ) -> None:
        self._objects = objects
        self._thread = thread
        self._dependency = dependency
        self._news = news
        self._changing = asyncio.Lock()
        self._writes = set[asyncio.Task[Any]]()
        self._contact = time.monotonic()
        self._known: Mapping[str, _Known] = {}
        """By the object's name."""
        self._gone = set[str]()
        """Heard to be removed since the bucket was last asked what it holds."""
        self._keys = Keyring()

    @classmethod
    @asynccontextmanager
    async def open(cls, url: str, endpoint: str, news: News | None) -> AsyncIterator[S3KeyStore]:
        """The store below `s3://bucket/prefix`. SettingError."""
        async with AsyncExitStack() as stack:
            bucket = stack.enter_context(s3.opened("MYRIAD_KEYS", url, endpoint))
            thread = stack.enter_context(ThreadPoolExecutor(CALLS_AT_ONCE, thread_name_prefix="keys"))
            store = cls(_Objects(bucket), thread, Dependency("keys", bucket.address), news)
            try:
                await store._look()
            except (BotoCoreError, ClientError) as error:
                raise SettingError(f"MYRIAD_KEYS: cannot use {bucket.address}: {s3.said(error)}") from None
            await stack.enter_async_context(background("keys.looking", store._keep_looking))
            if news:
                await stack.enter_async_context(background("keys.news", lambda: store._listen(news)))
            yield store
            await asyncio.gather(*store._writes, return_exceptions=True)

    async def add(self, key: Key, digest: bytes, request_id: str) -> Key:
        return await self._write(self._add(key, digest, request_id))

    async def find(self, digest: bytes) -> Key | None:
        self._fresh()
        return self._keys.find(digest)

    async def get(self, key_id: str) -> Key | None:
        self._fresh()
        return self._keys.get(key_id)

    async def list(self, after: str) -> Sequence[Key]:
        return self._keys.list(after)

    async def replace(self, was: Key, key: Key, digest: bytes | None = None) -> bool:
        return await self._write(self._replace(was, key, digest))

    async def delete(self, key_id: str) -> bool:
        return await self._write(self._delete(key_id))

    def _fresh(self) -> None:
        """KeysUnknown if nothing has told for long which keys there are."""
        if time.monotonic() - self._contact > STALE_SECONDS:
            raise KeysUnknown

    async def _write(self, work: Coroutine[Any, Any, R]) -> R:
        """What `work` returns; it goes on if the caller stops waiting: memory always follows the bucket."""
        if not self._dependency.available:  # nobody waits for it twice
            work.close()
            raise KeysUnknown
        task = asyncio.create_task(work)
        self._writes.add(task)
        task.add_done_callback(self._writes.discard)
        try:
            return await asyncio.shield(task)
        except (BotoCoreError, ClientError) as error:
            self._dependency.failed(s3.said(error))
            raise KeysUnknown from None

    async def _add(self, key: Key, digest: bytes, request_id: str) -> Key:
        # Of two gatekeepers that get the same request one writes the object, and the other finds it.
        name = hashlib.sha256(request_id.encode()).hexdigest() if request_id else key.id
        async with self._changing:
            known = self._known.get(name)
            if known and known.record.digest == digest:
                return known.record.key
            if self._keys.get(key.id) or self._keys.holds(digest):
                raise ValueError("the id and the digest of a key are UNIQUE")
            record = Record(key, digest)
            etag = await self._in_thread(self._objects.add, name, _content(record))
            if etag is None:
                await self._look_now()
                if name in self._known:
                    return self._known[name].record.key
                raise KeysUnknown  # it was removed meanwhile
            self._remember({**self._known, name: _Known(etag, record)})
        await self._tell("")
        return key

    async def _replace(self, was: Key, key: Key, digest: bytes | None) -> bool:
        # The object has to be the one that was read: else a key that is revoked meanwhile would come back.
        async with self._changing:
            name = self._name(was.id)
            if name is None or self._known[name].record.key != was:
                await self._look_now()
                return False
            record = self._known[name].record.replaced(key, digest)
            etag = await self._in_thread(self._objects.replace, name, _content(record), self._known[name].etag)
            if etag is None:
                await self._look_now()
                return False
            self._remember({**self._known, name: _Known(etag, record)})
        if not await self._tell("") and digest is not None:
            await asyncio.sleep(LOOK_SECONDS * 1.2)  # by then the others have looked
        return True

    def _name(self, key_id: str) -> str | None:
        """Of the object that holds a key."""
        return next((name for name, one in self._known.items() if one.record.key.id == key_id), None)

    async def _delete(self, key_id: str) -> bool:
        async with self._changing:
            name = self._name(key_id)
            if name is None:
                return False
            await self._in_thread(self._objects.delete, name)
            self._remember({other: one for other, one in self._known.items() if other != name})
        if not await self._tell(name):
            await asyncio.sleep(LOOK_SECONDS * 1.2)  # by then the others have looked
        return True

    async def _tell(self, removed: str) -> bool:
        """Whether all gatekeepers that there are know."""
        return self._news is not None and await self._news.tell(removed)

    async def _listen(self, news: News) -> None:
        async with aclosing(news.follow()) as heard:
            async for removed in heard:
                self._contact = time.monotonic()
                if removed is not None:
                    self._gone.update(removed)
                    self._remember(self._known)
                    await self._look()

    async def _keep_looking(self) -> None:
        while True:
            await asyncio.sleep(LOOK_SECONDS * random.uniform(0.8, 1))
            try:
                await self._look()
            except (BotoCoreError, ClientError) as error:
                self._dependency.failed(s3.said(error))

    async def _look(self) -> None:
        async with self._changing:
            await self._look_now()

    async def _look_now(self) -> None:
        """Know what the bucket holds."""
        self._gone.clear()
        etags = await self._in_thread(self._objects.etags)
        known = {name: one for name, one in self._known.items() if etags.get(name) == one.etag}
        names = [name for name in etags if name not in known]
        for start in range(0, len(names), CALLS_AT_ONCE):
            part = names[start : start + CALLS_AT_ONCE]
            read = await asyncio.gather(*(self._in_thread(self._objects.read, name) for name in part))
            parsed = ((name, _parsed(name, *one)) for name, one in zip(part, read, strict=True) if one)
            known |= {name: one for name, one in parsed if one}
        self._remember(known)
        self._contact = time.monotonic()
        self._dependency.works()

    def _remember(self, known: Mapping[str, _Known]) -> None:
        self._known = {name: one for name, one in known.items() if name not in self._gone}
        self._keys = Keyring(one.record for one in self._known.values())

    async def _in_thread(self, call: Callable[..., R], *given: Any) -> R:
        return await asyncio.get_running_loop().run_in_executor(self._thread, call, *given)


def _content(record: Record) -> bytes:
    key = record.key
    fields = {
        "id": key.id,
        "digest": record.digest.hex(),
        "former": record.former.hex() if record.former else None,
        "display_name": key.display_name,
        "role": Role.Name(key.role),
        "minds": sorted(key.minds),
        "all_minds": key.all_minds,
        "created": key.created.isoformat(),
        "expires": key.expires and key.expires.isoformat(),
        "former_expires": key.former_expires and key.former_expires.isoformat(),
        "limits": asdict(key.limits),
    }
    return json.dumps(fields, ensure_ascii=False).encode()


def _parsed(name: str, etag: str, content: bytes) -> _Known | None:
    """A key; none if it is damaged: that one is not in force."""
    try:
        fields = json.loads(content)
        former = fields.get("former")
        record = Record(_key(fields), bytes.fromhex(fields["digest"]), bytes.fromhex(former) if former else None)
        return _Known(etag, record)
    except (KeyError, TypeError, ValueError):
        log.error("keys.damaged", object=name)
        return None


def _key(fields: Mapping[str, Any]) -> Key:
    return Key(
        id=fields["id"],
        display_name=fields["display_name"],
        role=Role.Value(fields["role"]),
        minds=frozenset(fields["minds"]),
        all_minds=fields["all_minds"],
        created=_time(fields["created"]),
        expires=_time(fields["expires"]) if fields["expires"] else None,
        # What was written before there were limits and rotations has none.
        former_expires=_time(fields["former_expires"]) if fields.get("former_expires") else None,
        limits=Limits(**fields.get("limits", {})),
    )


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)
