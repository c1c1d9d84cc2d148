"""What keys used, in Redis: a hash a day, which all gatekeepers count in."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta

from gatekeeper.ports import KEPT_DAYS, Usage
from mesh.adapters.redis import Redis, Script, key
from mesh.tasks import background

LOOK_SECONDS = 0.5
"""How often is looked what was spent today."""
_OWNER = "usage"
_BATCH_SECONDS = 3600
_FIELDS = ("queries", "recalls", "units")
_DAY_SECONDS = 86_400
_CHARGE = Script("""
if not redis.call('SET', KEYS[1], '1', 'NX', 'EX', ARGV[1]) then
    return 0
end
for at = 3, #ARGV, 2 do
    redis.call('HINCRBY', KEYS[2], ARGV[at], ARGV[at + 1])
end
redis.call('EXPIRE', KEYS[2], ARGV[2])
return 1
""")


class RedisUsageStore:
    """See `gatekeeper.ports.UsageStore`."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._day = date.min
        self._spent: Mapping[str, int] = {}
        """Units of that day by key."""

    @classmethod
    @asynccontextmanager
    async def open(cls, redis: Redis) -> AsyncIterator[RedisUsageStore]:
        store = cls(redis)
        async with background("usage.looking", store._keep_looking):
            yield store

    async def charge(self, batch: str, charges: Sequence[Usage]) -> None:
        by_day = defaultdict[date, list[Usage]](list)
        for one in charges:
            by_day[one.day].append(one)
        for day, some in by_day.items():
            counts = [
                part
                for one in some
                for field in _FIELDS
                if (count := getattr(one, field))
                for part in (f"{one.key} {field}", count)
            ]
            places = [key(_OWNER, "batch", batch, day.isoformat()), _place(day)]
            seconds = (KEPT_DAYS + 1) * _DAY_SECONDS
            await self._redis.run(_CHARGE, places, _BATCH_SECONDS, seconds, *counts)

    def spent(self, key_id: str) -> int:
        return self._spent.get(key_id, 0) if self._day == datetime.now(UTC).date() else 0

    async def list(self, first: date, last: date) -> Sequence[Usage]:
        days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
        read = await asyncio.gather(*(self._read(day) for day in days))
        return [one for some in read for one in some]

    async def _read(self, day: date) -> Sequence[Usage]:
        found = await self._redis.call("HGETALL", _place(day))
        by_key = defaultdict[str, dict[str, int]](dict)
        for name, count in found.items():
            one, _, field = name.decode().partition(" ")
            by_key[one][field] = int(count)
        return sorted(Usage(day, one, **counts) for one, counts in by_key.items())

    async def _keep_looking(self) -> None:
        while True:
            today = datetime.now(UTC).date()
            self._spent = {one.key: one.units for one in await self._read(today)}
            self._day = today
            await asyncio.sleep(LOOK_SECONDS)


def _place(day: date) -> str:
    return key(_OWNER, day.isoformat())
