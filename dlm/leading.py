"""Leading: one of the replicas does what has to be done once."""

from __future__ import annotations

import asyncio
import random
import time

import structlog

from dlm.ports import Bulletin
from mesh.errors import MyriadError

log = structlog.get_logger()
LEASE_SECONDS = 8.0
"""Less than the lease lasts where it is kept, by what clocks differ in that time, and a call."""
LOOK_SECONDS = 3.0


class Leadership:
    """Whether this replica leads; what it does as a leader may once in a while be done by two, and does no harm."""

    def __init__(self, replica: str, bulletin: Bulletin) -> None:
        self._replica = replica
        self._bulletin = bulletin
        self._until = float("-inf")
        self.term = 0
        """Number of the present term; each leader has a higher one than those before."""

    @property
    def held(self) -> bool:
        return time.monotonic() < self._until

    async def keep_looking(self) -> None:
        """Lead whenever nobody does."""
        while True:
            asked = time.monotonic()
            try:
                term = await self._bulletin.lead(self._replica)
            except MyriadError:
                term = 0
            if term:
                if term != self.term:
                    log.info("replica.leads", term=term)
                self.term, self._until = term, asked + LEASE_SECONDS
            await asyncio.sleep(LOOK_SECONDS * random.uniform(0.8, 1))
