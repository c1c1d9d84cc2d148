"""Background tasks: they outlive their failures and end with their component."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest
import structlog.testing

from mesh import tasks
from mesh.tasks import background


@pytest.fixture(autouse=True)
def short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks, "FIRST_WAIT_SECONDS", 0.001)
    monkeypatch.setattr(tasks, "LONGEST_WAIT_SECONDS", 0.004)


class Work:
    """Runs `turn` each time it is started, until it was started `times` times; then it waits for ever."""

    def __init__(self, times: int, turn: Callable[[], Awaitable[None]]) -> None:
        self.started = 0
        self.done = asyncio.Event()
        self.cancelled = asyncio.Event()
        self._times, self._turn = times, turn

    async def __call__(self) -> None:
        self.started += 1
        if self.started < self._times:
            await self._turn()
            return
        self.done.set()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            self.cancelled.set()
            raise


async def fails() -> None:
    raise ConnectionError("the other side is gone " * 100)


async def returns() -> None:
    pass


@pytest.mark.parametrize("turn", [fails, returns])
async def test_work_that_ends_is_started_again(turn: Callable[[], Awaitable[None]]) -> None:
    work = Work(5, turn)
    async with background("work", work), asyncio.timeout(5):
        await work.done.wait()
    assert work.started == 5


async def test_a_failure_is_logged_with_the_name_of_the_task_and_in_short() -> None:
    work = Work(2, fails)
    with structlog.testing.capture_logs() as logged:
        async with background("watch", work), asyncio.timeout(5):
            await work.done.wait()
    assert [(entry["event"], entry["task"], entry["log_level"]) for entry in logged] == [
        ("task.failed", "watch", "warning")
    ]
    assert logged[0]["error"].startswith("ConnectionError: the other side")
    assert len(logged[0]["error"]) <= 300


async def test_the_end_of_the_block_is_the_end_of_the_task() -> None:
    work = Work(1, returns)
    async with background("work", work):
        await work.done.wait()
        assert not work.cancelled.is_set()
    assert work.cancelled.is_set()
    assert not [task for task in asyncio.all_tasks() if task.get_name() == "work"]


async def test_a_block_that_fails_ends_the_task_too() -> None:
    work = Work(1, returns)

    async def block() -> None:
        async with background("work", work):
            await work.done.wait()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await block()
    assert work.cancelled.is_set()


async def test_waits_grow_to_a_limit_and_are_never_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []
    real_sleep = asyncio.sleep

    async def sleep(seconds: float) -> None:
        waits.append(seconds)
        await real_sleep(0)

    work = Work(12, fails)
    monkeypatch.setattr(asyncio, "sleep", sleep)
    monkeypatch.setattr(tasks, "LONGEST_WAIT_SECONDS", 0.5)
    async with background("work", work), asyncio.timeout(5):
        await work.done.wait()
    for turn, wait in enumerate(waits):
        longest = min(0.001 * 2**turn, 0.5)
        assert longest / 2 <= wait <= longest
    assert len(set(waits)) == len(waits)
