"""The steps of a query as they end: timed for the trace, told to whoever listens."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import TypeAlias, TypeVar

from myriad.orchestrator.v1.orchestrator_service_pb2 import StepFinished
from myriad.orchestrator.v1.trace_pb2 import Step, TraceStep

Tell: TypeAlias = Callable[[StepFinished], None]
R = TypeVar("R")


class Steps:
    """Takes the time of each step."""

    def __init__(self, tell: Tell | None = None) -> None:
        self.taken: list[TraceStep] = []
        self._tell = tell
        self._began = time.monotonic()

    def finished(self, step: Step.ValueType, round: int, summary: str) -> None:
        """A step has ended; `round` is 0, or the number of the Socratic round that it belongs to."""
        now = time.monotonic()
        taken = TraceStep(step=step, round=round)
        taken.duration.FromNanoseconds(int((now - self._began) * 1e9))
        self._began = now
        self.taken.append(taken)
        if self._tell:
            self._tell(StepFinished(step=step, round=round, summary=summary, duration=taken.duration))


async def listened(work: Callable[[Tell], Awaitable[R]]) -> AsyncIterator[StepFinished | R]:
    """Each step of `work` as it ends, then what it returns; it is cancelled when nobody listens any more."""
    heard = asyncio.Queue[StepFinished | None]()
    task = asyncio.ensure_future(work(heard.put_nowait))
    task.add_done_callback(lambda _: heard.put_nowait(None))
    try:
        while (step := await heard.get()) is not None:
            yield step
        yield await task
    finally:
        task.cancel()
