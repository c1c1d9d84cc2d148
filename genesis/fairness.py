"""
Fairness: who learns takes turns with whoever else does.

To read and to cut is work for the processor, and of threads that compute Python runs one at a time. So one thread
computes while the others wait for their turn; the turn goes round among the keys, and among the learns of a key.
Work calls `breathe` every now and then: there the turn goes on, and there the work ends whose caller has left.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import ContextVar, copy_context
from typing import TypeVar

from mesh.admission import TooMany
from mesh.errors import Overloaded

T = TypeVar("T")
MOST_OF_A_KEY = 16
"""Learns, or forgets, of one key that are under way at once."""
MOST = 128
TURN_SECONDS = 0.05
"""For so long a thread computes before another has its turn, if one waits."""
_THREADS_OF_A_LEARN = 4
"""One reads, three make packets of batches."""


class CallerLeft(BaseException):
    """Nobody waits for this work any more: no `except Exception` on the way shall take it for a failure."""


def breathe() -> None:
    """Let others have their turn, if it is time; CallerLeft if nobody waits for this work any more."""
    if turn := _turn.get():
        turn.breathe()


@contextmanager
def aside() -> Iterator[None]:
    """While the block waits for what is done elsewhere, others have the turn."""
    turn = _turn.get()
    if turn is None:
        yield
        return
    with turn.lent():
        yield


def leave() -> None:
    """CallerLeft if nobody waits for this work any more; for who has no turn."""
    if turn := _turn.get():
        turn.leave()


class AtOnce:
    """How many calls of a kind, such as `learns`, are under way."""

    def __init__(self, kind: str) -> None:
        self._kind = kind
        self._calls: Counter[str] = Counter()

    @property
    def count(self) -> int:
        return self._calls.total()

    @contextmanager
    def one(self, key: str) -> Iterator[None]:
        """One more of a key while the block lasts. TooMany, Overloaded."""
        if self._calls[key] >= MOST_OF_A_KEY:
            raise TooMany(f"{MOST_OF_A_KEY} {self._kind} of this key are under way already")
        if self.count >= MOST:
            raise Overloaded(f"as many {self._kind} as may be are under way; try again")
        self._calls[key] += 1
        try:
            yield
        finally:
            self._calls[key] -= 1
            self._calls += Counter()  # drops those that are down to zero


class Turns:
    """The turns of all learns of a process, so many of them at once."""

    def __init__(self, at_once: int = 1) -> None:
        self._threads = ThreadPoolExecutor(MOST * _THREADS_OF_A_LEARN, "learning")
        self._learns = AtOnce("learns")
        self._lock = threading.Lock()
        self._free = at_once
        self._waiting: dict[str, deque[threading.Event]] = {}
        """By key, the next one first: threads that wait for their turn."""

    @property
    def learns(self) -> int:
        """How many are under way."""
        return self._learns.count

    @contextmanager
    def share(self, key: str) -> Iterator[Share]:
        """A learn's share while the block lasts. TooMany, Overloaded."""
        share = Share(self, key)
        with self._learns.one(key):
            try:
                yield share
            finally:
                share.left = True

    async def run(self, share: Share, work: Callable[[], T]) -> T:
        """What `work` returns, computed in turns."""
        return await asyncio.get_running_loop().run_in_executor(
            self._threads, copy_context().run, _in_turns, _Turn(self, share), work
        )

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)

    def take(self, key: str) -> None:
        """Wait for a turn."""
        with self._lock:
            if self._free:
                self._free -= 1
                return
            gate = self._queue(key)
        gate.wait()

    def give(self) -> None:
        """The turn is over."""
        with self._lock:
            if not self._next():
                self._free += 1

    def exchange(self, key: str) -> None:
        """Let those have their turn who wait, and wait for the next."""
        with self._lock:
            if not self._waiting:
                return
            gate = self._queue(key)
            self._next()
        gate.wait()

    def _queue(self, key: str) -> threading.Event:
        gate = threading.Event()
        self._waiting.setdefault(key, deque()).append(gate)
        return gate

    def _next(self) -> bool:
        """Give the turn to whoever is next; whether there is one."""
        if not self._waiting:
            return False
        key = next(iter(self._waiting))
        gates = self._waiting.pop(key)
        gates.popleft().set()
        if gates:
            self._waiting[key] = gates  # behind all other keys
        return True


class Share:
    """A learn's share of the processor."""

    def __init__(self, turns: Turns, key: str) -> None:
        self.key = key
        self.left = False
        """Whether the caller is gone: nothing more is begun, and what is under way ends at its next breath."""
        self._turns = turns

    async def run(self, work: Callable[[], T]) -> T:
        """What `work` returns, computed in turns. CallerLeft."""
        if self.left:
            raise CallerLeft
        return await self._turns.run(self, work)


class _Turn:
    """The turn of one piece of work."""

    def __init__(self, turns: Turns, share: Share) -> None:
        self._turns = turns
        self._share = share
        self._until = 0.0

    def __enter__(self) -> _Turn:
        self._turns.take(self._share.key)
        self._until = time.monotonic() + TURN_SECONDS
        return self

    def __exit__(self, *_: object) -> None:
        self._turns.give()

    def breathe(self) -> None:
        if time.monotonic() > self._until:
            self._turns.exchange(self._share.key)
            self._until = time.monotonic() + TURN_SECONDS
        self.leave()

    @contextmanager
    def lent(self) -> Iterator[None]:
        self._turns.give()
        try:
            yield
        finally:
            self._turns.take(self._share.key)
            self._until = time.monotonic() + TURN_SECONDS

    def leave(self) -> None:
        if self._share.left:
            raise CallerLeft


_turn: ContextVar[_Turn | None] = ContextVar("turn", default=None)


def _in_turns(turn: _Turn, work: Callable[[], T]) -> T:
    with turn:
        _turn.set(turn)
        turn.breathe()
        return work()
