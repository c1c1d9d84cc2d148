"""Speculation: what learned links lead to from agents just woken is brought in ahead, into spare room only."""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from collections.abc import Mapping
from typing import NamedTuple

import structlog

from dlm.flights import Awake, Result, Source
from dlm.hydrate import Hydrator
from dlm.inject import Errand
from dlm.ports import Agents, Directory
from mesh.errors import MyriadError

log = structlog.get_logger()
MOST_AHEAD = 16
"""Agents that are brought in for one question."""
_MOST_ASKED = 32
_MOST_WAITING = 20
PAUSE_SECONDS = 0.25
"""Between two questions' neighbours: what is not certain may never take much."""


class _Woken(NamedTuple):
    mind: str
    agents: list[str]
    host: str


class Speculation:
    """
    The neighbours of what was woken last, one question after the other, when nothing else waits to be loaded.

    It goes the way of all hydration, so that nothing that was forgotten comes back by it. When more was woken than can
    be followed, what was woken first is let be.
    """

    def __init__(self, hydrator: Hydrator, directory: Directory, agents: Agents) -> None:
        self._hydrator = hydrator
        self._directory = directory
        self._agents = agents
        self._waiting = deque[_Woken](maxlen=_MOST_WAITING)
        self._wake = asyncio.Event()
        self.brought = 0

    def notice(self, mind: str, results: Mapping[str, Result]) -> None:
        """Take note of what came of a call that woke agents."""
        new = {
            agent: one.host
            for agent, one in results.items()
            if isinstance(one, Awake) and one.source is not Source.HOST
        }
        if new:
            [(host, _)] = Counter(new.values()).most_common(1)
            self._waiting.append(_Woken(mind, list(new)[:_MOST_ASKED], host))
            self._wake.set()

    async def keep_guessing(self) -> None:
        """Bring in neighbours for as long as there are some to bring in."""
        while True:
            await self._wake.wait()
            await asyncio.sleep(PAUSE_SECONDS)
            if not self._hydrator.turns.waiting:
                woken = self._waiting.pop()
                try:
                    await self._bring(woken)
                except MyriadError as error:
                    log.info("speculation.failed", reason=error.reason_name)
            if not self._waiting:
                self._wake.clear()

    async def _bring(self, woken: _Woken) -> None:
        near = await self._agents.neighbours(woken.mind, woken.agents, MOST_AHEAD)
        held = await self._directory.hosts_of(near.keys())
        asleep = {agent: location for agent, location in near.items() if agent not in held}
        if asleep:
            results = await self._hydrator.hydrate(woken.mind, asleep, Errand(woken.host, spare=True))
            self.brought += sum(isinstance(one, Awake) for one in results.values())
