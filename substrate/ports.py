"""What is asked of a packet store."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from typing import Protocol

from myriad.type.v1.retention_pb2 import Retained


@dataclass(frozen=True, slots=True)
class Stored:
    """What lies in the store: its URI, its mind, how many bytes it has, and since when nobody wrote it, seconds."""

    uri: str
    mind: str
    length: int
    age_seconds: float


class PacketStore(Protocol):
    """
    Immutable bundles, addressed by their content.

    A bundle's URI is the store's own and says its mind; it stays good until the bundle is deleted.
    """

    @property
    def retained(self) -> Sequence[Retained]:
        """What lies longer, outside of this software's reach, of what was deleted."""

    async def write(self, mind: str, bundle: bytes) -> str:
        """Keep `bundle` for `minds/{mind}`; when this returns its URI it is safe. Again is the same URI, aged 0."""

    async def read(self, uri: str, start: int, length: int) -> bytes:
        """Read `length` bytes from `start`. PacketNotFound if the bundle is gone or shorter, PacketCorrupt if it is
        there and cannot be read."""

    async def delete(self, uri: str) -> None:
        """Remove a bundle for good; one that is gone already is fine."""

    async def find(self, uri: str) -> Stored | None:
        """A bundle, if it is there."""

    def list(self, mind: str = "") -> AsyncGenerator[Stored, None]:
        """What is stored for a mind, or for all, mind by mind, with what a crash left unfinished; page by page."""
