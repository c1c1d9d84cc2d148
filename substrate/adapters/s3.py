"""
Bundles as objects in a bucket of S3, or of anything that speaks its protocol.

boto3 is called in threads, as many as there are connections. It tries again what a server did not do, with jitter; what
breaks off while it is read is read again here. What is read is checked by who knows its SHA-256 (`substrate.bundles`).
"""

from __future__ import annotations

import asyncio
import hashlib
import random
import re
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, closing
from datetime import datetime
from email.utils import parsedate_to_datetime
from functools import partial
from typing import Any, TypeVar

import structlog
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    IncompleteReadError,
    ReadTimeoutError,
    ResponseStreamingError,
)

from mesh.adapters import s3
from mesh.adapters.s3 import ATTEMPTS, CALLS_AT_ONCE, Bucket
from mesh.dependencies import Dependency, watched
from mesh.errors import ComponentUnavailable
from mesh.settings import SettingError
from myriad.type.v1.retention_pb2 import Retained
from substrate.errors import PacketCorrupt, PacketNotFound
from substrate.ports import Stored

CALL_SECONDS = 12.0
"""Longest that anybody waits for a call, whatever a server does."""
PIECE_BYTES = 64 * 1024
_BUNDLE = re.compile(r"(minds/[a-z0-9-]+)/bundles/[0-9a-f]{32}\.pak")
_ENCRYPTION = re.compile(r"AES256|aws:kms(?::(?P<key>.+))?")
_BROKEN_OFF = (IncompleteReadError, ReadTimeoutError, ResponseStreamingError)
_GONE = frozenset({"404", "NoSuchKey", "InvalidRange"})
_UNREADABLE = frozenset({"403", "AccessDenied", "InvalidObjectState", "500", "InternalError"})
"""Of one object, each time that it was tried."""
T = TypeVar("T")
log = structlog.get_logger()


class Refused(ComponentUnavailable):
    """S3 answers, and does not do what one call asks for."""

    def __init__(self, answer: str) -> None:
        super().__init__(f"the packet store does not do it ({answer}); try again")
        self.answer = answer


