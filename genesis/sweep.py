"""The sweeper: what crashes and edits left in the packet store goes within two hours."""

from __future__ import annotations

import asyncio
from collections import defaultdict

import structlog

from genesis.storage import Storage
from substrate.ports import PacketStore

log = structlog.get_logger()
EVERY_SECONDS = 3600.0
OLD_SECONDS = 3600.0
"""A younger bundle may be one whose agents are just being registered."""


async def sweep(store: PacketStore, storage: Storage, old_seconds: float = OLD_SECONDS) -> list[str]:
    """Take what no agent points to out of all old bundles; the URIs of the bundles that are gone."""
    old: defaultdict[str, list[str]] = defaultdict(list)
    async for stored in store.list():
        if stored.age_seconds > old_seconds:
            old[stored.mind].append(stored.uri)
    gone = [uri for mind, uris in old.items() for uri in await storage.compact(mind, uris)]
    if gone:
        log.info("packets.swept", bundles=len(gone))
    return gone


async def keep_sweeping(store: PacketStore, storage: Storage) -> None:
    """Sweep now and every hour."""
    while True:
        await sweep(store, storage)
        await asyncio.sleep(EVERY_SECONDS)
