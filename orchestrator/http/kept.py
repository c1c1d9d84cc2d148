"""Answers kept for a while for clients that lost them and ask again with the same idempotency key."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Generic, TypeVar

SECONDS = 600.0
MOST = 1_000
V = TypeVar("V")


class Kept(Generic[V]):
    """The latest values by key, each for ten minutes. An empty key keeps nothing."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._values = OrderedDict[str, tuple[float, V]]()

    def get(self, key: str) -> V | None:
        until, value = self._values.get(key, (0.0, None))
        return value if until > self._clock() else None

    def put(self, key: str, value: V) -> None:
        if not key:
            return
        now = self._clock()
        self._values[key] = now + SECONDS, value
        self._values.move_to_end(key)
        while len(self._values) > MOST or next(iter(self._values.values()))[0] <= now:
            self._values.popitem(last=False)
