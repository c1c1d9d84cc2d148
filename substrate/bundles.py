"""
Bundles: many packets in one object.

Layout: frames one after the other, an index of them (JSON, `[[agent, start, length], …]`), its length in four
bytes, and the magic `MYRPAK1\\n`. A frame is the first 16 bytes of the packet's BLAKE2b digest and the packet
compressed by zstd. A packet's location is its bundle's URI with the frame's place: `…/ab12.pak#4096+1830`.
"""

from __future__ import annotations

import hashlib
import json
import struct
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import zstandard

from substrate.errors import PacketCorrupt

LARGEST_BYTES = 4 * 1024 * 1024
"""A bundle is closed before it grows beyond this."""
LARGEST_GAP_BYTES = 64 * 1024
"""Frames of one bundle closer together than this are read in one go."""

_MAGIC = b"MYRPAK1\n"
_DIGEST_BYTES = 16
_LEVEL = 3
_LARGEST_PACKET_BYTES = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Place:
    """Where a frame is: its bundle's URI, and its bytes in it."""

    bundle: str
    start: int
    length: int

    def __str__(self) -> str:
        return f"{self.bundle}#{self.start}+{self.length}"

    @classmethod
    def parse(cls, location: str) -> Place:
        """Take a packet location apart. PacketCorrupt if it has the wrong form."""
        bundle, _, span = location.rpartition("#")
        start, _, length = span.partition("+")
        if not (bundle and start.isdecimal() and length.isdecimal()):
            raise PacketCorrupt("a packet location has the wrong form", packet_location=location)
        return cls(bundle, int(start), int(length))


def frame(packet: bytes) -> bytes:
    """A packet as it lies in a bundle."""
    return hashlib.blake2b(packet, digest_size=_DIGEST_BYTES).digest() + zstandard.compress(packet, _LEVEL)


def packet(frame: bytes) -> bytes:
    """The packet in a frame. PacketCorrupt if a single bit differs."""
    try:
        content = zstandard.ZstdDecompressor().decompress(
            frame[_DIGEST_BYTES:], max_output_size=_LARGEST_PACKET_BYTES, allow_extra_data=False
        )
    except zstandard.ZstdError:
        raise PacketCorrupt("a packet cannot be decompressed") from None
    if hashlib.blake2b(content, digest_size=_DIGEST_BYTES).digest() != frame[:_DIGEST_BYTES]:
        raise PacketCorrupt("a packet does not match its checksum")
    return content


def build(frames: Iterable[tuple[str, bytes]]) -> Iterator[tuple[bytes, Mapping[str, tuple[int, int]]]]:
    """Lay frames, each with its agent, into as few bundles as hold them; yield each with its agents' places."""
    body, places = bytearray(), dict[str, tuple[int, int]]()
    for agent, content in frames:
        if places and len(body) + len(content) > LARGEST_BYTES:
            yield _closed(body, places), places
            body, places = bytearray(), {}
        places[agent] = (len(body), len(content))
        body += content
    if places:
        yield _closed(body, places), places


def index(bundle: bytes) -> dict[str, tuple[int, int]]:
    """The agents of a whole bundle and their places. PacketCorrupt if it is none."""
    end = len(bundle) - len(_MAGIC) - 4
    if end < 0 or not bundle.endswith(_MAGIC):
        raise PacketCorrupt("this is no bundle")
    (length,) = struct.unpack(">I", bundle[end : end + 4])
    return {agent: (start, size) for agent, start, size in json.loads(bundle[end - length : end])}


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


def _closed(body: bytearray, places: Mapping[str, tuple[int, int]]) -> bytes:
    listing = json.dumps([[agent, *place] for agent, place in places.items()], separators=(",", ":")).encode()
    return bytes(body) + listing + struct.pack(">I", len(listing)) + _MAGIC
