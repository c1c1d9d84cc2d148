"""
The audit log in a bucket: an object holds what was written at once, an entry a line.

It is named by the number of its first entry, and written only if there is none of its name. Who writes knows the last
entry of the last object, so the next name is the same for all.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import asdict
from datetime import datetime
from typing import Any, TypeVar

from botocore.exceptions import BotoCoreError, ClientError

from gatekeeper.ports import MOST_ENTRIES
from mesh.adapters import s3
from mesh.adapters.s3 import CALLS_AT_ONCE, Bucket
from mesh.audit import Entry
from mesh.errors import ComponentUnavailable

FOLDER = "audit/"
PAGE = 1_000
_THERE_ALREADY = ("409", "412", "PreconditionFailed", "ConditionalRequestConflict")
R = TypeVar("R")


class AuditUnreachable(ComponentUnavailable):
    """Where the audit log is does not answer."""

    def __init__(self) -> None:
        super().__init__("the store of the audit log does not answer; try again")


class S3AuditLog:
    """Beside the keys, below `audit/`; any number of gatekeepers write it."""

    def __init__(self, bucket: Bucket, thread: ThreadPoolExecutor) -> None:
        self._bucket = bucket
        self._thread = thread
        self._known: Entry | None = None
        """The newest that was seen."""

    @classmethod
    @asynccontextmanager
    async def open(cls, url: str, endpoint: str) -> AsyncIterator[S3AuditLog]:
        """The log below `s3://bucket/prefix`. SettingError."""
        async with AsyncExitStack() as stack:
            bucket = stack.enter_context(s3.opened("MYRIAD_KEYS", url, endpoint))
            yield cls(bucket, stack.enter_context(ThreadPoolExecutor(CALLS_AT_ONCE, thread_name_prefix="audit")))

    async def last(self) -> Entry | None:
        try:
            while newer := await self._in_thread(self._names, self._known.number if self._known else 0, PAGE):
                self._known = _entries(await self._in_thread(self._read, newer[-1]))[-1]
        except (BotoCoreError, ClientError):
            raise AuditUnreachable from None
        return self._known

    async def add(self, entries: Sequence[Entry]) -> bool:
        try:
            await self._in_thread(self._put, entries[0].number, "\n".join(map(_line, entries)).encode())
        except ClientError as error:
            if s3.code(error) in _THERE_ALREADY:
                return False
            raise AuditUnreachable from None
        except BotoCoreError:
            raise AuditUnreachable from None
        self._known = entries[-1]
        return True

    async def list(self, after: int, limit: int) -> Sequence[Entry]:
        try:
            # An object that begins before may hold what comes after.
            names = await self._in_thread(self._names, max(0, after + 1 - MOST_ENTRIES), limit + MOST_ENTRIES)
            begun = max((name for name in names if name <= after + 1), default=0)
            wanted = [name for name in names if begun <= name <= after + limit]
            read = await asyncio.gather(*(self._in_thread(self._read, name) for name in wanted))
        except (BotoCoreError, ClientError):
            raise AuditUnreachable from None
        return [one for content in read for one in _entries(content) if one.number > after][:limit]

    def _put(self, number: int, content: bytes) -> None:
        self._bucket.client.put_object(Bucket=self._bucket.name, Key=self._key(number), Body=content, IfNoneMatch="*")

    def _names(self, after: int, limit: int) -> Sequence[int]:
        """The numbers by which at most so many objects are called, from the one after `after`, in order."""
        pages = self._bucket.client.get_paginator("list_objects_v2").paginate(
            Bucket=self._bucket.name,
            Prefix=self._bucket.prefix + FOLDER,
            StartAfter=self._key(after),
            PaginationConfig={"MaxItems": limit, "PageSize": PAGE},
        )
        return [int(one["Key"].rpartition("/")[2]) for page in pages for one in page.get("Contents", ())]

    def _read(self, number: int) -> bytes:
        content: bytes = self._bucket.client.get_object(Bucket=self._bucket.name, Key=self._key(number))["Body"].read()
        return content

    def _key(self, number: int) -> str:
        """So that the order of names is that of numbers."""
        return f"{self._bucket.prefix}{FOLDER}{number:012d}"

    async def _in_thread(self, call: Callable[..., R], *given: Any) -> R:
        return await asyncio.get_running_loop().run_in_executor(self._thread, call, *given)


def _line(entry: Entry) -> str:
    return json.dumps(asdict(entry) | {"time": entry.time.isoformat()}, ensure_ascii=False)


def _entries(content: bytes) -> list[Entry]:
    lines = map(json.loads, content.decode().split("\n"))
    return [Entry(**(fields | {"time": datetime.fromisoformat(fields["time"])})) for fields in lines]
