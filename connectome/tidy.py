"""Tidying: what a full disk, or a reader in the way, left undone is done once it can be; old jobs go."""

from __future__ import annotations

import asyncio
import time
from concurrent.futures import Executor

from connectome import lexical_sync
from connectome.ports import GraphStore, LexicalIndex

EVERY_SECONDS = 60.0


def tidy(store: GraphStore, lexical: LexicalIndex, now: float) -> None:
    """StorageFull if there still is no room."""
    lexical_sync.catch_up_behind(store, lexical)
    store.tidy(now)


async def keep_tidy(store: GraphStore, lexical: LexicalIndex, writer: Executor) -> None:
    """Tidy every minute."""
    while True:
        await asyncio.sleep(EVERY_SECONDS)
        await asyncio.get_running_loop().run_in_executor(writer, tidy, store, lexical, time.time())
