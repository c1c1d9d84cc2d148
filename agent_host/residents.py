"""Residents: the passages that the host holds, within its capacity, the least useful given up first."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass

from agent_host.passage import Passage
from mesh.segmented_lru import SegmentedLru


@dataclass(slots=True)
class _Entry:
    passage: Passage
    used: float
    asked: bool = False


class Residents:
    """
    A segmented LRU by bytes: agents asked once are on probation, those asked again are protected.

    One query that wakes many agents for the only time pushes out others on probation, not those that are asked
    again and again. Not for several threads: the event loop's own.
    """

    def __init__(
        self,
        capacity_bytes: int,
        idle_seconds: float,
        changed: Callable[[str, bool], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`changed(agent, here)` hears of every agent that comes or goes."""
        self._held = SegmentedLru[_Entry](capacity_bytes)
        self._idle_seconds = idle_seconds
        self._changed = changed
        self._clock = clock
        self.refused = Counter[str]()
        """Packets that were not taken in, by reason."""

    @property
    def bytes(self) -> int:
        return self._held.size

    @property
    def capacity_bytes(self) -> int:
        return self._held.capacity

    def __len__(self) -> int:
        return len(self._held)

    def __iter__(self) -> Iterator[str]:
        return iter(self._held)

    def __contains__(self, agent: str) -> bool:
        return agent in self._held

    def use(self, agent: str) -> Passage | None:
        """The agent's passage, or None if it is not held."""
        entry = self._held.get(agent)
        if entry is None:
            return None
        entry.used = self._clock()
        # A passage that has been asked takes more: it counts from its next use, and others go when one comes.
        self._held.resize(agent, entry.passage.bytes)
        self._held.use(agent, protect=entry.asked)
        entry.asked = True
        return entry.passage

    def admit(self, agent: str, passage: Passage, beside: Collection[str]) -> list[str] | None:
        """Hold an agent; returns those given up for it, None if there is no room that `beside` does not need."""
        if agent in self:
            return []
        victims = self._victims(self._held.excess + passage.bytes, beside)
        if victims is None:
            return None
        for victim in victims:
            self.release(victim)
        self._held.add(agent, _Entry(passage, self._clock()), passage.bytes)
        self._changed(agent, True)
        return victims

    def release(self, agent: str) -> bool:
        """Give an agent up; returns whether it was held."""
        if self._held.remove(agent) is None:
            return False
        self._changed(agent, False)
        return True

    def release_idle(self) -> list[str]:
        """Give up whatever has not been used for the idle time."""
        oldest = self._clock() - self._idle_seconds
        idle = [agent for agent, entry in self._held.items() if entry.used <= oldest]
        for agent in idle:
            self.release(agent)
        return idle

    def _victims(self, excess: int, beside: Collection[str]) -> list[str] | None:
        victims: list[str] = []
        for agent in self._held:
            if excess <= 0:
                break
            if agent not in beside:
                victims.append(agent)
                excess -= self._held.size_of(agent)
        return victims if excess <= 0 else None
