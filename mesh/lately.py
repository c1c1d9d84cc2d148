"""What was answered in the last minute, and how long that took."""

from __future__ import annotations

import time
from collections import Counter, deque
from collections.abc import Callable
from math import ceil, log

from myriad.type.v1.standing_pb2 import QuestionFigures

SLOT_SECONDS = 5.0
SLOTS = 12
_LEAST = 0.001
_STEP = 1.1
"""Times are kept as powers of it, so that a quantile is wrong by a twentieth at most."""


class Slot:
    """A part of the minute."""

    __slots__ = ("failed", "number", "times")

    def __init__(self, number: int) -> None:
        self.number = number
        self.times = Counter[int]()
        self.failed = 0


class Lately:
    """Counts questions, and forgets them after a minute."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._began = clock()
        self._slots = deque[Slot](maxlen=SLOTS)

    def answered(self, seconds: float) -> None:
        self._slot().times[round(log(max(seconds, _LEAST) / _LEAST, _STEP))] += 1

    def failed(self) -> None:
        self._slot().failed += 1

    def figures(self, waiting: int = 0) -> QuestionFigures:
        now = self._clock()
        oldest = int(now / SLOT_SECONDS) - SLOTS + 1
        times, failed = Counter[int](), 0
        for slot in self._slots:
            if slot.number >= oldest:
                times += slot.times
                failed += slot.failed
        figures = QuestionFigures(answered_count=times.total(), failed_count=failed, waiting_count=waiting)
        window = min(now - self._began, now - oldest * SLOT_SECONDS)
        figures.window.FromMilliseconds(int(window * 1_000))
        if times:
            figures.median.FromMilliseconds(_quantile(times, 0.5))
            figures.percentile_95.FromMilliseconds(_quantile(times, 0.95))
        return figures

    def _slot(self) -> Slot:
        number = int(self._clock() / SLOT_SECONDS)
        if not self._slots or self._slots[-1].number != number:
            self._slots.append(Slot(number))
        return self._slots[-1]


def _quantile(times: Counter[int], share: float) -> int:
    """In milliseconds."""
    rank = ceil(share * times.total())
    for power in sorted(times):
        rank -= times[power]
        if rank <= 0:
            break
    return round(_LEAST * _STEP**power * 1_000)
