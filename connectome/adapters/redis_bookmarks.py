"""Bookmarks in Redis, where all connectomes of a cluster see them."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from typing import Any

from connectome.adapters.local_bookmarks import KEPT_SECONDS, MOST_OF_MIND, LocalBookmarks
from mesh.adapters.redis import CALL_SECONDS, NoAnswer, Redis, Script, key

_PUT = Script("""
local kept, seconds, most, passed = KEYS[1], tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local time = redis.call('TIME')
local now = time[1] * 1e6 + time[2]
for at = 4, #ARGV do
    if at < 4 + passed then redis.call('ZREM', kept, ARGV[at]) else redis.call('ZADD', kept, now, ARGV[at]) end
end
redis.call('ZREMRANGEBYSCORE', kept, '-inf', now - seconds * 1e6)
redis.call('ZREMRANGEBYRANK', kept, 0, -1 - most)
redis.call('EXPIRE', kept, seconds)
""")


class RedisBookmarks:
    """See `connectome.ports.Bookmarks`, called in threads. While Redis does not answer, those of this process alone."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._loop = asyncio.get_running_loop()
        self._own = LocalBookmarks()

    def of(self, mind: str) -> Collection[str]:
        own = self._own.of(mind)
        try:
            kept = self._wait(self._redis.call("ZRANGE", key(mind, "bookmarks"), 0, -1))
        except (NoAnswer, TimeoutError):
            return own
        return list(dict.fromkeys([*own, *(bookmark.decode() for bookmark in kept)]))

    def put(self, mind: str, passed: Collection[str], new: Collection[str]) -> None:
        self._own.put(mind, passed, new)
        given = int(KEPT_SECONDS), MOST_OF_MIND, len(passed), *passed, *new
        try:
            self._wait(self._redis.run(_PUT, [key(mind, "bookmarks")], *given))
        except (NoAnswer, TimeoutError):
            return  # which health and metrics say

    def _wait(self, call: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(call, self._loop).result(CALL_SECONDS + 1)
