"""
Workers: processes beside this one in which texts are read, one for each processor.

Of threads that compute Python one runs at a time, so a large learn would leave the other processors idle. Workers
start with the first learn that is worth it, and end when nobody has learned for a while. Keys take turns here as well.
Whatever a worker fails at, or dies of, is done in this process.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import signal
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import CancelledError, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from itertools import islice
from multiprocessing.connection import wait
from typing import TypeAlias

import structlog

from genesis.drafts import Draft
from genesis.fairness import Share, Turns
from genesis.packets import begun, told
from genesis.processors import processors
from genesis.texts import Begun, Written, all_written

log = structlog.get_logger()
Chunk: TypeAlias = "list[tuple[int, Begun]]"
"""Begun packets, each with the number of its document."""
MOST = 4
"""Workers, of some 100 MiB each: one connectome registers no more than they read."""
FEWEST_PASSAGES = 128
"""With fewer of them a batch is not worth starting a process for."""
CHUNK_PASSAGES = 64
"""So many a worker reads before another learn has its turn."""
_IDLE_SECONDS = 60.0
_NICE = 5
"""Questions come first."""


class Workers:
    """The workers of a process; none where there is one processor."""

    def __init__(self, count: int | None = None) -> None:
        count = processors() if count is None else count
        self._count = min(count, MOST) if count > 1 else 0
        self._turns = Turns(max(self._count, 1))
        self._pool: ProcessPoolExecutor | None = None
        self._idle: asyncio.TimerHandle | None = None

    async def written(self, share: Share, drafts: Sequence[Draft]) -> list[list[Written] | None]:
        """The packets of each document as they lie in a bundle; None for what is to be read here. CallerLeft."""
        if not self._count or sum(len(draft.passages) for draft in drafts) < FEWEST_PASSAGES:
            return [None] * len(drafts)
        chunks = await share.run(lambda: list(_chunks(drafts)))
        room = asyncio.Semaphore(self._count)

        async def done(chunk: Chunk) -> Sequence[list[Written] | None]:
            async with room:
                return await self._done(share, [begun for _, begun in chunk])

        found: list[list[Written] | None] = [None] * len(drafts)
        failed = set[int]()
        for chunk, results in zip(chunks, await asyncio.gather(*map(done, chunks)), strict=True):
            for (number, _), result in zip(chunk, results, strict=True):
                if result is None:
                    failed.add(number)
                else:
                    found[number] = [*(found[number] or ()), *result]
        return [None if number in failed else one for number, one in enumerate(found)]

    def close(self) -> None:
        if self._idle:
            self._idle.cancel()
        self._rest()
        self._turns.close()

    async def _done(self, share: Share, begun: Sequence[Begun]) -> Sequence[list[Written] | None]:
        pool = None
        try:
            pool = self._working()
            return await self._turns.run(share, partial(_asked, pool, begun))
        except (BrokenProcessPool, CancelledError, OSError, RuntimeError) as error:
            log.warning("worker.failed", error=type(error).__name__)
            if self._pool is pool:
                self._rest()
            return [None] * len(begun)

    def _working(self) -> ProcessPoolExecutor:
        """The pool, which ends if nobody asks for it for a while."""
        if self._idle:
            self._idle.cancel()
        self._idle = asyncio.get_running_loop().call_later(_IDLE_SECONDS, self._rest)
        if self._pool is None:
            # What is forked has the locks that other threads hold, gRPC's too.
            spawned = multiprocessing.get_context("spawn")
            self._pool = ProcessPoolExecutor(self._count, spawned, initializer=_begin)
        return self._pool

    def _rest(self) -> None:
        if self._pool:
            self._pool.shutdown(wait=False)
            self._pool = None


def _asked(pool: ProcessPoolExecutor, begun: Sequence[Begun]) -> Sequence[list[Written] | None]:
    return pool.submit(all_written, begun).result()


def _chunks(drafts: Sequence[Draft]) -> Iterator[Chunk]:
    chunk: Chunk = []
    size = 0
    for number, draft in enumerate(drafts):
        left = iter(_begun(draft))
        while part := list(islice(left, CHUNK_PASSAGES - size)):
            chunk.append((number, (told(draft), part)))
            size += len(part)
            if size == CHUNK_PASSAGES:
                yield chunk
                chunk, size = [], 0
    if chunk:
        yield chunk


def _begun(draft: Draft) -> list[bytes]:
    try:
        return [packet.SerializeToString() for packet in begun(draft)]
    except Exception:  # it fails again where somebody can say so
        return []


def _begin() -> None:
    """A worker gives way to what answers, and ends with the process that it is one of."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.nice(_NICE)
    if parent := multiprocessing.parent_process():
        threading.Thread(target=_end_with, args=(parent.sentinel,), daemon=True).start()


def _end_with(parent: int) -> None:
    wait([parent])
    os._exit(1)
