"""A cache of packets in this process."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection, Iterable, Mapping

_OVERHEAD_BYTES = 250
"""What an entry takes besides its packet: the keys, the links, the objects."""
_PROTECTED_SHARE = 0.8
_LARGEST_SHARE = 0.1


class MemoryPacketCache:
    """
    A segmented LRU (Karedla et al. 1994) bounded in bytes.

    What is new is on probation and only a second use protects it, so that one pass over many agents cannot
    push out those that are used again and again.
    """

    def __init__(self, capacity_bytes: int) -> None:
        self._capacity = capacity_bytes
        self._probation: OrderedDict[str, bytes] = OrderedDict()
        self._protected: OrderedDict[str, bytes] = OrderedDict()
        self._probation_bytes = 0
        self._protected_bytes = 0

    async def get_many(self, agents: Collection[str]) -> Mapping[str, bytes]:
        found = dict[str, bytes]()
        for agent in agents:
            packet = self._use(agent)
            if packet is not None:
                found[agent] = packet
        return found

    async def put_many(self, packets: Mapping[str, bytes]) -> None:
        for agent, packet in packets.items():
            self._remove(agent)
            if _size(packet) <= self._capacity * _LARGEST_SHARE:
                self._probation[agent] = packet
                self._probation_bytes += _size(packet)
        while self._probation_bytes + self._protected_bytes > self._capacity:
            self._evict()

    async def remove(self, agents: Iterable[str]) -> int:
        return sum(self._remove(agent) for agent in agents)

    async def remove_mind(self, mind: str) -> int:
        start = f"{mind}/"
        return await self.remove(
            [agent for part in (self._probation, self._protected) for agent in part if agent.startswith(start)]
        )

    def _use(self, agent: str) -> bytes | None:
        if agent in self._protected:
            self._protected.move_to_end(agent)
            return self._protected[agent]
        packet = self._probation.pop(agent, None)
        if packet is None:
            return None
        self._probation_bytes -= _size(packet)
        self._protected[agent] = packet
        self._protected_bytes += _size(packet)
        while self._protected_bytes > self._capacity * _PROTECTED_SHARE:
            other, demoted = self._protected.popitem(last=False)
            self._protected_bytes -= _size(demoted)
            self._probation[other] = demoted
            self._probation_bytes += _size(demoted)
        return packet

    def _evict(self) -> None:
        _, packet = self._probation.popitem(last=False)
        self._probation_bytes -= _size(packet)

    def _remove(self, agent: str) -> bool:
        if (packet := self._probation.pop(agent, None)) is not None:
            self._probation_bytes -= _size(packet)
        elif (packet := self._protected.pop(agent, None)) is not None:
            self._protected_bytes -= _size(packet)
        return packet is not None


def _size(packet: bytes) -> int:
    return len(packet) + _OVERHEAD_BYTES
