"""Residents: the packets that the host holds, within its capacity, the least useful given up first."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass

from agent_host.passage import Passage, read
from mesh.segmented_lru import SegmentedLru

ENTRY_BYTES = 450
"""What a resident takes besides its packet: names, links, objects; measured by `benchmarks/residents.py`."""
LARGEST_SHARE = 0.125
"""An agent that takes more of the room than this is not held: too many would have to go for it."""
PARSED_SHARE = 0.25
"""How much of the capacity passages that have been asked may take."""


@dataclass(slots=True)
class _Entry:
    packet: bytes
    used: float


class Residents:
    """
    Packets as they came, by agent, and beside them the passages of those asked lately, ready to be asked again.

    A passage takes a dozen times its packet's bytes, so few are kept. Not for several threads: the event loop's own.
    """

    def __init__(
        self,
        capacity_bytes: int,
        changed: Callable[[str, bool], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`changed(agent, here)` hears of every agent that comes or goes."""
        self.capacity_bytes = capacity_bytes
        parsed = int(capacity_bytes * PARSED_SHARE)
        self._held = SegmentedLru[_Entry](capacity_bytes - parsed)
        self._parsed = SegmentedLru[Passage](parsed)
        self._changed = changed
        self._clock = clock
        self.refused = Counter[str]()
        """Packets that were not taken in, by reason."""
        self.given_up = Counter[str]()
        """Agents given up, by reason."""

    @property
    def used_bytes(self) -> int:
        return self._held.size + self._parsed.size

    @property
    def ready(self) -> int:
        """How many passages are ready to be asked again."""
        return len(self._parsed)

    @property
    def age(self) -> float:
        """For how many seconds the one to be given up next has not been asked; 0 if there is none."""
        return self._clock() - self.last_used(next(iter(self), ""))

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
        self._held.use(agent)
        self._parsed.use(agent)
        passage = self._parsed.get(agent)
        if passage is None:
            passage = read(agent, entry.packet)
            victims = self._parsed.least_useful(self._parsed.excess + passage.bytes)
            if victims is not None:
                for victim in victims:
                    self._parsed.remove(victim)
                self._parsed.add(agent, passage, passage.bytes)
        return passage

    def admit(self, agent: str, packet: bytes, beside: Collection[str]) -> list[str] | None:
        """Hold an agent; returns those given up for it, None if there is no room that `beside` does not need."""
        if agent in self:
            return []
        size = ENTRY_BYTES + len(packet)
        if size > self._held.capacity * LARGEST_SHARE:
            return None
        victims = self._held.least_useful(self._held.excess + size, beside)
        if victims is None:
            return None
        for victim in victims:
            self.release(victim, "room")
        self._held.add(agent, _Entry(packet, self._clock()), size)
        self._changed(agent, True)
        return victims

    def last_used(self, agent: str) -> float:
        """When an agent was last asked, or came; now if it is not held."""
        entry = self._held.get(agent)
        return entry.used if entry else self._clock()

    def shed(self, size: int) -> None:
        """Give up what takes so many bytes: passages that were asked first, they can be had again at once."""
        before = self.used_bytes
        for agent in self._parsed.least_useful(min(size, self._parsed.size)) or ():
            self._parsed.remove(agent)
        size -= before - self.used_bytes
        for agent in self._held.least_useful(min(size, self._held.size)) or ():
            self.release(agent, "pressure")

    def release(self, agent: str, reason: str = "asked_for") -> bool:
        """Give an agent up; returns whether it was held."""
        if self._held.remove(agent) is None:
            return False
        self._parsed.remove(agent)
        self.given_up[reason] += 1
        self._changed(agent, False)
        return True
