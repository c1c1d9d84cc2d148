"""News of keys in Redis, by which all gatekeepers hear of a change at once."""

from __future__ import annotations

import asyncio
import itertools
import secrets
from collections.abc import AsyncGenerator, Collection
from contextlib import suppress

from mesh.adapters.redis import NoAnswer, Redis, Script, key

HEAR_SECONDS = 2.0
"""So long is waited until all have heard."""
_OWNER = "keys"
_BLOCK_MILLISECONDS = 400
_LONGEST_STREAM = 1000
_ALIVE_SECONDS = 3
"""A gatekeeper that asked for no news for so long is not waited for: it has ended, or hears nothing."""
_WAITS = (0.002, 0.005, 0.01, 0.02, 0.05)

_TELL = Script("""
local version = redis.call('INCR', KEYS[1])
redis.call('XADD', KEYS[2], 'MAXLEN', '~', ARGV[1], '*', 'version', version, 'removed', ARGV[2])
return version
""")
_HEARD = Script("""
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2] .. ' ' .. redis.call('TIME')[1])
""")
_UNHEARD = Script("""
local count, now = 0, redis.call('TIME')[1]
local listeners = redis.call('HGETALL', KEYS[1])
for at = 1, #listeners, 2 do
    local version, time = string.match(listeners[at + 1], '(%d+) (%d+)')
    if now - time > tonumber(ARGV[2]) then
        redis.call('HDEL', KEYS[1], listeners[at])
    elseif tonumber(version) < tonumber(ARGV[1]) then
        count = count + 1
    end
end
return count
""")


class RedisNews:
    """A stream of changes, and what each gatekeeper has heard of it."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._name = secrets.token_hex(8)
        self._version, self._changes, self._listeners = (key(_OWNER, one) for one in ("version", "changes", "heard"))

    async def tell(self, removed: str) -> bool:
        try:
            version = await self._redis.run(_TELL, [self._version, self._changes], _LONGEST_STREAM, removed)
            async with asyncio.timeout(HEAR_SECONDS):
                return await self._all_heard(version)
        except (NoAnswer, TimeoutError):
            return False

    async def follow(self) -> AsyncGenerator[Collection[str] | None, None]:
        version = int(await self._redis.call("GET", self._version) or 0)
        newest = await self._redis.call("XREVRANGE", self._changes, "+", "-", "COUNT", 1)
        last = newest[0][0] if newest else "0-0"
        yield ()
        try:
            while True:
                await self._redis.run(_HEARD, [self._listeners], self._name, version)
                wait = ("BLOCK", _BLOCK_MILLISECONDS, "STREAMS", self._changes, last)
                found = await self._redis.call("XREAD", *wait, at=self._changes)
                changes = found[0][1] if found else []
                yield {change[b"removed"].decode() for _, change in changes} if changes else None
                if changes:
                    last, newest = changes[-1]
                    version = int(newest[b"version"])
        finally:
            with suppress(NoAnswer):
                await self._redis.call("HDEL", self._listeners, self._name)

    async def _all_heard(self, version: int) -> bool:
        for wait in itertools.chain(_WAITS, itertools.repeat(_WAITS[-1])):
            if not await self._redis.run(_UNHEARD, [self._listeners], version, _ALIVE_SECONDS):
                break
            await asyncio.sleep(wait)
        return True
