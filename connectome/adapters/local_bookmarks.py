"""Bookmarks in this process, which is enough where there is but one connectome."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection

KEPT_SECONDS = 600.0
"""After so long every member of a cluster has what was written."""
MOST_MINDS = 10_000
MOST_OF_MIND = 16


class LocalBookmarks:
    """See `connectome.ports.Bookmarks`."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._lock = threading.Lock()
        self._kept: dict[str, dict[str, float]] = {}

    def of(self, mind: str) -> Collection[str]:
        with self._lock:
            kept = self._kept.get(mind, {})
            return [bookmark for bookmark, until in kept.items() if until > self._now()]

    def put(self, mind: str, passed: Collection[str], new: Collection[str]) -> None:
        with self._lock:
            kept = self._kept.pop(mind, {})
            left = {bookmark: until for bookmark, until in kept.items() if bookmark not in passed}
            left |= dict.fromkeys(new, self._now() + KEPT_SECONDS)
            self._kept[mind] = dict(list(left.items())[-MOST_OF_MIND:])
            if len(self._kept) > MOST_MINDS:
                del self._kept[next(iter(self._kept))]
