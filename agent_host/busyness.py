"""Busyness: how much of a processor core the host's process takes, averaged over the last seconds."""

from __future__ import annotations

import math
import time
from collections.abc import Callable

BUSY = 0.8
"""Above this share of a core others shall take a part of the work: a process in Python can use no more than one."""
AVERAGED_SECONDS = 5.0


class Busyness:
    """Looked at with every report, that is twice a second at the least."""

    def __init__(
        self, clock: Callable[[], float] = time.monotonic, spent: Callable[[], float] = time.process_time
    ) -> None:
        self._clock = clock
        self._spent = spent
        self._looked = clock(), spent()
        self._share = 0.0

    def __bool__(self) -> bool:
        return self._share > BUSY

    def look(self) -> bool:
        """Whether the host is busy now."""
        (then, before), (now, spent) = self._looked, (self._clock(), self._spent())
        if now > then:
            new = 1 - math.exp((then - now) / AVERAGED_SECONDS)
            self._share += new * ((spent - before) / (now - then) - self._share)
            self._looked = now, spent
        return bool(self)
