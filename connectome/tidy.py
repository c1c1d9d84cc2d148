"""Tidying: what could not be done at once, or takes too long to be, is done in time; old jobs go."""

from __future__ import annotations

import asyncio
import time
from concurrent.futures import Executor

from connectome.ports import JobLedger, Registry
from connectome.projection import Projection

EVERY_SECONDS = 60.0


def tidy(registry: Registry, ledger: JobLedger, projection: Projection, now: float) -> None:
    """StorageFull if there still is no room."""
    projection.catch_up_behind()
    projection.erase()
    ledger.forget_jobs(now)
    registry.tidy()


async def keep_tidy(registry: Registry, ledger: JobLedger, projection: Projection, writer: Executor) -> None:
    """Tidy every minute."""
    while True:
        await asyncio.sleep(EVERY_SECONDS)
        await asyncio.get_running_loop().run_in_executor(writer, tidy, registry, ledger, projection, time.time())
