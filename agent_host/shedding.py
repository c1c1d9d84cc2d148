"""Shedding: agents given up before there is need, because nobody asks for them or because memory gets short."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from pathlib import Path

import structlog

from agent_host.residents import Residents

log = structlog.get_logger()
PRESSURE_SECONDS = 5.0
HIGH, LOW = 0.95, 0.9
"""Above this share of what may be taken, agents are given up until no more than the second is."""
_SWEEPS_PER_IDLE_TIME = 10
_SWEPT_AT_ONCE = 2_000
_STATM = Path("/proc/self/statm")
_PAGE_BYTES = 4_096


def process_bytes() -> int:
    """What the process takes in memory; 0 where the system does not say."""
    return int(_STATM.read_text().split()[1]) * _PAGE_BYTES if _STATM.exists() else 0


class Shedding:
    """Looks again and again at how much is held, and at who has not been asked for long."""

    def __init__(
        self,
        residents: Residents,
        idle_seconds: float,
        memory_bytes: int,
        clock: Callable[[], float] = time.monotonic,
        taken: Callable[[], int] = process_bytes,
    ) -> None:
        """`memory_bytes`: what the process may take; 0 if nothing is said of that."""
        self._residents = residents
        self._idle_seconds = idle_seconds
        self._memory_bytes = memory_bytes
        self._clock = clock
        self._taken = taken

    async def watch_memory(self) -> None:
        """Every five seconds."""
        while True:
            await asyncio.sleep(PRESSURE_SECONDS)
            self.relieve()

    async def watch_idle(self) -> None:
        """Ten times in the idle time."""
        while True:
            await asyncio.sleep(self._idle_seconds / _SWEEPS_PER_IDLE_TIME)
            await self.release_idle()

    def relieve(self) -> None:
        """
        Come down to the low mark if what is held, or the process, is above the high one.

        By a twentieth of what is held at most: what is given up comes back to the system late or not at all, and
        something else may be what grows.
        """
        held, capacity = self._residents.used_bytes, self._residents.capacity_bytes
        excess = held - int(LOW * capacity) if held > HIGH * capacity else 0
        if self._memory_bytes and (taken := self._taken()) > HIGH * self._memory_bytes:
            excess = max(excess, min(taken - int(LOW * self._memory_bytes), int((HIGH - LOW) * held)))
        if excess > 0:
            log.info("agents.shed", bytes=excess, held=held)
            self._residents.shed(excess)

    async def release_idle(self) -> None:
        """Give up whatever has not been used for the idle time, in turns that hold nobody up."""
        oldest = self._clock() - self._idle_seconds
        for number, agent in enumerate(list(self._residents), 1):
            if self._residents.last_used(agent) <= oldest:
                self._residents.release(agent, "idle")
            if number % _SWEPT_AT_ONCE == 0:
                await asyncio.sleep(0)
