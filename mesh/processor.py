"""
Processor time: what a call costs, wherever in this process or another it is spent, and the most that it may.

A meter goes along with a call: to the tasks that it starts and to the components beside it by the context, to another
process as a header that says how much is left, whose trailer says how much was spent. What runs long without a pause
cannot be broken off; it counts when it ends.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine, Generator, Iterable
from contextvars import ContextVar
from types import coroutine
from typing import Any, ParamSpec, TypeVar, cast

import grpc

from mesh.errors import MyriadError
from myriad.type.v1.error_reason_pb2 import ErrorReason

LEFT, SPENT = "x-myriad-processor-left", "x-myriad-processor-spent"
"""Seconds of processor time: a header between components, and a trailer."""
P = ParamSpec("P")
R = TypeVar("R")


class ProcessorTimeExceeded(MyriadError):
    """The call costs more processor time than one may. It says nothing of a retry, which would cost the same."""

    code = grpc.StatusCode.RESOURCE_EXHAUSTED
    reason = ErrorReason.ERROR_REASON_PROCESSOR_TIME_EXCEEDED


class Meter:
    """Processor time of one call, in seconds."""

    def __init__(self, most: float) -> None:
        self.most = most
        self.spent = 0.0

    @property
    def left(self) -> float:
        return self.most - self.spent

    def told(self, metadata: Iterable[tuple[str, str | bytes]]) -> None:
        """Add what a component in another process says that its part cost."""
        self.spent += sum(float(value) for name, value in metadata if name == SPENT)


current: ContextVar[Meter | None] = ContextVar("meter", default=None)


async def metered(meter: Meter, work: Coroutine[Any, Any, R]) -> R:
    """What `work` returns, its steps added to the meter. ProcessorTimeExceeded when that is over its most."""
    token = current.set(meter)
    try:
        return await _stepped(meter, work)
    finally:
        current.reset(token)


async def in_thread(work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Run synchronous work in a thread, its time added to the meter of the call under way."""
    meter = current.get()
    if meter is None:
        return await asyncio.to_thread(work, *args, **kwargs)

    def timed() -> R:
        began = time.thread_time()
        try:
            return work(*args, **kwargs)
        finally:
            meter.spent += time.thread_time() - began

    return await asyncio.to_thread(timed)


@coroutine
def _stepped(meter: Meter, work: Coroutine[Any, Any, R]) -> Generator[Any, Any, R]:
    """As `yield from work`, timed. Over the meter's most the task is cancelled, once, as `asyncio.timeout` does it."""
    task = cast("asyncio.Task[Any]", asyncio.current_task())
    cancelling, broken_off = task.cancelling(), False
    sent: Any = None
    thrown: BaseException | None = None
    try:
        while True:
            began = time.thread_time()
            try:
                waits_for = work.send(sent) if thrown is None else work.throw(thrown)
            except StopIteration as end:
                result: R = end.value
                return result
            finally:
                meter.spent += time.thread_time() - began
            if meter.left < 0 and not broken_off:
                broken_off = task.cancel()
            sent, thrown = None, None
            try:
                sent = yield waits_for
            except BaseException as error:
                thrown = error
    except asyncio.CancelledError:
        if broken_off and task.uncancel() <= cancelling:
            raise ProcessorTimeExceeded(f"this costs more than {meter.most:g} s of processor time") from None
        raise
    finally:
        work.close()
