"""Traces in the process's memory."""

from __future__ import annotations

import time
from collections import OrderedDict, deque
from collections.abc import Collection, Mapping
from typing import NamedTuple

from myriad.orchestrator.v1.answer_service_pb2 import GetTraceResponse

KEPT_RECORDS = 1000
KEPT_BYTES = 64 * 1024 * 1024
KEPT_SECONDS = 3600.0
PURGE_SECONDS = 300.0
"""How long a purge is remembered: longer than any query is under way."""


class _Kept(NamedTuple):
    created: float
    mind: str
    documents: frozenset[str]
    record: bytes
    verdicts: dict[tuple[str, str], int]
    """By key and agent."""


class _Purge(NamedTuple):
    at: float
    mind: str
    documents: frozenset[str] | None
    """None: all."""

    def covers(self, kept: _Kept) -> bool:
        return kept.mind == self.mind and (self.documents is None or not self.documents.isdisjoint(kept.documents))


class MemoryTraceStore:
    """A TraceStore that ends with the process: 1,000 records, 64 MiB and an hour at most."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, _Kept] = OrderedDict()
        self._bytes = 0
        self._purges: deque[_Purge] = deque()

    async def keep(self, record: GetTraceResponse) -> None:
        answer, trace = record.answer, record.trace
        woken = (agent.document for one in trace.rounds for agent in one.agents)
        documents = frozenset((*woken, *(agent.document for agent in answer.agents)))
        created = record.trace.create_time.ToNanoseconds() / 1e9
        kept = _Kept(created, record.trace.mind, documents, record.SerializeToString(), {})
        if any(purge.at >= created and purge.covers(kept) for purge in self._purges):
            return
        self._drop(record.answer.name)
        self._kept[record.answer.name] = kept
        self._bytes += len(kept.record)
        self._forget_old()

    async def read(self, name: str) -> GetTraceResponse | None:
        self._forget_old()
        kept = self._kept.get(name)
        return GetTraceResponse.FromString(kept.record) if kept else None

    async def judge(self, name: str, key: str, verdicts: Mapping[str, int]) -> Mapping[str, int]:
        kept = self._kept.get(name)
        if kept is None:
            return {}
        before = {agent: kept.verdicts[key, agent] for agent in verdicts if (key, agent) in kept.verdicts}
        kept.verdicts.update({(key, agent): verdict for agent, verdict in verdicts.items()})
        return before

    async def purge(self, mind: str, documents: Collection[str] | None) -> int:
        now = time.time()
        while self._purges and self._purges[0].at < now - PURGE_SECONDS:
            self._purges.popleft()
        purge = _Purge(now, mind, None if documents is None else frozenset(documents))
        self._purges.append(purge)
        covered = [name for name, kept in self._kept.items() if purge.covers(kept)]
        for name in covered:
            self._drop(name)
        return len(covered)

    def _forget_old(self) -> None:
        oldest = time.time() - KEPT_SECONDS
        while self._kept:
            name, kept = next(iter(self._kept.items()))
            if len(self._kept) <= KEPT_RECORDS and self._bytes <= KEPT_BYTES and kept.created >= oldest:
                return
            self._drop(name)

    def _drop(self, name: str) -> None:
        if kept := self._kept.pop(name, None):
            self._bytes -= len(kept.record)
