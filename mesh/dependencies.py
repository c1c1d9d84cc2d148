"""
Stores that a process depends on: which of them does not answer, since when and why.

That one does not is no failure of the process, which goes on with what it can: it is stated, in health, in
`myriad status` and in metrics, until it answers again.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from contextvars import ContextVar
from weakref import WeakSet

import structlog

from mesh.spread import Spread
from mesh.tasks import background
from mesh.tracing import span
from myriad.type.v1 import dependency_pb2

log = structlog.get_logger()
ASK_SECONDS = 5.0
"""How often is asked whether a store answers."""
ASK_AGAIN_SECONDS = 1.0
"""The same, while it does not."""
ANSWER_SECONDS = 3.0
MOST_SIGNS = 200
missed = Counter[str]()
"""By store: calls that it did not answer, and those that were not made because it did not answer others."""
took = defaultdict[str, Spread](Spread)
"""By store: how long the calls took that it did, in seconds."""
component = ContextVar("component", default="")
"""Which component is being wired, where a process has several: whose the stores are that it opens."""
_all: WeakSet[Dependency] = WeakSet()


class Dependency:
    """A store by what it is to the process (`graph`, `packets`, `state`, `cache`) and its address, without secrets."""

    def __init__(self, name: str, address: str) -> None:
        self.name = name
        self.address = address
        self.user = component.get()
        self._since = 0.0
        self._failed_at = 0.0
        """The same by a clock that does not jump."""
        self._why = ""
        _all.add(self)

    @property
    def available(self) -> bool:
        return not self._why

    def failed(self, why: str) -> None:
        """It did not answer, or not as it should; `why` in plain words, without secrets."""
        if self.available:
            self._since, self._failed_at = time.time(), time.monotonic()
            log.warning("dependency.failed", dependency=self.name, address=self.address, error=why)
        self._why = " ".join(why.split())[:MOST_SIGNS] or "it does not answer"

    def works(self) -> None:
        """It answered."""
        if not self.available:
            seconds = round(time.monotonic() - self._failed_at, 1)
            log.info("dependency.works", dependency=self.name, address=self.address, failed_seconds=seconds)
        self._why = ""

    @contextmanager
    def called(self) -> Iterator[None]:
        """Around a call to it: a stage of the trace, and a time that counts if it answered."""
        began = time.monotonic()
        with span(self.name):
            yield
        took[self.name].add(time.monotonic() - began)

    def state(self) -> dependency_pb2.Dependency:
        state = dependency_pb2.Dependency(store=self.name, address=self.address, available=self.available)
        if not self.available:
            state.failure = self._why
            state.failure_time.FromMilliseconds(int(self._since * 1000))
        return state


def states(user: str = "") -> Sequence[dependency_pb2.Dependency]:
    """One of each name and address; of several in this process, one that fails. Those of a component, or all."""
    chosen: dict[tuple[str, str], Dependency] = {}
    for one in _all:
        if user and one.user not in ("", user):
            continue
        if one.available:
            chosen.setdefault((one.name, one.address), one)
        else:
            chosen[one.name, one.address] = one
    return [chosen[key].state() for key in sorted(chosen)]


@asynccontextmanager
async def watched(dependency: Dependency, ask: Callable[[], Awaitable[object]]) -> AsyncIterator[None]:
    """While the block lasts, see by `ask` whether a store answers, also when nobody needs it; it raises why not."""

    async def watch() -> None:
        while True:
            try:
                async with asyncio.timeout(ANSWER_SECONDS):
                    await ask()
            except TimeoutError:
                dependency.failed("it does not answer in time")
            except Exception as error:  # whatever is wrong with it
                dependency.failed(str(error) or type(error).__name__)
            else:
                dependency.works()
            await asyncio.sleep(random.uniform(0.8, 1.0) * (ASK_SECONDS if dependency.available else ASK_AGAIN_SECONDS))

    async with background(f"watch {dependency.name}", watch):
        yield
