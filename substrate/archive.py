"""
Archives: a whole mind in one file.

Layout: the magic, then chunks. A chunk is the length of what follows in four bytes, its SHA-256, and an `ArchiveChunk`
compressed by zstd. The last one holds the trailer alone: counts, and the SHA-256 of the digests of all chunks before,
so that none can be taken out, added or moved. What is read is bounded before it is unpacked.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Iterator, Sequence
from typing import BinaryIO

import grpc
import zstandard
from google.protobuf.message import DecodeError

from mesh.errors import MyriadError
from myriad.genesis.v1.archive_pb2 import ArchiveChunk, ArchiveEntry, ArchiveTrailer
from myriad.type.v1.error_reason_pb2 import ErrorReason

MAGIC = b"MYRMIND1"
CHUNK_BYTES = 1024 * 1024
"""A chunk is closed when its entries have grown beyond this."""
LARGEST_CHUNK_BYTES = 8 * 1024 * 1024
LARGEST_ENTRIES_BYTES = 24 * 1024 * 1024
"""Of one chunk, unpacked: the largest packet, and what came before it."""
_HEAD = struct.Struct(">I32s")
_LEVEL = 3


class ArchiveDamaged(MyriadError):
    """An archive is not whole, or not what it was when it was written."""

    code = grpc.StatusCode.INVALID_ARGUMENT
    reason = ErrorReason.ERROR_REASON_ARCHIVE_DAMAGED


class Writer:
    """Lays entries into chunks; each method returns the bytes that come next in the file."""

    def __init__(self) -> None:
        self._chunk, self._size = ArchiveChunk(), 0
        self._digests = hashlib.sha256()
        self._counts = ArchiveTrailer()
        self._compressor = zstandard.ZstdCompressor(_LEVEL)

    def add(self, entry: ArchiveEntry) -> bytes:
        count(self._counts, entry)
        self._chunk.entries.append(entry)
        self._size += entry.ByteSize()
        return self._closed() if self._size > CHUNK_BYTES else b""

    def end(self) -> bytes:
        last = self._closed() if self._size else b""
        self._counts.sha256 = self._digests.digest()
        self._chunk.entries.add(trailer=self._counts)
        return last + self._closed()

    def _closed(self) -> bytes:
        content = self._compressor.compress(self._chunk.SerializeToString())
        self._chunk, self._size = ArchiveChunk(), 0
        digest = hashlib.sha256(content).digest()
        self._digests.update(digest)
        return _HEAD.pack(len(content), digest) + content


def read(archive: BinaryIO) -> Iterator[ArchiveEntry]:
    """The entries of an archive; the last is its trailer, if nothing was amiss. ArchiveDamaged."""
    if archive.read(len(MAGIC)) != MAGIC:
        raise ArchiveDamaged("this is no archive of a mind, or one of a newer version")
    digests, counts = hashlib.sha256(), ArchiveTrailer()
    while True:
        before = digests.digest()
        for entry in (entries := _chunk(archive, digests)):
            if entry.WhichOneof("entry") == "trailer":
                counts.sha256 = before
                if len(entries) > 1 or entry.trailer != counts or archive.read(1):
                    raise ArchiveDamaged("the archive does not hold what its end says")
                yield entry
                return
            count(counts, entry)
            yield entry


def count(counts: ArchiveTrailer, entry: ArchiveEntry) -> None:
    match entry.WhichOneof("entry"):
        case "document":
            counts.document_count += 1
        case "packet":
            counts.agent_count += 1
        case "weight":
            counts.weight_count += 1


def _chunk(archive: BinaryIO, digests: hashlib._Hash) -> Sequence[ArchiveEntry]:
    head = archive.read(_HEAD.size)
    if len(head) < _HEAD.size:
        raise ArchiveDamaged("the archive is cut off")
    length, digest = _HEAD.unpack(head)
    if length > LARGEST_CHUNK_BYTES:
        raise ArchiveDamaged("a piece of the archive is larger than any may be")
    content = archive.read(length)
    if len(content) < length:
        raise ArchiveDamaged("the archive is cut off")
    if hashlib.sha256(content).digest() != digest:
        raise ArchiveDamaged("a piece of the archive does not match its checksum")
    digests.update(digest)
    try:
        return ArchiveChunk.FromString(_unpacked(content)).entries  # made one by one: there may be millions
    except DecodeError:
        raise ArchiveDamaged("a piece of the archive cannot be read") from None


def _unpacked(content: bytes) -> bytes:
    # The size that it states is not believed: nothing is taken in beyond the bound.
    try:
        with zstandard.ZstdDecompressor(max_window_size=LARGEST_CHUNK_BYTES).stream_reader(content) as reader:
            unpacked = reader.read(LARGEST_ENTRIES_BYTES + 1)
    except (zstandard.ZstdError, MemoryError):
        raise ArchiveDamaged("a piece of the archive cannot be unpacked") from None
    if len(unpacked) > LARGEST_ENTRIES_BYTES:
        raise ArchiveDamaged("a piece of the archive unpacks to more than any may")
    return unpacked
