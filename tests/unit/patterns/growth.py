"""How the time that something takes grows with the size of what it is given."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

SMALL, TIMES = 1_000, 4
_QUICK = 250e-9
"""Seconds a character below which nothing grows yet: at this size, what is quadratic takes a microsecond and more."""
_LIMIT = 10.0
"""Seconds of the processor for one text; what is exponential takes longer on any machine."""
_CLEARLY = 2.2
"""How much more than in proportion: four times the size may take 8.8 times as long; quadratic is 16."""


class _TooLong(Exception):
    """Of the clock of this process."""


def grows(run: Callable[[str], object], text: Callable[[int], str]) -> bool:
    """Whether `run` takes clearly more than four times as long for a text four times as long."""
    small, large = text(SMALL), text(SMALL * TIMES)
    try:
        with _within(_LIMIT):
            if _least(run, small, 1) < SMALL * _QUICK and _least(run, large, 1) < len(large) * _QUICK:
                return False
            return all(_least(run, large, 3) > _CLEARLY * TIMES * _least(run, small, 5) for _ in range(3))
    except _TooLong:
        return True


def _least(run: Callable[[str], object], text: str, runs: int) -> float:
    def once() -> float:
        began = time.thread_time()
        run(text)
        return time.thread_time() - began

    return min(once() for _ in range(runs))


@contextmanager
def _within(seconds: float) -> Iterator[None]:
    """_TooLong once this process has computed for so long: patterns look at signals while they search."""

    def stop(signum: int, frame: FrameType | None) -> None:
        raise _TooLong

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
