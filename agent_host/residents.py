"""Residents: the packets that the host holds, within its capacity, the least useful given up first."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass

from mesh.segmented_lru import SegmentedLru
from mesh.spread import Spread
from myriad.agent.v1.packet_pb2 import CognitivePacket

ENTRY_BYTES = 450
"""What a resident takes besides its packet: names, links, objects; measured by `benchmarks/residents.py`."""
PINNED_SHARE = 0.5
"""How much of the room for packets those may take that are pinned."""
SPARE = 0.9
"""Beyond this share of the capacity no room is spare."""
MADE_ROOM = ("room", "pressure")
AGES = (1, 10, 60, 300, 1_800, 3_600, 14_400, 86_400)
LARGEST_SHARE = 0.125
"""An agent that takes more of the room than this is not held: too many would have to go for it."""


@dataclass(slots=True)
class _Entry:
    packet: bytes
    used: float
    ahead: bool = False
    """Whether it was taken in ahead, and nobody has asked for it yet."""


class Residents:
    """
    Packets by agent, as bytes: one is parsed when it is asked, in some 20 µs, and nothing of it is kept besides.

    Not for several threads: the event loop's own.
    """

    def __init__(
        self,
        capacity_bytes: int,
        changed: Callable[[str, bool], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`changed(agent, here)` hears of every agent that comes or goes."""
        self.capacity_bytes = capacity_bytes
        self._held = SegmentedLru[_Entry](capacity_bytes)
        self._pinned: dict[str, _Entry] = {}
        self._pinned_bytes = 0
        self._changed = changed
        self._clock = clock
        self.refused = Counter[str]()
        """Packets that were not taken in, by reason."""
        self.given_up = Counter[str]()
        """Agents given up, by reason."""
        self.ages = Spread(AGES)
        """For how long those were not asked that had to make room, in seconds."""
        self.ahead = Counter[str]()
        """Agents taken in before anybody asked for them here: `taken`, of these `used`, and given up `unused`."""

    @property
    def used_bytes(self) -> int:
        return self._held.size + self._pinned_bytes

    @property
    def pinned(self) -> int:
        """How many agents are never given up unless somebody says so."""
        return len(self._pinned)

    @property
    def age(self) -> float:
        """For how many seconds the one to be given up next has not been asked; 0 if there is none."""
        return self._clock() - self.last_used(next(iter(self), ""))

    def __len__(self) -> int:
        return len(self._held) + len(self._pinned)

    def __iter__(self) -> Iterator[str]:
        """All agents, the least useful first and the pinned last."""
        yield from self._held
        yield from self._pinned

    def __contains__(self, agent: str) -> bool:
        return agent in self._held or agent in self._pinned

    def use(self, agent: str) -> CognitivePacket | None:
        """The agent's packet, or None if it is not held."""
        entry = self._pinned.get(agent) or self._held.get(agent)
        if entry is None:
            return None
        entry.used = self._clock()
        self.ahead["used"] += entry.ahead
        entry.ahead = False
        self._held.use(agent)
        return CognitivePacket.FromString(entry.packet)

    def admit_ahead(self, agent: str, packet: bytes) -> list[str] | None:
        """Hold an agent that nobody has asked for yet; None if something had to be given up for it, now or soon."""
        size = ENTRY_BYTES + len(packet)
        if self.used_bytes + size > SPARE * self.capacity_bytes or self._held.excess + size > 0:
            return None
        victims = self.admit(agent, packet, ())
        if entry := self._held.get(agent):
            entry.ahead = True
            self.ahead["taken"] += 1
        return victims

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

    def pin(self, agent: str) -> bool:
        """Give an agent that is held never up, as long as such take half of the room at most; whether that is so."""
        entry = self._held.get(agent)
        if entry is None:
            return agent in self._pinned
        size = self._held.size_of(agent)
        if self._pinned_bytes + size > PINNED_SHARE * (self._held.capacity + self._pinned_bytes):
            return False
        self._held.remove(agent)
        self._held.capacity -= size
        self._pinned[agent] = entry
        self._pinned_bytes += size
        return True

    def last_used(self, agent: str) -> float:
        """When an agent was last asked, or came; now if it is pinned, or not held."""
        entry = self._held.get(agent)
        return entry.used if entry else self._clock()

    def shed(self, size: int) -> None:
        """Give up what takes so many bytes."""
        for agent in self._held.least_useful(min(size, self._held.size)) or ():
            self.release(agent, "pressure")

    def release(self, agent: str, reason: str = "asked_for") -> bool:
        """Give an agent up; returns whether it was held."""
        entry = self._held.get(agent)
        self.ahead["unused"] += bool(entry and entry.ahead)
        if entry and reason in MADE_ROOM:
            self.ages.add(self._clock() - entry.used)
        if entry := self._pinned.pop(agent, None):
            size = ENTRY_BYTES + len(entry.packet)
            self._pinned_bytes -= size
            self._held.capacity += size
        elif self._held.remove(agent) is None:
            return False
        self.given_up[reason] += 1
        self._changed(agent, False)
        return True
