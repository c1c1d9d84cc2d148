"""What the replicas of the DLM tell each other: a stream in Redis, of which the last minute is kept."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence

from mesh.adapters.redis import Redis, Script, key

KEPT_SECONDS = 60
"""Longer than a host's lease: who starts hears of all that was put to sleep while one may have been away."""
LEADER_SECONDS = 10
LOOK_SECONDS = 0.15
_AT_ONCE = 200
_LARGEST_BYTES = 1024 * 1024
_NOTES = key("dlm", "notes")
_POST = Script("""
local time = redis.call('TIME')
local oldest = (time[1] - ARGV[1]) * 1000
for at = 2, #ARGV do redis.call('XADD', KEYS[1], 'MINID', '~', oldest, '*', 'note', ARGV[at]) end
redis.call('EXPIRE', KEYS[1], ARGV[1])
""")
_START = Script("""
local time = redis.call('TIME')
return time[1] * 1000 + math.floor(time[2] / 1000)
""")
# The number grows with every other leader.
_LEAD = Script("""
local leader = redis.call('GET', KEYS[1])
if leader and leader ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'EX', ARGV[2])
if leader then return tonumber(redis.call('GET', KEYS[2]) or redis.call('INCR', KEYS[2])) end
return redis.call('INCR', KEYS[2])
""")


class RedisBulletin:
    """A Bulletin that all replicas share; of what cannot be posted nothing is kept."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._last = ""

    async def post(self, notes: Sequence[bytes]) -> None:
        part, size = list[bytes](), 0
        for note in notes:
            part.append(note)
            size += len(note)
            if size > _LARGEST_BYTES or len(part) == _AT_ONCE:
                await self._redis.run(_POST, [_NOTES], KEPT_SECONDS, *part)
                part, size = [], 0
        if part:
            await self._redis.run(_POST, [_NOTES], KEPT_SECONDS, *part)

    async def read(self) -> Sequence[tuple[float, bytes]]:
        now = 0
        if not self._last:
            now = await self._redis.run(_START, [_NOTES])
            self._last = f"{now - KEPT_SECONDS * 1000}-0"
        else:
            await asyncio.sleep(LOOK_SECONDS * random.uniform(0.8, 1.2))
        found = list[tuple[float, bytes]]()
        while True:
            page = await self._redis.call("XRANGE", _NOTES, f"({self._last}", "+", "COUNT", _AT_ONCE)
            for name, fields in page:
                self._last = name.decode()
                content = fields[1] if isinstance(fields, list) else fields[b"note"]
                found.append((max(0.0, (now - int(self._last.partition("-")[0])) / 1000), content))
            if len(page) < _AT_ONCE:
                return found

    async def lead(self, replica: str) -> int:
        term: int = await self._redis.run(_LEAD, [key("dlm", "leader"), key("dlm", "terms")], replica, LEADER_SECONDS)
        return term
