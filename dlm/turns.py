"""Turns: how many loads are under way at once, and how many wait for how long."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from mesh.errors import Overloaded

LOADS_AT_ONCE = 16
LONGEST_QUEUE = 256
QUEUE_SECONDS = 5.0
"""Who has waited for so long for his turn has it no more."""


class Turns:
    """Lets loads in, in the order in which they came."""

    def __init__(
        self, at_once: int = LOADS_AT_ONCE, longest: int = LONGEST_QUEUE, seconds: float = QUEUE_SECONDS
    ) -> None:
        self._free = asyncio.Semaphore(at_once)
        self._longest = longest
        self._seconds = seconds
        self.waiting = 0
        self.shed = 0
        """How many found the queue full, or waited for too long."""
        self.waited_seconds = 0.0
        """By all together."""

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Hold a turn for as long as the block lasts. Overloaded."""
        await self._wait()
        try:
            yield
        finally:
            self._free.release()

    async def _wait(self) -> None:
        if self.waiting >= self._longest:
            self.shed += 1
            raise Overloaded("too many agents are being brought in; try again")
        loop = asyncio.get_running_loop()
        began = loop.time()
        self.waiting += 1
        try:
            async with asyncio.timeout(self._seconds):
                await self._free.acquire()
        except TimeoutError:
            self.shed += 1
            raise Overloaded("too many agents are being brought in; try again") from None
        finally:
            self.waiting -= 1
            self.waited_seconds += loop.time() - began
