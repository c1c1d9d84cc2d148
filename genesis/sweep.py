"""
The sweeper: what crashes and edits left in the packet store goes within two hours, and small bundles become large ones.

What no agent points to is condemned in the connectome and deleted then, see `genesis.storage`: any number of genesis
may sweep at once. That a bundle is old makes nothing safe; it leaves in peace who is just learning.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from contextlib import aclosing

import structlog

from genesis.storage import BUNDLES_AT_ONCE, Storage
from mesh.errors import MyriadError
from substrate import bundles
from substrate.ports import PacketStore, Stored

log = structlog.get_logger()
EVERY_SECONDS = 3600.0
OLD_SECONDS = 3600.0
MERGED_AT_LEAST = 8
"""Bundles become one, so that a packet is not moved again with every few that are learned."""
MERGED_AT_MOST = 256
SMALL_BYTES = bundles.LARGEST_BYTES // MERGED_AT_LEAST
MERGED_BYTES = 64 * bundles.LARGEST_BYTES
"""Are written anew in a pass at most, that nobody waits for it."""


class Pass:
    """One pass over the packet store; each bundle that there is, is taken, mind by mind."""

    def __init__(self, storage: Storage, room: int = MERGED_BYTES) -> None:
        self._storage = storage
        self._room = room
        self._page: list[Stored] = []
        self._small: list[Stored] = []
        self.gone: list[str] = []
        """The URIs of bundles that were deleted."""
        self.failures: list[str] = []

    async def take(self, stored: Stored) -> None:
        if self._page and self._page[0].mind != stored.mind:
            await self.end()
        self._page.append(stored)
        if len(self._page) == BUNDLES_AT_ONCE:
            await self._sweep()

    async def end(self) -> None:
        """No more of this mind comes."""
        await self._sweep()
        await self._merge()

    async def _sweep(self) -> None:
        page, self._page = self._page, []
        gone = await self._done(self._storage.rewrite, page)
        for one in page:
            if one.length < SMALL_BYTES and one.uri not in gone:
                self._small.append(one)
                if len(self._small) == MERGED_AT_MOST or _bytes(self._small) > bundles.LARGEST_BYTES:
                    await self._merge()

    async def _merge(self) -> None:
        small, self._small = self._small, []
        if len(small) >= MERGED_AT_LEAST and self._room > 0:
            self._room -= _bytes(small)
            await self._done(self._storage.merge, small)

    async def _done(
        self, work: Callable[[str, Sequence[Stored]], Awaitable[Sequence[str]]], stored: Sequence[Stored]
    ) -> Sequence[str]:
        if not stored:
            return []
        try:
            gone = await work(stored[0].mind, stored)
        except (MyriadError, OSError) as error:  # the other bundles are swept
            self.failures.append(type(error).__name__)
            return []
        self.gone += gone
        return gone


async def sweep(store: PacketStore, storage: Storage, old_seconds: float = OLD_SECONDS) -> list[str]:
    """Take what no agent points to out of all old bundles, and merge small ones; the URIs of bundles that are gone."""
    one = Pass(storage)
    async with aclosing(store.list()) as found:
        async for stored in found:
            if stored.age_seconds > old_seconds:
                await one.take(stored)
    await one.end()
    if one.gone or one.failures:
        log.info("packets.swept", bundles=len(one.gone), failures=len(one.failures), errors=sorted(set(one.failures)))
    return one.gone


async def keep_sweeping(store: PacketStore, storage: Storage) -> None:
    """Sweep now and every hour, or nearly."""
    while True:
        await sweep(store, storage)
        await asyncio.sleep(EVERY_SECONDS * random.uniform(0.9, 1))


def _bytes(stored: Sequence[Stored]) -> int:
    return sum(one.length for one in stored)
