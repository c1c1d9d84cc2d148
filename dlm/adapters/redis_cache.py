"""A cache of packets in Redis, for all DLMs: the server throws out what is used least."""

from __future__ import annotations

import asyncio
import hashlib
import random
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from google.protobuf.duration_pb2 import Duration

from mesh import names
from mesh.adapters.redis import NoAnswer, Redis, Script, key
from myriad.type.v1.retention_pb2 import Retained

KEEP_SECONDS = 3600
"""So long a packet stays at most, whatever becomes of it meanwhile."""
GONE_SECONDS = 60
"""So long after a removal nothing is taken in: another DLM may have begun to load it before. No load takes so long."""
READ_SECONDS = 0.25
WRITE_SECONDS = 0.5
LARGEST_BYTES = 1024 * 1024
MOST_OWED = 100_000
AGAIN_SECONDS = 1.0
_AT_ONCE = 64
_CHECKSUM_BYTES = 16

# A packet that was removed is an empty one, which soon goes by itself.
_PUT = Script("""
if redis.call('EXISTS', KEYS[1]) == 1 then return end
for at = 2, #KEYS do
    if redis.call('EXISTS', KEYS[at]) == 0 or redis.call('STRLEN', KEYS[at]) > 0 then
        redis.call('SET', KEYS[at], ARGV[at], 'EX', ARGV[1])
    end
end
""")
_REMOVE = Script("""
local count = 0
for _, packet in ipairs(KEYS) do
    if redis.call('STRLEN', packet) > 0 then count = count + 1 end
    redis.call('SET', packet, '', 'EX', ARGV[1])
end
return count
""")


class RedisPacketCache:
    """
    Packets by agent, those of a mind in one slot, each with a checksum.

    While Redis does not answer there is nothing in it, and what is to be removed is removed when it answers again.
    """

    retained: Sequence[Retained] = (
        Retained(
            store="cache",
            what="copies that nobody reads, if Redis did not answer when they were to go",
            longest=Duration(seconds=KEEP_SECONDS),
        ),
        Retained(
            store="cache",
            what="what was written to an append-only file, if Redis has one, until that is rewritten",
            setting="appendonly no, or auto-aof-rewrite-percentage",
        ),
    )

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._owed: dict[str, None] = {}
        """Agents and whole minds that have yet to be removed."""

    async def get_many(self, agents: Collection[str]) -> Mapping[str, bytes]:
        found = await asyncio.gather(*map(self._get, _parts(filter(self._may_be_there, agents))))
        return {agent: packet for one in found for agent, packet in one.items()}

    async def put_many(self, packets: Mapping[str, bytes]) -> None:
        small = (agent for agent, packet in packets.items() if len(packet) <= LARGEST_BYTES)
        parts = _parts(filter(self._may_be_there, small))
        await asyncio.gather(*(self._put({agent: packets[agent] for agent in part}) for part in parts))

    async def remove(self, agents: Iterable[str]) -> int:
        return sum([await self._remove(part) for part in _parts(agents)])

    async def remove_mind(self, mind: str) -> int:
        count = 0
        try:
            await self._redis.call("SET", key(mind, "gone"), "", "EX", GONE_SECONDS)
            async for packets in self._redis.keys(mind, "packet"):
                count += await self._redis.run(_REMOVE, packets, GONE_SECONDS)
        except NoAnswer:
            self._owe([mind])
        return count

    async def settle(self) -> None:
        """Remove for ever what could not be removed when it was to be."""
        while True:
            await asyncio.sleep(AGAIN_SECONDS * random.uniform(0.5, 1))
            owed, self._owed = self._owed, {}
            await self.remove([agent for agent in owed if agent != names.parent(agent)])
            for mind in [mind for mind in owed if mind == names.parent(mind)]:
                await self.remove_mind(mind)

    async def _get(self, agents: Sequence[str]) -> Mapping[str, bytes]:
        try:
            values = await self._redis.call("MGET", *map(_key, agents), seconds=READ_SECONDS)
        except NoAnswer:
            return {}
        sound = {agent: _opened(agent, value) for agent, value in zip(agents, values, strict=True) if value}
        return {agent: packet for agent, packet in sound.items() if packet is not None}

    async def _put(self, packets: Mapping[str, bytes]) -> None:
        gone = key(names.parent(next(iter(packets))), "gone")
        values = (_sealed(agent, packet) for agent, packet in packets.items())
        try:
            await self._redis.run(_PUT, [gone, *map(_key, packets)], KEEP_SECONDS, *values, seconds=WRITE_SECONDS)
        except NoAnswer:
            return

    async def _remove(self, agents: Sequence[str]) -> int:
        try:
            count: int = await self._redis.run(_REMOVE, [*map(_key, agents)], GONE_SECONDS)
        except NoAnswer:
            self._owe(agents)
            return 0
        return count

    def _owe(self, removed: Iterable[str]) -> None:
        self._owed.update(dict.fromkeys(removed))
        if len(self._owed) > MOST_OWED:
            self._owed = dict.fromkeys(map(names.parent, self._owed))

    def _may_be_there(self, agent: str) -> bool:
        return agent not in self._owed and names.parent(agent) not in self._owed


def _parts(agents: Iterable[str]) -> Iterator[Sequence[str]]:
    """Agents in portions for one call each: of one mind, and not too many."""
    by_mind = defaultdict[str, list[str]](list)
    for agent in agents:
        by_mind[names.parent(agent)].append(agent)
    for several in by_mind.values():
        for start in range(0, len(several), _AT_ONCE):
            yield several[start : start + _AT_ONCE]


def _key(agent: str) -> str:
    return key(names.parent(agent), "packet", names.leaf(agent))


def _checksum(agent: str, packet: bytes) -> bytes:
    return hashlib.blake2b(b"%s %s" % (agent.encode(), packet), digest_size=_CHECKSUM_BYTES).digest()


def _sealed(agent: str, packet: bytes) -> bytes:
    return _checksum(agent, packet) + packet


def _opened(agent: str, value: bytes) -> bytes | None:
    packet = value[_CHECKSUM_BYTES:]
    return packet if value[:_CHECKSUM_BYTES] == _checksum(agent, packet) else None
