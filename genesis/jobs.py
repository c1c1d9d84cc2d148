"""Jobs that learn in this process, and how they are told to stop."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing, contextmanager
from typing import TypeVar

from genesis.errors import JobCancelled
from genesis.ports import Ledger
from myriad.genesis.v1.document_pb2 import Job

T = TypeVar("T")


class Jobs:
    """
    The jobs that are under way.

    The ledger says of a job whether it was cancelled, to whichever replica learns it: that one hears it when it records
    its next batch. A job of this process stops at once.
    """

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._stops: dict[str, set[asyncio.Event]] = {}

    async def cancel(self, job: str) -> Job:
        """Cancel a job; one that has ended stays as it is. JOB_NOT_FOUND."""
        cancelled = await self._ledger.cancel(job)
        if cancelled.state == Job.STATE_CANCELLED:
            for stop in self._stops.get(job, ()):
                stop.set()
        return cancelled

    async def until_cancelled(self, job: str, work: AsyncGenerator[T, None]) -> AsyncGenerator[T, None]:
        """What `work` yields, until it ends or the job is cancelled here, even while it waits. JobCancelled."""
        with self._stop(job) as stop:
            stopped = asyncio.ensure_future(stop.wait())
            async with aclosing(work):
                try:
                    while True:
                        step = asyncio.ensure_future(anext(work, None))
                        try:
                            await asyncio.wait((step, stopped), return_when=asyncio.FIRST_COMPLETED)
                        finally:
                            if not step.done():
                                step.cancel()
                                await asyncio.wait((step,))
                        if stopped.done():
                            if not step.cancelled():
                                step.exception()  # what failed while it was stopped has nobody to tell
                            raise JobCancelled(job)
                        if (item := step.result()) is None:
                            return
                        yield item
                finally:
                    stopped.cancel()

    @contextmanager
    def _stop(self, job: str) -> Iterator[asyncio.Event]:
        stop = asyncio.Event()
        self._stops.setdefault(job, set()).add(stop)
        try:
            yield stop
        finally:
            self._stops[job].discard(stop)
            if not self._stops[job]:
                del self._stops[job]
