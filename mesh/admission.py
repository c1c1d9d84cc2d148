"""
Admission: whose call is next, and what a key may cost.

Calls that share one processor are all done sooner one after the other than side by side. So few are worked on at once;
the others wait, and keys take turns, so that who sends many waits behind itself. A long call lets other keys in between
its steps (`breathe`). A key that has spent more processor time than it gets comes later.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter, deque
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, TypeVar

import grpc

from mesh import call, processor
from mesh.errors import MyriadError
from mesh.metrics import Metric, counter, gauge
from mesh.processor import Meter, metered
from mesh.settings import ServerSettings, setting, settings
from mesh.tracing import span
from myriad.type.v1.error_reason_pb2 import ErrorReason

PATIENCE_SECONDS = 5.0
"""How long a call waits for its turn."""
BURST_SECONDS = 10.0
"""What a key that was quiet may spend at once, in seconds of what it gets."""
SLICE_SECONDS = 0.01
"""After so much processor time a call looks whether one of another key waits that has had less."""
ROUNDS = 5
"""Of the event loop: so many until a call that has just come waits for its turn."""
LOOK_SECONDS = 0.1
"""After so long, and again, a call is looked at: whether it works or waits."""
MOST_ASIDE = 64
"""Calls that have made room and still go on."""
MOST_KEYS = 10_000
R = TypeVar("R")


@settings
class AdmissionSettings(ServerSettings):
    """What a component is told that answers keys at some cost."""

    max_concurrent_calls: int = setting("Calls under way at once; more are refused with OVERLOADED.", default=1024)
    calls_at_once: int = setting("Costly calls of keys worked on at once; the others wait, keys in turn.", default=1)
    calls_waiting: int = setting("Costly calls of one key that may wait; more are refused.", default=128)
    call_processor_seconds: float = setting("Processor time that a costly call may take, seconds.", default=5.0)
    key_processor_rate: float = setting("Processor time that a key may take, seconds a second.", default=2.0)


class TooMany(MyriadError):
    """The key asks for more than its share."""

    code = grpc.StatusCode.RESOURCE_EXHAUSTED
    reason = ErrorReason.ERROR_REASON_RATE_LIMITED

    def __init__(self, message: str, retry_seconds: float = 1.0) -> None:
        super().__init__(f"{message}; try again")
        self.retry_seconds = retry_seconds


@dataclass(eq=False, slots=True)
class _Place:
    """In the queue of a key."""

    came: asyncio.Future[None]
    spent: float
    """Processor time that the call has had already."""


class Turns:
    """So many at once. Next is the key with the fewest at work; of those the one that has waited longest for it."""

    def __init__(self, at_once: int, waiting: int) -> None:
        self._free = at_once
        self._most = waiting
        self._at_work = Counter[str]()
        self._waiting: dict[str, deque[_Place]] = {}
        """By key, in the order in which they last had a turn. None of them is empty."""

    @asynccontextmanager
    async def turn(self, key: str, patience: float) -> AsyncIterator[Turn]:
        """
        Holds a turn while the block lasts, or until it is ended.

        TooMany at once if too many of the key wait, or after `patience`.
        """
        if self._free:
            self._free -= 1
            self._at_work[key] += 1
        else:
            with span("wait"):
                await self.wait(key, patience)
        turn = Turn(self, key, patience)
        token = _current.set(turn)
        try:
            yield turn
        finally:
            _current.reset(token)
            turn.end()

    def less_is_waiting(self, key: str, spent: float) -> bool:
        """Whether a call is next of another key that has had less processor time (least attained service)."""
        return any(queue[0].spent < spent for other, queue in self._waiting.items() if other != key)

    @property
    def waiting(self) -> int:
        """How many wait, of all keys."""
        return sum(map(len, self._waiting.values()))

    async def wait(self, key: str, patience: float, spent: float = 0.0, *, goes_on: bool = False) -> None:
        """Wait for a turn; who `goes_on` comes before all that wait of this key. TooMany, see `turn`."""
        queue = self._waiting.setdefault(key, deque())
        if len(queue) >= self._most and not goes_on:
            raise TooMany(f"{self._most} calls of this key wait already")
        place = _Place(asyncio.get_running_loop().create_future(), spent)
        if goes_on:
            queue.appendleft(place)
        else:
            queue.append(place)
        try:
            async with asyncio.timeout(patience):
                await place.came
        except BaseException as error:
            if place.came.done() and not place.came.cancelled():
                self.pass_on(key)  # its turn came while it left
            else:
                self._leave(key, place)
            if isinstance(error, TimeoutError):
                raise TooMany(f"this call has waited {patience:g} s for its turn") from None
            raise

    def _leave(self, key: str, place: _Place) -> None:
        queue = self._waiting.get(key, deque())
        if place in queue:
            queue.remove(place)
            if not queue:
                del self._waiting[key]

    def pass_on(self, key: str) -> None:
        """End a turn of `key`: others come before it."""
        self._at_work[key] -= 1
        if not self._at_work[key]:
            del self._at_work[key]
        if queue := self._waiting.pop(key, None):
            self._waiting[key] = queue
        following = self._next()
        if following is None:
            self._free += 1
        else:
            self._at_work[following] += 1

    def _next(self) -> str | None:
        while self._waiting:
            key = min(self._waiting, key=lambda one: self._at_work[one])
            queue = self._waiting.pop(key)
            place = queue.popleft()
            if queue:
                self._waiting[key] = queue
            if not place.came.done():  # else it is about to leave
                place.came.set_result(None)
                return key
        return None


class Turn:
    """A turn that somebody holds."""

    def __init__(self, turns: Turns, key: str, patience: float) -> None:
        self._turns = turns
        self._key = key
        self._patience = patience
        self._holds = True
        self._looked = 0.0
        """Processor time that the call had had when it last looked for others."""
        self.waited = 0.0
        """Seconds for which others were let in between."""

    def end(self) -> None:
        if self._holds:
            self._holds = False
            self._turns.pass_on(self._key)

    async def let_others(self, spent: float) -> None:
        """
        Let another key in, if a call of it waits that has had less processor time than the `spent` of this one.

        Looks once a slice. TooMany if it takes too long until this one goes on.
        """
        if spent - self._looked < SLICE_SECONDS:
            return
        self._looked = spent
        for _ in range(ROUNDS):
            await asyncio.sleep(0)
        if not self._holds or not self._turns.less_is_waiting(self._key, spent):
            return
        began = time.monotonic()
        self.end()
        try:
            with span("make way"):
                await self._turns.wait(self._key, self._patience, spent, goes_on=True)
            self._holds = True
        finally:
            self.waited += time.monotonic() - began


class Budgets:
    """Processor time by key: `rate` seconds a second, what is left over kept up to `BURST_SECONDS` of it."""

    def __init__(self, rate: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._rate = rate
        self._clock = clock
        self._owed: dict[str, float] = {}
        """By key, when it will have its whole burst again, by the clock; who has it is not kept."""

    def check(self, key: str) -> None:
        """TooMany if the key has nothing left."""
        over = self._owed.get(key, 0.0) - self._clock() - BURST_SECONDS
        if over > 0:
            raise TooMany("this key has taken more processor time than it gets", over)

    def charge(self, key: str, seconds: float) -> None:
        now = self._clock()
        if len(self._owed) >= MOST_KEYS:
            self._owed = {one: when for one, when in self._owed.items() if when > now}
        self._owed[key] = max(now, self._owed.pop(key, now)) + seconds / self._rate


_current: ContextVar[Turn | None] = ContextVar("turn", default=None)


async def breathe() -> None:
    """Between steps of a call: let another key's in that waits and has had less processor time. TooMany."""
    if (turn := _current.get()) and (meter := processor.current.get()):
        await turn.let_others(meter.spent)


