"""Traces in Redis, where any orchestrator shows, judges and replays what another answered."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Collection, Mapping, Sequence

from mesh import names
from mesh.adapters.redis import NoAnswer, Redis, Script, key
from myriad.orchestrator.v1.answer_service_pb2 import GetTraceResponse
from myriad.type.v1.retention_pb2 import Retained

KEPT_SECONDS = 3600
KEPT_RECORDS = 1000
"""Of one mind."""
PURGE_SECONDS = 300
"""How long a purge is remembered: longer than any query is under way."""
KEEP_SECONDS = 1.0
DIGEST_BYTES = 16
_ALL = "*"

# Times are microseconds, by the server's clock. A query began so long ago as it took, or when the orchestrator's clock
# says, which may be ahead, or have jumped: that counts which lets less be kept.
_KEEP = Script("""
local purges, answers, record = KEYS[1], KEYS[2], KEYS[3]
local said, created, took = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local kept, most, name, documents, content = tonumber(ARGV[4]), tonumber(ARGV[5]), ARGV[6], ARGV[7], ARGV[8]
local time = redis.call('TIME')
local now = time[1] * 1e6 + time[2]
local began = math.min(created + math.min(0, now - said), now - took)
local seconds = kept - math.floor((now - began) / 1e6)
if seconds <= 0 then return end
for document in string.gmatch('*\\n' .. documents, '[^\\n]+') do
    local purged = redis.call('ZSCORE', purges, document)
    if purged and tonumber(purged) >= began then return end
end
redis.call('HSET', record, 'documents', documents, 'record', content)
redis.call('EXPIRE', record, seconds)
redis.call('ZADD', answers, began, name)
redis.call('ZREMRANGEBYSCORE', answers, '-inf', now - kept * 1e6)
redis.call('EXPIRE', answers, kept)
local oldest = redis.call('ZPOPMIN', answers, math.max(0, redis.call('ZCARD', answers) - most))
for at = 1, #oldest, 2 do redis.call('UNLINK', oldest[at]) end
""")
_JUDGE = Script("""
if redis.call('EXISTS', KEYS[1]) == 0 then return {} end
local before = {}
for at = 1, #ARGV, 2 do
    before[#before + 1] = redis.call('HGET', KEYS[1], ARGV[at]) or ''
    redis.call('HSET', KEYS[1], ARGV[at], ARGV[at + 1])
end
return before
""")
_PURGE = Script("""
local purges, answers = KEYS[1], KEYS[2]
local seconds, time = tonumber(ARGV[1]), redis.call('TIME')
local at = time[1] * 1e6 + time[2]
redis.call('ZREMRANGEBYSCORE', purges, '-inf', at - seconds * 1e6)
local purged = {}
for number = 2, #ARGV do
    purged[ARGV[number]] = true
    redis.call('ZADD', purges, at, ARGV[number])
end
redis.call('EXPIRE', purges, seconds)
local count = 0
for _, name in ipairs(redis.call('ZRANGE', answers, 0, -1)) do
    local documents = redis.call('HGET', name, 'documents')
    for document in string.gmatch('*\\n' .. (documents or ''), '[^\\n]+') do
        if purged[document] then
            count = count + redis.call('UNLINK', name)
            redis.call('ZREM', answers, name)
            break
        end
    end
end
return count
""")


class RedisTraceStore:
    """
    A TraceStore that all orchestrators share: an hour, and 1,000 records a mind at most.

    What cannot be written is lost, and counted; all else fails while Redis does not answer.
    """

    retained: Sequence[Retained] = (
        Retained(
            store="traces",
            what="what was written to the append-only file of Redis, until that is rewritten",
            setting="auto-aof-rewrite-percentage, or BGREWRITEAOF",
        ),
    )

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self.lost = 0

    async def keep(self, record: GetTraceResponse) -> None:
        answer, trace = record.answer, record.trace
        woken = (agent.document for one in trace.rounds for agent in one.agents)
        documents = {*woken, *(agent.document for agent in answer.agents)}
        keys = [key(trace.mind, "purges"), key(trace.mind, "answers"), _key(trace.mind, answer.name)]
        given = (
            *(time.time_ns() // 1000, trace.create_time.ToMicroseconds(), int(trace.usage.elapsed_ms * 1000)),
            *(KEPT_SECONDS, KEPT_RECORDS),
            *(keys[-1], "\n".join(map(_digest, documents)), record.SerializeToString()),
        )
        try:
            await self._redis.run(_KEEP, keys, *given, seconds=KEEP_SECONDS)
        except NoAnswer:
            self.lost += 1

    async def read(self, name: str) -> GetTraceResponse | None:
        record = await self._redis.call("HGET", _key(names.parent(name), name), "record")
        return GetTraceResponse.FromString(record) if record else None

    async def judge(self, name: str, key: str, verdicts: Mapping[str, int]) -> Mapping[str, int]:
        said = [part for agent, verdict in verdicts.items() for part in (f"{key} {agent}", verdict)]
        before = await self._redis.run(_JUDGE, [_key(names.parent(name), name)], *said)
        return {agent: int(verdict) for agent, verdict in zip(verdicts, before, strict=False) if verdict}

    async def purge(self, mind: str, documents: Collection[str] | None) -> int:
        keys = [key(mind, "purges"), key(mind, "answers")]
        purged = (_ALL,) if documents is None else map(_digest, documents)
        count: int = await self._redis.run(_PURGE, keys, PURGE_SECONDS, *purged)
        return count


def _key(mind: str, name: str) -> str:
    return key(mind, "answer", names.leaf(name))


def _digest(document: str) -> str:
    """What tells whether it is the same document, and not which: a purge is remembered after it is done."""
    return hashlib.blake2b(document.encode(), digest_size=DIGEST_BYTES).hexdigest()
