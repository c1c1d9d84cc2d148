"""Programs that live and do not answer: which are ended, and which are not."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any, cast

import pytest

from cli.supervisor import pulse
from cli.supervisor.child import Child


class Fake:
    """A child that is given another process when it is killed."""

    def __init__(self) -> None:
        self.pid = 1
        self.killed: list[int] = []
        self.program = type("Program", (), {"name": "fake"})

    def kill(self) -> None:
        self.killed.append(self.pid)
        self.pid += 1


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pulse, "PERIOD_SECONDS", 0.001)
    monkeypatch.setattr(pulse, "ANSWER_SECONDS", 0.05)


async def watched(child: Fake, well: Callable[[int], Any], questions: int) -> list[str]:
    """What is told while so many questions are asked, the answer to each of which `well` knows."""
    said: list[str] = []
    asked, enough = 0, asyncio.Event()

    async def answers() -> bool:
        nonlocal asked
        asked += 1
        if asked > questions:
            enough.set()
        answer = well(asked)
        if answer is None:
            await asyncio.sleep(10)
        return bool(answer)

    task = asyncio.create_task(pulse.watch(cast("Child", child), answers, said.append))
    async with asyncio.timeout(10):
        await enough.wait()
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    return said


async def test_who_answered_once_and_then_no_more_is_ended_and_that_is_told() -> None:
    child = Fake()
    assert await watched(child, lambda number: number == 1 or None, 8) == ["fake does not answer and is ended"]
    assert child.killed == [1]


async def test_who_says_that_it_is_not_well_is_ended_too() -> None:
    child = Fake()
    await watched(child, lambda number: number == 1, 8)
    assert child.killed == [1]


async def test_a_start_may_take_its_time() -> None:
    child = Fake()
    await watched(child, lambda _: False, 30)
    assert not child.killed


async def test_single_misses_do_no_harm() -> None:
    child = Fake()
    await watched(child, lambda number: number % pulse.MOST_MISSES, 40)
    assert not child.killed


async def test_what_was_not_asked_in_time_is_nobodys_miss(monkeypatch: pytest.MonkeyPatch) -> None:
    """The machine slept, or gave nobody time: our own loop was late as well."""
    monkeypatch.setattr(pulse, "LATE_SECONDS", 0.0)

    def starved(number: int) -> bool:
        if number > 1:
            time.sleep(0.06)
        return number == 1

    child = Fake()
    await watched(child, starved, 2 * pulse.MOST_MISSES)
    assert not child.killed
