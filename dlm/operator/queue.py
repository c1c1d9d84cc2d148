"""The queue of what is to be looked at: each thing once, the most urgent first, the failed ones later."""

from __future__ import annotations

import asyncio
import heapq
import itertools
import random
import time
from collections.abc import Callable, Hashable
from contextlib import suppress
from dataclasses import dataclass
from typing import Generic, TypeAlias, TypeVar

K = TypeVar("K", bound=Hashable)
MOST = 50_000
"""Keys that may be in the queue: those that come when it is full are not taken, and have to be found again."""
FIRST_WAIT_SECONDS, LONGEST_WAIT_SECONDS = 0.25, 30.0
"""What fails waits for so long at most, twice as long each time."""


@dataclass(eq=False, slots=True)
class _Entry:
    """One stay of a key in the queue."""

    priority: int
    due: float
    order: int


_Item: TypeAlias = tuple[float, int, int, K, _Entry]


class WorkQueue(Generic[K]):
    """
    Keys, by priority, and of the same priority in the order in which they came.

    A key is there once however often it is added, and nobody is given one that another has: what is added meanwhile is
    given out again afterwards, for what it stands for may have changed.
    """

    def __init__(self, most: int = MOST, clock: Callable[[], float] = time.monotonic) -> None:
        self.most = most
        self._clock = clock
        self._order = itertools.count()
        """Also what tells entries of one key apart, where heaps compare them."""
        self._entries: dict[K, _Entry] = {}
        self._later: list[_Item[K]] = []
        self._ready: list[_Item[K]] = []
        self._taken: dict[K, int] = {}
        """Keys that somebody has, with the priority that each had."""
        self._again: dict[K, _Entry] = {}
        """Of these, those that were added meanwhile."""
        self._failures: dict[K, int] = {}
        self._not_before: dict[K, float] = {}
        self._changed = asyncio.Event()
        self._freed = asyncio.Event()
        self.missed = 0
        """How many keys found the queue full."""

    def __len__(self) -> int:
        return len(self._entries)

    def due(self) -> int:
        """How many wait for nothing but their turn."""
        now = self._clock()
        return sum(entry.due <= now for entry in self._entries.values())

    def add(self, key: K, priority: int = 0, seconds: float = 0.0) -> None:
        """Give `key` out in so many seconds, earlier if that was wanted before, and not in the pause of what failed."""
        due = max(self._clock() + seconds, self._not_before.get(key, 0.0))
        if key in self._taken:
            self._again[key] = self._merged(self._again.get(key), priority, due)
            return
        before = self._entries.get(key)
        if before is None and len(self._entries) >= self.most:
            self.missed += 1
            return
        merged = self._merged(before, priority, due)
        if merged is not before:
            self._put(key, merged)

    async def take(self) -> K:
        """The most urgent key that is due, as soon as there is one; it is `done` or to be `retry`ed afterwards."""
        while (key := self.take_now()) is None:
            self._changed.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout(self._later[0][0] - self._clock() if self._later else None):
                    await self._changed.wait()
        return key

    def take_now(self) -> K | None:
        """The same, if there is one by now."""
        if not self._ripen():
            return None
        _, _, _, key, entry = heapq.heappop(self._ready)
        del self._entries[key]
        self._freed.set()
        self._taken[key] = entry.priority
        return key

    async def room(self) -> None:
        """Wait until another key may be added."""
        while len(self._entries) >= self.most:
            self._freed.clear()
            await self._freed.wait()

    def done(self, key: K) -> None:
        """What was taken is as it shall be."""
        self._failures.pop(key, None)
        self._not_before.pop(key, None)
        del self._taken[key]
        if again := self._again.pop(key, None):
            self._put(key, again)

    def retry(self, key: K) -> None:
        """What was taken failed: give it out again after a pause, which grows."""
        failures = self._failures[key] = self.failures(key) + 1
        longest = min(FIRST_WAIT_SECONDS * 2 ** min(failures - 1, 30), LONGEST_WAIT_SECONDS)
        due = self._not_before[key] = self._clock() + longest * random.uniform(0.5, 1.0)
        priority, again = self._taken.pop(key), self._again.pop(key, None)
        self._put(key, _Entry(max(priority, again.priority) if again else priority, due, next(self._order)))

    def failures(self, key: K) -> int:
        """How often in a row it failed."""
        return self._failures.get(key, 0)

    def _merged(self, before: _Entry | None, priority: int, due: float) -> _Entry:
        if before is None:
            return _Entry(priority, due, next(self._order))
        if priority <= before.priority and due >= before.due:
            return before
        return _Entry(max(priority, before.priority), min(due, before.due), before.order)

    def _put(self, key: K, entry: _Entry) -> None:
        self._entries[key] = entry
        heapq.heappush(self._later, (entry.due, entry.order, next(self._order), key, entry))
        self._changed.set()

    def _ripen(self) -> bool:
        """Make ready what is due by now; whether anything is. Entries that others took the place of are dropped."""
        now = self._clock()
        while self._later and (self._later[0][0] <= now or self._outdated(self._later[0])):
            _, order, number, key, entry = heapq.heappop(self._later)
            if self._entries.get(key) is entry:
                heapq.heappush(self._ready, (-entry.priority, order, number, key, entry))
        while self._ready and self._outdated(self._ready[0]):
            heapq.heappop(self._ready)
        return bool(self._ready)

    def _outdated(self, item: _Item[K]) -> bool:
        return self._entries.get(item[3]) is not item[4]
