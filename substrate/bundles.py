"""
Bundles: many packets in one object.

Layout: 16 random bytes, frames one after the other, an index of them (JSON, `[[agent, start, length, sha256], …]`), and
a trailer: the first 16 bytes of the index's BLAKE2b digest, its length in four bytes, and the magic `MYRPAK2\\n`. A
frame is the packet's SHA-256 and the packet compressed by zstd. A packet's location is its bundle's URI with the
frame's place and the packet's SHA-256: `…/ab12.pak#4096+1830+9f86…`. Who has it from the connectome can tell a packet
that was forged. The random bytes are there so that no two bundles are the same: what was deleted never comes again.
"""

from __future__ import annotations

import hashlib
import json
import re
import secrets
import struct
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import zstandard

from substrate.errors import PacketCorrupt

LARGEST_BYTES = 4 * 1024 * 1024
"""A bundle is closed before it grows beyond this."""
LARGEST_GAP_BYTES = 256 * 1024
"""Frames of one bundle closer together are read in one go: a read of S3 takes longer to begin than to bring this."""

_MAGIC = b"MYRPAK2\n"
_SHA_BYTES = hashlib.sha256().digest_size
_SPAN = re.compile(r"([0-9]{1,19})\+([0-9]{1,19})\+([0-9a-f]{64})")
_DIGEST_BYTES = 16
_SALT_BYTES = 16
TRAILER_BYTES = _DIGEST_BYTES + 4 + len(_MAGIC)
"""What of a bundle's end says how long its index is."""
_LEVEL = 3
_of_thread = threading.local()
_LARGEST_PACKET_BYTES = 16 * 1024 * 1024


Span: TypeAlias = tuple[int, int, str]
"""Start and length of a frame in its bundle, and its packet's SHA-256."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a frame is: its bundle's URI, its bytes in it, and the SHA-256 of the packet that it holds."""

    bundle: str
    start: int
    length: int
    sha256: str

    def __str__(self) -> str:
        return f"{self.bundle}#{self.start}+{self.length}+{self.sha256}"

    @classmethod
    def parse(cls, location: str) -> Place:
        """Take a packet location apart. PacketCorrupt if it has the wrong form."""
        bundle, _, span = location.rpartition("#")
        found = _SPAN.fullmatch(span)
        if not (bundle and found):
            raise PacketCorrupt("a packet location has the wrong form", packet_location=location)
        return cls(bundle, int(found[1]), int(found[2]), found[3])


def frame(packet: bytes) -> bytes:
    """A packet as it lies in a bundle."""
    return hashlib.sha256(packet).digest() + _compressor().compress(packet)


def packet(frame: bytes, sha256: str = "") -> bytes:
    """The packet in a frame. PacketCorrupt if a single bit differs, or it is not the one that is meant, if one is."""
    try:
        content = zstandard.ZstdDecompressor().decompress(
            frame[_SHA_BYTES:], max_output_size=_LARGEST_PACKET_BYTES, allow_extra_data=False
        )
    except zstandard.ZstdError:
        raise PacketCorrupt("a packet cannot be decompressed") from None
    found = hashlib.sha256(content).digest()
    if found != frame[:_SHA_BYTES] or (sha256 and found.hex() != sha256):
        raise PacketCorrupt("a packet does not match its checksum")
    return content


def build(frames: Iterable[tuple[str, bytes]]) -> Iterator[tuple[bytes, Mapping[str, Span]]]:
    """Lay frames, each with its agent, into as few bundles as hold them; yield each with its agents' places."""
    body, places = _begun(), dict[str, Span]()
    for agent, content in frames:
        if places and len(body) + len(content) > LARGEST_BYTES:
            yield _closed(body, places), places
            body, places = _begun(), {}
        places[agent] = (len(body), len(content), content[:_SHA_BYTES].hex())
        body += content
    if places:
        yield _closed(body, places), places


def index_length(trailer: bytes) -> int:
    """How many bytes of a bundle's end are index and trailer. PacketCorrupt if it is no bundle's."""
    if len(trailer) < TRAILER_BYTES or not trailer.endswith(_MAGIC):
        raise PacketCorrupt("this is no bundle")
    (length,) = struct.unpack_from(">I", trailer, len(trailer) - len(_MAGIC) - 4)
    return int(length) + TRAILER_BYTES


def index(end: bytes) -> dict[str, Span]:
    """The agents of a bundle and their places, from the whole bundle or its end. PacketCorrupt if a bit differs."""
    length = index_length(end)
    listing, digest = end[-length:-TRAILER_BYTES], end[-TRAILER_BYTES:][:_DIGEST_BYTES]
    if length > len(end) or _digest(listing) != digest:
        raise PacketCorrupt("a bundle's index does not match its checksum")
    return {agent: (start, size, sha256) for agent, start, size, sha256 in json.loads(listing)}


def length(places: Mapping[str, Span]) -> int:
    """How many bytes the bundle has that holds these, by agent, and nothing else."""
    return _SALT_BYTES + sum(size for _, size, _ in places.values()) + len(_listing(places)) + TRAILER_BYTES


def runs(places: Iterable[Place]) -> list[list[Place]]:
    """Group places so that each group is one range read: same bundle, small gaps, in order."""
    grouped: list[list[Place]] = []
    for place in sorted(set(places), key=lambda place: (place.bundle, place.start)):
        last = grouped[-1][-1] if grouped else None
        if last and last.bundle == place.bundle and place.start - last.start - last.length <= LARGEST_GAP_BYTES:
            grouped[-1].append(place)
        else:
            grouped.append([place])
    return grouped


def split(run: Sequence[Place], content: bytes) -> Iterator[tuple[Place, bytes]]:
    """The frames of a run out of the bytes from its first frame's start to its last frame's end."""
    base = run[0].start
    for place in run:
        yield place, content[place.start - base : place.start - base + place.length]


def _begun() -> bytearray:
    return bytearray(secrets.token_bytes(_SALT_BYTES))


def _closed(body: bytearray, places: Mapping[str, Span]) -> bytes:
    listing = _listing(places)
    return bytes(body) + listing + _digest(listing) + struct.pack(">I", len(listing)) + _MAGIC


def _listing(places: Mapping[str, Span]) -> bytes:
    return json.dumps([[agent, *place] for agent, place in places.items()], separators=(",", ":")).encode()


def _compressor() -> zstandard.ZstdCompressor:
    """To make one takes longer than to compress a packet; a thread may not share it."""
    if not hasattr(_of_thread, "compressor"):
        _of_thread.compressor = zstandard.ZstdCompressor(_LEVEL)
    compressor: zstandard.ZstdCompressor = _of_thread.compressor
    return compressor


def _digest(content: bytes) -> bytes:
    return hashlib.blake2b(content, digest_size=_DIGEST_BYTES).digest()
