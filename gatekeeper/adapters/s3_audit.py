"""The audit log in a bucket: an object an entry, which is written only if there is none of its number."""

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

from mesh.adapters import s3
from mesh.adapters.s3 import CALLS_AT_ONCE, Bucket
from mesh.audit import Entry
from mesh.errors import ComponentUnavailable

FOLDER = "audit/"
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
        while newer := await self.list(self._known.number if self._known else 0, 1000, newest=True):
            self._known = newer[-1]
        return self._known

    async def add(self, entry: Entry) -> bool:
        content = json.dumps(asdict(entry) | {"time": entry.time.isoformat()}, ensure_ascii=False)
        try:
            await self._in_thread(self._put, _name(entry.number), content.encode())
        except ClientError as error:
            if s3.code(error) in _THERE_ALREADY:
                return False
            raise AuditUnreachable from None
        except BotoCoreError:
            raise AuditUnreachable from None
        self._known = entry
        return True

    async def list(self, after: int, limit: int, *, newest: bool = False) -> Sequence[Entry]:
        """See the port; the `newest` of them only, if there are any."""
        try:
            names = await self._in_thread(self._names, after, limit)
            wanted = names[-1:] if newest else names
            read = await asyncio.gather(*(self._in_thread(self._read, name) for name in wanted))
        except (BotoCoreError, ClientError):
            raise AuditUnreachable from None
        return [_entry(content) for content in read]

    def _put(self, name: str, content: bytes) -> None:
        where = self._bucket.prefix + FOLDER + name
        self._bucket.client.put_object(Bucket=self._bucket.name, Key=where, Body=content, IfNoneMatch="*")

    def _names(self, after: int, limit: int) -> Sequence[str]:
        folder = self._bucket.prefix + FOLDER
        found = self._bucket.client.list_objects_v2(
            Bucket=self._bucket.name, Prefix=folder, StartAfter=folder + _name(after), MaxKeys=limit
        )
        return [one["Key"].removeprefix(folder) for one in found.get("Contents", ())]

    def _read(self, name: str) -> bytes:
        where = self._bucket.prefix + FOLDER + name
        content: bytes = self._bucket.client.get_object(Bucket=self._bucket.name, Key=where)["Body"].read()
        return content

    async def _in_thread(self, call: Callable[..., R], *given: Any) -> R:
        return await asyncio.get_running_loop().run_in_executor(self._thread, call, *given)


def _name(number: int) -> str:
    """So that the order of names is that of numbers."""
    return f"{number:012d}"


def _entry(content: bytes) -> Entry:
    fields = json.loads(content)
    return Entry(**(fields | {"time": datetime.fromisoformat(fields["time"])}))
