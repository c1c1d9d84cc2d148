"""Buckets of S3 as sources: each object is a file."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from typing import TYPE_CHECKING, TypeVar

from dlm.errors import SourceUnavailable
from dlm.operator.ports import Buckets, File, Source
from mesh.documents import LARGEST_FILE_BYTES, is_single
from mesh.settings import SettingError

if TYPE_CHECKING:
    from mesh.adapters.s3 import Bucket

T = TypeVar("T")
MOST_FILES = 10_000
"""Documents that one source may have,"""
MOST_PAGES = 100
"""and pages of a thousand objects, of whatever kind: to list one takes a tenth of a second."""
LONGEST_URI = 2_000


def buckets(endpoint: str) -> Buckets:
    """Buckets of the server at this URL, or of AWS."""

    @asynccontextmanager
    async def opened(url: str) -> AsyncIterator[Source]:
        from mesh.adapters import s3  # noqa: PLC0415  # half a second, and 30 MB

        try:
            with s3.opened("bucket", url, endpoint) as bucket:
                yield BucketSource(bucket)
        except SettingError as error:
            raise SourceUnavailable(str(error)) from None

    return opened


class BucketSource:
    """See `dlm.operator.ports.Source`."""

    def __init__(self, bucket: Bucket) -> None:
        self._bucket = bucket
        self.uri = f"s3://{bucket.name}/{bucket.prefix}"

    async def files(self) -> Sequence[File]:
        return await self._in_thread(self._list)

    async def read(self, name: str) -> bytes | None:
        return await self._in_thread(lambda: self._read(name))

    def _list(self) -> Sequence[File]:
        pages = self._bucket.client.get_paginator("list_objects_v2").paginate(
            Bucket=self._bucket.name, Prefix=self._bucket.prefix
        )
        found = list[File]()
        for number, page in enumerate(pages):
            for one in page.get("Contents", ()):
                name = one["Key"].removeprefix(self._bucket.prefix)
                if _is_document(name) and len(self.uri + name) <= LONGEST_URI:
                    changed = one["LastModified"].timestamp()
                    found.append(File(name, one["ETag"].strip('"')[:64], one["Size"], changed))
            if len(found) > MOST_FILES or number == MOST_PAGES:
                raise SourceUnavailable(
                    f"{self.uri} has more than {MOST_FILES:,} documents, or {MOST_PAGES * 1_000:,} objects; "
                    "name several prefixes"
                )
        return sorted(found)

    def _read(self, name: str) -> bytes | None:
        from mesh.adapters.s3 import code  # noqa: PLC0415

        try:
            answer = self._bucket.client.get_object(Bucket=self._bucket.name, Key=self._bucket.prefix + name)
        except self._bucket.client.exceptions.ClientError as error:
            if code(error) in ("NoSuchKey", "404"):
                return None
            raise
        content: bytes = answer["Body"].read(LARGEST_FILE_BYTES + 1)
        return content

    async def _in_thread(self, work: Callable[[], T]) -> T:
        with self._failing():
            return await asyncio.to_thread(work)

    @contextmanager
    def _failing(self) -> Iterator[None]:
        from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError  # noqa: PLC0415

        from mesh.adapters.s3 import said  # noqa: PLC0415

        try:
            yield
        except (BotoCoreError, ClientError, HTTPClientError) as error:
            raise SourceUnavailable(f"{self._bucket.address}: {said(error)}", address=self._bucket.address) from None


def _is_document(name: str) -> bool:
    return is_single(name) and not any(part.startswith(".") for part in name.split("/"))
