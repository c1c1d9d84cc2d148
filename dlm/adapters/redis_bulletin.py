"""What the replicas of the DLM tell each other: a stream in Redis, of which the last minute is kept."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from mesh.adapters.redis import Redis, Script, key

KEPT_SECONDS = 60
"""Longer than a host's lease: who starts hears of all that was put to sleep while one may have been away."""
LEADER_SECONDS = 10
GATHER_SECONDS = 0.02
"""Between two looks: what is posted meanwhile is read at once."""
MOST_NOTES = 50_000
"""If the clock of Redis goes back, notes seem young for longer than they are kept."""
_BLOCK_MILLISECONDS = 400
_AT_ONCE = 200
_LARGEST_BYTES = 1024 * 1024
NOTES = key("dlm", "notes")
_POST = Script("""
local time = redis.call('TIME')
local oldest, id = (time[1] - ARGV[1]) * 1000
for at = 3, #ARGV do id = redis.call('XADD', KEYS[1], 'MINID', '~', oldest, '*', 'note', ARGV[at]) end
redis.call('XTRIM', KEYS[1], 'MAXLEN', '~', ARGV[2])
redis.call('EXPIRE', KEYS[1], ARGV[1])
return id
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
        self._went_back = False

    async def post(self, notes: Sequence[bytes]) -> None:
        part, size = list[bytes](), 0
        for note in notes:
            part.append(note)
            size += len(note)
            if size > _LARGEST_BYTES or len(part) == _AT_ONCE:
                await self._post(part)
                part, size = [], 0
        if part:
            await self._post(part)

    async def _post(self, notes: Sequence[bytes]) -> None:
        read_before = self._last
        name = await self._redis.run(_POST, [NOTES], KEPT_SECONDS, MOST_NOTES, *notes)
        if read_before and _order(name.decode()) <= _order(read_before):
            self._went_back = True  # what is posted now would be read never: the clock of Redis went back

    async def read(self) -> Sequence[tuple[float, bytes]]:
        now = 0
        block: Sequence[object] = ("BLOCK", _BLOCK_MILLISECONDS)
        if not self._last or self._went_back:
            self._went_back = False
            now, block = await self._redis.run(_START, [NOTES]), ()
            self._last = f"{now - KEPT_SECONDS * 1000}-0"
        else:
            await asyncio.sleep(GATHER_SECONDS)
        found = list[tuple[float, bytes]]()
        while True:
            streams = ("STREAMS", NOTES, self._last)
            answer = await self._redis.call("XREAD", "COUNT", _AT_ONCE, *block, *streams, at=NOTES)
            page = answer[0][1] if answer else ()
            for name, fields in page:
                self._last = name.decode()
                content = fields[1] if isinstance(fields, list) else fields[b"note"]
                found.append((max(0.0, (now - _order(self._last)[0]) / 1000), content))
            if len(page) < _AT_ONCE:
                return found
            block = ()

    async def lead(self, replica: str) -> int:
        term: int = await self._redis.run(_LEAD, [key("dlm", "leader"), key("dlm", "terms")], replica, LEADER_SECONDS)
        return term


def _order(name: str) -> tuple[int, int]:
    """An entry's place in the stream."""
    time, _, number = name.partition("-")
    return int(time), int(number)
