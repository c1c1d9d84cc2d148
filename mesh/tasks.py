"""Background tasks of a component: named, logged when they fail, started again with backoff, ended at the stop."""

from __future__ import annotations

import asyncio
import os
import random
import sys
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import structlog

log = structlog.get_logger()
FIRST_WAIT_SECONDS = 0.1
LONGEST_WAIT_SECONDS = 2.0
CANCEL_AGAIN_SECONDS = 1.0


@asynccontextmanager
async def background(name: str, work: Callable[[], Awaitable[None]]) -> AsyncIterator[None]:
    """Run `work` for as long as the block lasts; when it fails or returns, again after a jittered, growing wait."""
    task = asyncio.create_task(_forever(name, work), name=name)
    try:
        yield
    finally:
        while not task.done():  # what it waits for may take a cancellation for a failure of its own
            task.cancel()
            await asyncio.wait((task,), timeout=CANCEL_AGAIN_SECONDS)


async def _forever(name: str, work: Callable[[], Awaitable[None]]) -> None:
    loop = asyncio.get_running_loop()
    wait = FIRST_WAIT_SECONDS
    while True:
        started = loop.time()
        try:
            await work()
        except Exception as error:  # a background task outlives any failure of one of its turns
            log.warning("task.failed", task=name, error=f"{type(error).__name__}: {error}"[:300])
        if loop.time() - started > LONGEST_WAIT_SECONDS:
            wait = FIRST_WAIT_SECONDS
        await asyncio.sleep(wait * random.uniform(0.5, 1.0))
        wait = min(wait * 2, LONGEST_WAIT_SECONDS)


def give_way() -> None:
    """Have the calling thread take only the time that others leave, where the system can tell threads apart."""
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), 15)
