"""Which agents are wanted most: those that another host shall hold too."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable

from agent_host.busyness import Busyness
from agent_host.residents import Residents

HOT_ASKS, PERIOD_SECONDS = 330, 10.0
"""Who is asked so often in a period, 2,000 times a minute, takes a thirtieth of a host: a second one shall share it."""
_MOST_HOT = 50
_MOST_SHARED = 500
RECENT_SECONDS = 300.0
"""Whoever was not asked for so long is not brought elsewhere when its host drains: it can be woken."""
_MOST_RECENT = 20_000


class Wanted:
    """Counts who is asked, period by period."""

    def __init__(
        self, residents: Residents, busy: Busyness | bool = False, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._residents = residents
        self._busy = busy
        self._clock = clock
        self._asked = Counter[str]()
        self._ends = clock() + PERIOD_SECONDS

    def asked(self, agent: str) -> None:
        self._asked[agent] += 1

    def elsewhere(self, draining: bool) -> list[str]:
        """
        Once a period, agents asked very often, and of a busy host those that make half of its work; of one that drains
        those asked lately, the latest first.
        """
        return self._recent() if draining else self._hot()

    def _hot(self) -> list[str]:
        if self._clock() < self._ends:
            return []
        hot = [agent for agent, count in self._asked.most_common(_MOST_HOT) if count >= HOT_ASKS]
        if self._busy:
            hot = self._half()
        self._asked.clear()
        self._ends = self._clock() + PERIOD_SECONDS
        return hot

    def _half(self) -> list[str]:
        left, half = self._asked.total() / 2, list[str]()
        for agent, count in self._asked.most_common(_MOST_SHARED):
            if left <= 0:
                break
            half.append(agent)
            left -= count
        return half

    def _recent(self) -> list[str]:
        oldest = self._clock() - RECENT_SECONDS
        used = {agent: self._residents.last_used(agent) for agent in self._residents}
        recent = [agent for agent, last in used.items() if last > oldest]
        return sorted(recent, key=lambda agent: -used[agent])[:_MOST_RECENT]
