"""Membership: the host's tie to the DLM. Without it the host serves nobody, which makes forgetting provable."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing, suppress
from itertools import islice

from agent_host.ports import Fleet
from myriad.dlm.v1.host_pb2 import Host
from myriad.dlm.v1.lifecycle_service_pb2 import RegisterHostRequest

REPORT_SECONDS = 0.5
DRAIN_SECONDS = 1.0
SILENCE_SECONDS = 5.0
"""A tie on which nothing has come for so long is given up and made anew."""
_LARGEST_REPORT = 5_000
"""Agents in one report: a few milliseconds of work on either side, between which others get their turn."""


class Lease:
    """
    Until when the host may serve.

    It counts from when the report was sent that the DLM answers: an answer may lie around for long, in a process that
    stood still, and the DLM may have given the host up since.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.clock = clock
        self._until = -1.0

    @property
    def held(self) -> bool:
        return self.clock() < self._until

    def renew(self, sent: float, seconds: float) -> None:
        """The DLM lets the host serve for so many seconds from when the report was sent."""
        self._until = sent + seconds


class Membership:
    """Reports what the host holds, every half second and at every change, and keeps its lease."""

    def __init__(self, fleet: Fleet, lease: Lease, describe: Callable[[], Host], residents: Callable[[], list[str]]):
        self._fleet = fleet
        self._lease = lease
        self._describe = describe
        self._residents = residents
        self._changes: dict[str, bool] = {}
        self._wake = asyncio.Event()
        self._draining = False
        self._said_draining = False
        self._drained = asyncio.Event()

    def changed(self, agent: str, here: bool) -> None:
        """Report at once that an agent came or went."""
        self._changes[agent] = here
        self._wake.set()

    async def stay(self) -> None:
        """Be a member until the tie breaks."""
        sent = deque[float]()  # when the reports that have no answer yet were sent; they are answered in order
        async with aclosing(self._fleet.join(self._reports(sent))) as leases:
            while True:
                async with asyncio.timeout(SILENCE_SECONDS):
                    seconds = await anext(leases, None)
                if seconds is None:
                    return
                self._lease.renew(sent.popleft(), seconds)
                if self._said_draining:
                    self._drained.set()

    async def drain(self) -> None:
        """Have the DLM place nothing here any more; waits until it knows, a second at most."""
        self._draining = True
        self._wake.set()
        with suppress(TimeoutError):
            async with asyncio.timeout(DRAIN_SECONDS):
                await self._drained.wait()

    async def _reports(self, sent: deque[float]) -> AsyncGenerator[RegisterHostRequest, None]:
        self._changes = dict.fromkeys(self._residents(), True)
        while True:
            self._wake.clear()
            sent.append(self._lease.clock())
            yield self._report()
            if not self._changes:
                with suppress(TimeoutError):
                    async with asyncio.timeout(REPORT_SECONDS):
                        await self._wake.wait()

    def _report(self) -> RegisterHostRequest:
        host = self._describe()
        host.state = Host.STATE_DRAINING if self._draining else Host.STATE_READY
        self._said_draining = self._draining
        said = dict(islice(self._changes.items(), _LARGEST_REPORT))
        for agent in said:
            del self._changes[agent]
        return RegisterHostRequest(
            host=host,
            placed=[agent for agent, here in said.items() if here],
            released=[agent for agent, here in said.items() if not here],
        )
