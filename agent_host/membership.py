"""Membership: the host's tie to the DLM. Without it the host serves nobody, which makes forgetting provable."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing, suppress
from itertools import islice
from typing import NamedTuple

from agent_host.ports import Fleet
from myriad.dlm.v1.host_pb2 import Host
from myriad.dlm.v1.lifecycle_service_pb2 import RegisterHostRequest

REPORT_SECONDS = 0.5
SILENCE_SECONDS = 5.0
"""A tie on which nothing has come for so long is given up and made anew."""
_LARGEST_REPORT = 1_000
"""Agents in one report: a few milliseconds of work on either side, between which others get their turn."""


class _Sent(NamedTuple):
    """A report that was sent."""

    time: float
    says_all: bool
    """Whether the host drains, and the DLM knows by it of all that shall be brought elsewhere."""


def since_boot() -> float:
    """Seconds that no change of the time alters, those too, where the system tells, during which it was suspended."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


class Lease:
    """
    Until when the host may serve.

    It counts from when the report was sent that the DLM answers: an answer may lie around for long, in a process that
    stood still, and the DLM may have given the host up since. A machine that was suspended has slept through its lease.
    """

    def __init__(self, clock: Callable[[], float] = since_boot) -> None:
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

    def __init__(
        self,
        fleet: Fleet,
        lease: Lease,
        describe: Callable[[], Host],
        residents: Callable[[], list[str]],
        wanted_elsewhere: Callable[[bool], list[str]],
        give_up: Callable[[], None],
    ) -> None:
        """
        `wanted_elsewhere(draining)`: of which agents another host shall hold copies, the most wanted first.
        `give_up()`: give up all agents.
        """
        self._fleet = fleet
        self._lease = lease
        self._describe = describe
        self._residents = residents
        self._wanted_elsewhere = wanted_elsewhere
        self._give_up = give_up
        self._changes: dict[str, bool] = {}
        self._wake = asyncio.Event()
        self._draining = False
        self._drained = asyncio.Event()

    def changed(self, agent: str, here: bool) -> None:
        """Report at once that an agent came or went."""
        self._changes[agent] = here
        self._wake.set()

    async def stay(self) -> None:
        """Be a member until the tie breaks; whose lease is over brings nothing along that was forgotten meanwhile."""
        if not self._lease.held:
            self._give_up()
        sent = deque[_Sent]()  # the reports that have no answer yet; they are answered in order
        async with aclosing(self._fleet.join(self._reports(sent))) as answers:
            while True:
                async with asyncio.timeout(SILENCE_SECONDS):
                    answer = await anext(answers, None)
                if answer is None:
                    return
                report = sent.popleft()
                self._lease.renew(report.time, answer.seconds)
                if answer.drain and not self._draining:
                    self._begin_to_drain()
                if answer.drained and report.says_all:
                    self._drained.set()

    async def drain(self, seconds: float) -> None:
        """Have the DLM place nothing here any more; waits until what was asked lately is elsewhere, so long at most."""
        self._begin_to_drain()
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._drained.wait()

    def _begin_to_drain(self) -> None:
        self._draining = True
        self._wake.set()

    async def _reports(self, sent: deque[_Sent]) -> AsyncGenerator[RegisterHostRequest, None]:
        self._changes = dict.fromkeys(self._residents(), True)
        said_draining, elsewhere = False, list[str]()
        while True:
            self._wake.clear()
            if self._draining and not said_draining:
                said_draining, elsewhere = True, self._wanted_elsewhere(True)
            elif not said_draining:
                elsewhere = self._wanted_elsewhere(False)
            report = self._report(elsewhere[:_LARGEST_REPORT])
            del elsewhere[:_LARGEST_REPORT]
            sent.append(_Sent(self._lease.clock(), said_draining and not elsewhere))
            yield report
            if not self._changes and not elsewhere:
                with suppress(TimeoutError):
                    async with asyncio.timeout(REPORT_SECONDS):
                        await self._wake.wait()

    def _report(self, wanted_elsewhere: Sequence[str]) -> RegisterHostRequest:
        host = self._describe()
        host.state = Host.STATE_DRAINING if self._draining else Host.STATE_READY
        said = dict(islice(self._changes.items(), _LARGEST_REPORT))
        for agent in said:
            del self._changes[agent]
        return RegisterHostRequest(
            host=host,
            placed=[agent for agent, here in said.items() if here],
            released=[agent for agent, here in said.items() if not here],
            wanted_elsewhere=wanted_elsewhere,
        )