class Admission:
    """
    Lets in calls of keys one after the other, and meters them.

    A call that waits for other processes more than it works makes room for the next and goes on beside it, so that a
    host which hangs holds up nobody else.
    """

    def __init__(self, told: AdmissionSettings) -> None:
        self._turns = Turns(told.calls_at_once, told.calls_waiting)
        self._budgets = Budgets(told.key_processor_rate)
        self._most = told.call_processor_seconds
        self._aside = 0
        self._spent = 0.0
        self._under_way = Counter[str]()
        """By key that may have only so many."""

    async def run(self, work: Callable[[], Coroutine[Any, Any, R]]) -> R:
        """What `work` returns, begun when it is the turn of the caller's key. TooMany, ProcessorTimeExceeded."""
        key = call.caller.get().key
        self._budgets.check(key)
        with self._counted(key, call.caller.get().at_once):
            return await self._in_turn(key, work)

    async def _in_turn(self, key: str, work: Callable[[], Coroutine[Any, Any, R]]) -> R:
        async with self._turns.turn(key, PATIENCE_SECONDS) as turn:
            self._budgets.check(key)  # again: those before it may have cost what was left
            meter = Meter(self._most)
            with self._making_room(meter, turn):
                try:
                    return await metered(meter, work())
                finally:
                    self._spent += meter.spent
                    self._budgets.charge(key, meter.spent)

    @property
    def waiting(self) -> int:
        """How many calls wait for their turn."""
        return self._turns.waiting

    def metrics(self) -> Iterator[Metric]:
        yield gauge("myriad_calls_waiting", "Costly calls of keys that wait for their turn.", self.waiting)
        yield counter("myriad_processor_seconds", "Processor time of costly calls of keys.", self._spent)

    @contextmanager
    def _counted(self, key: str, at_once: int) -> Iterator[None]:
        """TooMany if so many calls of the key are under way, waiting ones too; 0: any number may be."""
        if not at_once:
            yield
            return
        if self._under_way[key] >= at_once:
            raise TooMany(f"this key has {at_once} questions under way, as many as it may have at once")
        self._under_way[key] += 1
        try:
            yield
        finally:
            self._under_way[key] -= 1
            if not self._under_way[key]:
                del self._under_way[key]

    @contextmanager
    def _making_room(self, meter: Meter, turn: Turn) -> Iterator[None]:
        loop, began, aside = asyncio.get_running_loop(), time.monotonic(), False
        timer: asyncio.TimerHandle

        def look() -> None:
            nonlocal aside, timer
            if meter.spent < (time.monotonic() - began - turn.waited) / 2 and self._aside < MOST_ASIDE:
                aside = True
                self._aside += 1
                turn.end()
            else:
                timer = loop.call_later(LOOK_SECONDS, look)

        timer = loop.call_later(LOOK_SECONDS, look)
        try:
            yield
        finally:
            timer.cancel()
            self._aside -= aside
