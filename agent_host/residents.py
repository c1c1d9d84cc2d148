"""Residents: the passages that the host holds, within its capacity, the least useful given up first."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass

from agent_host.passage import Passage

_PROTECTED_SHARE = 0.8


@dataclass(slots=True)
class _Entry:
    passage: Passage
    used: float
    bytes: int
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
        self.capacity_bytes = capacity_bytes
        self.bytes = 0
        self._idle_seconds = idle_seconds
        self._changed = changed
        self._clock = clock
        self._probation: OrderedDict[str, _Entry] = OrderedDict()
        self._protected: OrderedDict[str, _Entry] = OrderedDict()
        self._protected_bytes = 0

    def __len__(self) -> int:
        return len(self._probation) + len(self._protected)

    def __iter__(self) -> Iterator[str]:
        yield from self._probation
        yield from self._protected

    def __contains__(self, agent: str) -> bool:
        return agent in self._probation or agent in self._protected

    def use(self, agent: str) -> Passage | None:
        """The agent's passage, or None if it is not held."""
        entry = self._protected.get(agent) or self._probation.get(agent)
        if entry is None:
            return None
        entry.used = self._clock()
        self._measure(entry, protected=agent in self._protected)
        if agent in self._protected:
            self._protected.move_to_end(agent)
        elif entry.asked:
            self._protect(agent, entry)
        else:
            entry.asked = True
            self._probation.move_to_end(agent)
        return entry.passage

    def admit(self, agent: str, passage: Passage, beside: Collection[str]) -> list[str] | None:
        """Hold an agent; returns those given up for it, None if there is no room that `beside` does not need."""
        if agent in self:
            return []
        victims = self._victims(self.bytes + passage.bytes - self.capacity_bytes, beside)
        if victims is None:
            return None
        for victim in victims:
            self.release(victim)
        self._probation[agent] = _Entry(passage, self._clock(), passage.bytes)
        self.bytes += passage.bytes
        self._changed(agent, True)
        return victims

    def release(self, agent: str) -> bool:
        """Give an agent up; returns whether it was held."""
        entry = self._probation.pop(agent, None)
        if entry is None:
            entry = self._protected.pop(agent, None)
            if entry is None:
                return False
            self._protected_bytes -= entry.bytes
        self.bytes -= entry.bytes
        self._changed(agent, False)
        return True

    def release_idle(self) -> list[str]:
        """Give up whatever has not been used for the idle time."""
        oldest = self._clock() - self._idle_seconds
        idle = [
            agent
            for segment in (self._probation, self._protected)
            for agent, entry in segment.items()
            if entry.used <= oldest
        ]
        for agent in idle:
            self.release(agent)
        return idle

    def _measure(self, entry: _Entry, *, protected: bool) -> None:
        """A passage that has been asked takes more: it counts from its next use, and others go when one comes."""
        grown = entry.passage.bytes - entry.bytes
        entry.bytes += grown
        self.bytes += grown
        self._protected_bytes += grown * protected

    def _protect(self, agent: str, entry: _Entry) -> None:
        del self._probation[agent]
        self._protected[agent] = entry
        self._protected_bytes += entry.bytes
        while self._protected_bytes > self.capacity_bytes * _PROTECTED_SHARE:
            demoted, old = self._protected.popitem(last=False)
            self._protected_bytes -= old.bytes
            self._probation[demoted] = old

    def _victims(self, excess: int, beside: Collection[str]) -> list[str] | None:
        victims: list[str] = []
        for segment in (self._probation, self._protected):
            for agent, entry in segment.items():
                if excess <= 0:
                    return victims
                if agent not in beside:
                    victims.append(agent)
                    excess -= entry.bytes
        return victims if excess <= 0 else None
