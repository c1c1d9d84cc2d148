"""A cache of packets in this process."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from mesh.segmented_lru import SegmentedLru
from myriad.type.v1.retention_pb2 import Retained

_OVERHEAD_BYTES = 250
"""What an entry takes besides its packet: the keys, the links, the objects."""
_LARGEST_SHARE = 0.1


class MemoryPacketCache:
    """A segmented LRU bounded in bytes."""

    retained: Sequence[Retained] = ()

    def __init__(self, capacity_bytes: int) -> None:
        self._packets = SegmentedLru[bytes](capacity_bytes)

    async def get_many(self, agents: Collection[str]) -> Mapping[str, bytes]:
        found = dict[str, bytes]()
        for agent in agents:
            self._packets.use(agent)
            packet = self._packets.get(agent)
            if packet is not None:
                found[agent] = packet
        return found

    async def put_many(self, packets: Mapping[str, bytes]) -> None:
        for agent, packet in packets.items():
            size = len(packet) + _OVERHEAD_BYTES
            if size <= self._packets.capacity * _LARGEST_SHARE:
                self._packets.add(agent, packet, size)
            else:
                self._packets.remove(agent)
        while self._packets.excess > 0:
            self._packets.remove(next(iter(self._packets)))

    async def remove(self, agents: Iterable[str]) -> int:
        return sum(self._packets.remove(agent) is not None for agent in agents)

    async def remove_mind(self, mind: str) -> int:
        start = f"{mind}/"
        return await self.remove([agent for agent in self._packets if agent.startswith(start)])