class S3PacketStore:
    """Bundles at `s3://{bucket}/{prefix}/minds/{mind}/bundles/{hash}.pak`: each mind has a prefix of its own."""

    retained: Sequence[Retained] = (
        Retained(
            store="packets",
            what="earlier versions of deleted bundles, if the bucket keeps versions or locks objects",
            setting="a lifecycle rule of the bucket that expires noncurrent versions",
        ),
        Retained(
            store="packets",
            what="deleted bundles in an S3 server's own files, until it compacts them",
            setting="of SeaweedFS: master.garbageThreshold, or volume.vacuum in weed shell",
        ),
    )

    def __init__(self, bucket: Bucket, encryption: Mapping[str, str], dependency: Dependency) -> None:
        self._client = bucket.client
        self._bucket = bucket.name
        self._keys = bucket.prefix
        self._uris = f"s3://{bucket.name}/{bucket.prefix}"
        self._encryption = encryption
        self._dependency = dependency
        self._threads = ThreadPoolExecutor(CALLS_AT_ONCE, thread_name_prefix="s3")

    async def write(self, mind: str, bundle: bytes) -> str:
        name = f"{mind}/bundles/{hashlib.sha256(bundle).hexdigest()[:32]}.pak"
        await self._call(self._client.put_object, Key=self._keys + name, Body=bundle, **self._encryption)
        return self._uris + name

    async def read(self, uri: str, start: int, length: int) -> bytes:
        key = self._key(uri)
        if length == 0:
            return b""

        try:
            content = await self._call(self._whole, Key=key, Range=f"bytes={start}-{start + length - 1}")
        except Refused as error:
            if error.answer in _UNREADABLE or error.answer.startswith("KMS."):
                raise PacketCorrupt(
                    f"the packet store gives a bundle out to nobody: {error.answer}", bundle=uri
                ) from None
            raise
        if content is None or len(content) != length:
            raise PacketNotFound("the packet store does not hold the packet", bundle=uri)
        return content

    def _whole(self, **place: str) -> bytes:
        """An answer to its end: boto3 tries again to begin one, not to finish it."""
        ends = time.monotonic() + CALL_SECONDS
        for attempt in range(ATTEMPTS):
            try:
                with closing(self._client.get_object(**place)["Body"]) as body:
                    return b"".join(_in_time(body.iter_chunks(PIECE_BYTES), ends))
            except _BROKEN_OFF:
                if attempt == ATTEMPTS - 1 or time.monotonic() > ends:
                    raise
                time.sleep(random.uniform(0, 0.1 * 2**attempt))
        raise AssertionError

    async def delete(self, uri: str) -> None:
        await self._call(self._client.delete_object, Key=self._key(uri))

    async def find(self, uri: str) -> Stored | None:
        page = await self._call(self._client.list_objects_v2, Prefix=self._key(uri), MaxKeys=1)
        return next((one for one in self._stored(page or {}) if one.uri == uri), None)

    async def list(self, mind: str = "") -> AsyncGenerator[Stored, None]:
        below = f"{self._keys}{mind}/bundles/" if mind else f"{self._keys}minds/"
        going_on: dict[str, str] = {}
        while True:
            page: dict[str, Any] = await self._call(self._client.list_objects_v2, Prefix=below, **going_on) or {}
            for stored in self._stored(page):
                yield stored
            if not page.get("IsTruncated"):
                return
            going_on = {"ContinuationToken": page["NextContinuationToken"]}

    def _stored(self, page: Mapping[str, Any]) -> Iterator[Stored]:
        for found in page.get("Contents", ()):
            name = found["Key"].removeprefix(self._keys)
            if bundle := _BUNDLE.fullmatch(name):
                now = parsedate_to_datetime(page["ResponseMetadata"]["HTTPHeaders"]["date"])
                yield Stored(self._uris + name, bundle[1], found["Size"], _age(found["LastModified"], now))

    async def ask(self) -> None:
        """Says nothing if the bucket answers. OSError, which says why not."""
        try:
            await self._in_thread(self._client.head_bucket)
        except (ClientError, BotoCoreError, OSError) as error:
            raise OSError(s3.said(error) or "it does not answer in time") from None

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _key(self, uri: str) -> str:
        name = uri.removeprefix(self._uris)
        if name == uri or not _BUNDLE.fullmatch(name):
            raise PacketNotFound("this packet store has no such URI", bundle=uri)
        return self._keys + name

    async def _call(self, call: Callable[..., T], **given: Any) -> T | None:
        """What a call returns, None if its object is not there. While S3 does not answer, nobody waits for it."""
        if not self._dependency.available:
            raise self._unavailable()
        try:
            with self._dependency.called():
                found = await self._in_thread(call, **given)
        except (ClientError, BotoCoreError, OSError) as error:
            if s3.code(error) in _GONE:
                return None
            if not s3.of_all(error):
                log.warning("packets.refused", key=given.get("Key"), code=s3.code(error))
                raise Refused(s3.code(error)) from None
            self._dependency.failed(s3.said(error))
            raise self._unavailable() from None
        self._dependency.works()
        return found

    async def _in_thread(self, call: Callable[..., T], **given: Any) -> T:
        async with asyncio.timeout(CALL_SECONDS):
            work = partial(call, Bucket=self._bucket, **given)
            return await asyncio.get_running_loop().run_in_executor(self._threads, work)

    def _unavailable(self) -> ComponentUnavailable:
        return ComponentUnavailable("the packet store does not answer; try again", store=self._dependency.address)


@asynccontextmanager
async def opened(url: str, endpoint: str, encryption: str) -> AsyncIterator[S3PacketStore]:
    """A bucket that is there, for as long as the block lasts. SettingError."""
    how = _ENCRYPTION.fullmatch(encryption) if encryption else None
    if encryption and not how:
        raise SettingError("MYRIAD_S3_ENCRYPTION is AES256, aws:kms or aws:kms:KEY")
    with s3.opened("MYRIAD_PACKETS", url, endpoint) as bucket:
        dependency = Dependency("packets", bucket.address)
        store = S3PacketStore(bucket, _encrypted(how), dependency)
        try:
            try:
                await store.ask()
            except OSError as error:
                raise SettingError(f"MYRIAD_PACKETS: cannot use {bucket.address}: {error}") from None
            async with watched(dependency, store.ask):
                yield store
        finally:
            store.close()


def _encrypted(how: re.Match[str] | None) -> Mapping[str, str]:
    if how is None:
        return {}
    if how[0] == "AES256":
        return {"ServerSideEncryption": "AES256"}
    key = {"SSEKMSKeyId": how["key"]} if how["key"] else {}
    return {"ServerSideEncryption": "aws:kms", **key}


def _in_time(pieces: Iterable[bytes], ends: float) -> Iterator[bytes]:
    for piece in pieces:
        if time.monotonic() > ends:
            raise TimeoutError("it answers too slowly")
        yield piece


def _age(written: datetime, now: datetime) -> float:
    """Seconds, by the server's own clock."""
    return (now - written).total_seconds()
