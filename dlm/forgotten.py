"""What was put to sleep lately, so that nothing old wakes it."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Iterable

from mesh import names

KEEP_SECONDS = 15 * 60.0
"""Longer than any call and many times a host's lease."""
LARGEST = 200_000


class Forgotten:
    """
    Agents and whole minds that were put to sleep.

    A packet location that a caller brings may be older than the sleep, and so may the packet that a host still
    holds when it comes back: neither counts for such an agent until the connectome has said that it exists.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._ends: OrderedDict[str, float] = OrderedDict()
        self._known: dict[str, set[str]] = {}
        """By mind put to sleep: its agents that the connectome has confirmed since."""

    def add(self, slept: Iterable[str]) -> None:
        """Put down agents, or minds with all their agents."""
        now = self._clock()
        for name in slept:
            self._ends[name] = now + KEEP_SECONDS
            self._ends.move_to_end(name)
            if name == names.parent(name):
                self._known[name] = set()
            else:
                self._known.get(names.parent(name), set()).discard(name)
        while self._ends and (len(self._ends) > LARGEST or next(iter(self._ends.values())) <= now):
            name, _ = self._ends.popitem(last=False)
            self._known.pop(name, None)

    def confirm(self, agents: Iterable[str]) -> None:
        """The connectome says, after the sleep, that these exist."""
        for agent in agents:
            self._ends.pop(agent, None)
            known = self._known.get(names.parent(agent))
            if known is not None:
                known.add(agent)

    def __contains__(self, agent: str) -> bool:
        now = self._clock()
        if self._ends.get(agent, now) > now:
            return True
        mind = names.parent(agent)
        return self._ends.get(mind, now) > now and agent not in self._known[mind]
